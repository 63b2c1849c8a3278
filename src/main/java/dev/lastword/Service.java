package dev.lastword;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.http.Edge;
import dev.lastword.http.Health;
import dev.lastword.identity.KeySource;
import dev.lastword.identity.Links;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.PublishedKeys;
import dev.lastword.identity.SharedSecret;
import dev.lastword.identity.TokenVerifier;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.limit.LocalRateLimiter;
import dev.lastword.limit.RateLimiter;
import dev.lastword.memes.Model;
import dev.lastword.memes.SimulatedModel;
import dev.lastword.memes.TextMemes;
import dev.lastword.memes.UpstreamModel;
import dev.lastword.metering.Administration;
import dev.lastword.metering.Album;
import dev.lastword.metering.Gate;
import dev.lastword.metering.LiveStreams;
import dev.lastword.metering.MemeSales;
import dev.lastword.metering.Models;
import dev.lastword.metering.StreamRules;
import dev.lastword.metering.WordSales;
import dev.lastword.notices.Notifier;
import dev.lastword.pictures.Studio;
import dev.lastword.places.Places;
import dev.lastword.settlement.DirectRoute;
import dev.lastword.settlement.FlowLog;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.QueuedRoute;
import dev.lastword.settlement.SettlementRoute;
import dev.lastword.settlement.SettlementWorker;
import dev.lastword.settlement.WorkerLimits;
import dev.lastword.store.mongo.MongoAccounts;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.redis.RedisNode;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.store.sqs.SqsQueue;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.upstream.Question;
import dev.lastword.upstream.Upstream;
import dev.lastword.words.Generator;
import dev.lastword.words.Pacer;
import dev.lastword.words.SeededWords;
import dev.lastword.words.Spaced;
import dev.lastword.words.Transcript;
import dev.lastword.words.UpstreamAnswer;
import dev.lastword.words.UpstreamWords;
import dev.lastword.words.Vocabulary;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One running server: the only place that puts the parts together. Closing takes them apart in
 * reverse.
 */
public final class Service implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Service.class.getName());
  private static final Duration AUDIT_EVERY = Duration.ofHours(1);
  private static final Duration LAST_REQUESTS = Duration.ofMillis(200);

  private final Configuration configuration;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final LiveStreams live = new LiveStreams();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Health health;
  private final Studio studio;
  private final Edge edge;

  /**
   * Starts a server.
   *
   * @param world the machine's, or what a test puts in its place
   * @param onFailure told, once and on a thread of the ledger's, that nothing can be charged any
   *     more: the process should end
   * @throws IllegalStateException if another process owns the data folder
   * @throws IOException if the key cannot be read or made
   */
  public static Service start(
      Configuration configuration, World world, Consumer<Throwable> onFailure) throws IOException {
    return start(configuration, world, UnaryOperator.identity(), onFailure);
  }

  /**
   * The same with something between the ledger and the system of record: what the fault report puts
   * there.
   */
  public static Service start(
      Configuration configuration,
      World world,
      UnaryOperator<Accounts> between,
      Consumer<Throwable> onFailure)
      throws IOException {
    return new Service(configuration, world, between, UnaryOperator.identity(), onFailure);
  }

  /** The same with another ledger over the real one: what the bench puts there. */
  public static Service startWithLedger(
      Configuration configuration,
      World world,
      UnaryOperator<Ledger> over,
      Consumer<Throwable> onFailure)
      throws IOException {
    return new Service(configuration, world, UnaryOperator.identity(), over, onFailure);
  }

  private Service(
      Configuration configuration,
      World world,
      UnaryOperator<Accounts> between,
      UnaryOperator<Ledger> over,
      Consumer<Throwable> onFailure)
      throws IOException {
    this.configuration = configuration;
    boolean started = false;
    // Worth a core of its own while the store is opened.
    CompletableFuture<Places> places = CompletableFuture.supplyAsync(Places::load);
    try {
      InstantSource clock = world.clock();
      SecureRandom random = new SecureRandom();
      TimeOrderedIds ids = new TimeOrderedIds(clock, random);
      Telemetry telemetry = new Telemetry();
      Consumer<Throwable> failStop =
          failure -> {
            if (!failed.getAndSet(true)) {
              LOG.log(Level.ERROR, "nothing can be charged any more", failure);
              onFailure.accept(failure);
            }
          };

      Accounts accounts = keep(between.apply(store(ids, world, failStop)));
      if (configuration.newUserWords() > accounts.maximumBalance()) {
        throw new IllegalStateException(
            "LASTWORD_NEW_USER_WORDS is more than the system of record can hold: "
                + accounts.maximumBalance());
      }
      KeySource keys = keys(random, clock);
      Charging charging = charging(accounts, ids, world, telemetry, failStop);
      Ledger ledger = over.apply(charging.ledger());
      Pacer pacer = keep(new Pacer(world.nanoTime()));
      Random seeds = new Random();
      Vocabulary vocabulary = Vocabulary.load();
      Optional<Upstream> upstream =
          configuration.model().map(endpoint -> keep(new Upstream(endpoint, world, telemetry)));
      this.studio = keep(new Studio(configuration.drawing()));
      Models models = models(upstream, vocabulary, seeds, world);
      MemeSales memes =
          new MemeSales(
              ledger,
              places.join(),
              TextMemes.load(),
              upstream
                  .<Model>map(UpstreamModel::new)
                  .orElseGet(() -> new SimulatedModel(seeds::nextLong)),
              configuration.prices(),
              studio,
              telemetry,
              world.steps());
      WordSales words =
          new WordSales(
              ledger,
              charging.limiter(),
              models,
              vocabulary,
              pacer,
              configuration.streams(),
              configuration.store() instanceof Configuration.Store.Mysql(_, boolean stored)
                  && stored,
              live,
              world,
              telemetry);
      Gate gate =
          new Gate(
              new TokenVerifier(keys, configuration.identity().parties(), clock),
              ledger,
              accounts,
              new Gate.Rules(
                  configuration.identity().permissionsFrom(),
                  configuration.identity().trustUserHeader(),
                  configuration.newUserWords()),
              clock);
      this.health = new Health(accounts, ledger, charging.redis(), charging.queue());
      keepHouse(charging, accounts, telemetry, clock);
      configuration
          .notices()
          .ifPresent(one ->
              keep(new Notifier(accounts.outbox(), one.receiver(), world, telemetry)).start());
      telemetry.gauge("lastword.streams.live", "Streams that run now", live::count);
      telemetry.gauge("lastword.ledger.queue", "Changes that wait for a commit", ledger::queued);
      world.steps().at(Step.RECOVERY_READY);
      this.edge =
          keep(
              Edge.start(
                  configuration
                      .model()
                      .map(model -> configuration.listening().leaving(model.limits().calls()))
                      .orElse(configuration.listening()),
                  new Edge.Served(
                      memes,
                      new Album(accounts, studio, links(random).orElse(null)),
                      words,
                      models,
                      new Administration(accounts, ledger, world),
                      accounts,
                      gate,
                      health,
                      telemetry,
                      keys::publicJwks),
                  new Edge.Numbers(
                      configuration.rateLimit().requests(),
                      configuration.rateLimit().window(),
                      configuration.newUserWords()),
                  ids,
                  clock));
      started = true;
    } finally {
      if (!started) {
        closeParts();
      }
    }
  }

  private Models models(
      Optional<Upstream> upstream, Vocabulary vocabulary, Random seeds, World world) {
    List<Models.Offer> offers = new ArrayList<>();
    upstream.ifPresent(
        one -> offers.add(new Models.Offer(one.model(), false, generator(one, world))));
    offers.add(new Models.Offer(SimulatedModel.NAME, true, generator(vocabulary, seeds)));
    return new Models(offers);
  }

  private static Generator generator(Upstream upstream, World world) {
    return brief -> {
      Question question = brief.question();
      if (question == null) {
        return new UpstreamWords(upstream, brief.seed(), brief.maxWords(), world.nanoTime());
      }
      return brief.whole()
          ? new UpstreamAnswer(upstream, question, world.nanoTime())
          : new UpstreamWords(upstream, question, world.nanoTime());
    };
  }

  private Generator generator(Vocabulary vocabulary, Random seeds) {
    StreamRules rules = configuration.streams();
    return brief -> {
      Long seed = brief.seed();
      SeededWords words =
          new SeededWords(
              vocabulary,
              rules.minimumDelayMillis(),
              rules.maximumDelayMillis(),
              // One that a client could have asked for.
              seed == null ? seeds.nextLong() >> 11 : seed);
      return brief.question() == null ? words : new Spaced(words);
    };
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  private Accounts store(TimeOrderedIds ids, World world, Consumer<Throwable> failStop) {
    Levels levels = configuration.levels(world.clock());
    return switch (configuration.store()) {
      case Configuration.Store.Embedded _ ->
          SqliteAccounts.open(configuration.data(), ids, world.steps(), levels, failStop::accept);
      case Configuration.Store.Mysql mysql -> open(mysql, ids, world.steps(), levels);
      case Configuration.Store.Mongo(MongoAddress address) ->
          MongoAccounts.open(address, ids, world.steps(), levels);
    };
  }

  /** The accounts in a database, which are told what words a receipt stands for. */
  static MysqlAccounts open(
      Configuration.Store.Mysql mysql, TimeOrderedIds ids, Steps steps, Levels levels) {
    if (!mysql.storesText()) {
      return MysqlAccounts.open(mysql.address(), ids, steps, levels, null);
    }
    Vocabulary vocabulary = Vocabulary.load();
    return MysqlAccounts.open(
        mysql.address(),
        ids,
        steps,
        levels,
        (result, charged, maxWords) ->
            Transcript.decoded(result).text(vocabulary, charged, maxWords));
  }

  /**
   * Where accounts are charged.
   *
   * @param redis asks Redis something small; empty where there is none
   * @param queue asks the queue something small; empty where there is none
   * @param tidying what is to be done every minute
   */
  private record Charging(
      Ledger ledger,
      RateLimiter limiter,
      Optional<Runnable> redis,
      Optional<Runnable> queue,
      Runnable tidying) {}

  private Charging charging(
      Accounts accounts,
      TimeOrderedIds ids,
      World world,
      Telemetry telemetry,
      Consumer<Throwable> failStop) {
    return switch (configuration.ledger()) {
      case Configuration.Ledger.Local _ -> local(accounts, ids, world, telemetry, failStop);
      case Configuration.Ledger.Redis redis ->
          shared(redis, (SharedAccounts) accounts, ids, world, telemetry);
    };
  }

  private Charging shared(
      Configuration.Ledger.Redis redis,
      SharedAccounts accounts,
      TimeOrderedIds ids,
      World world,
      Telemetry telemetry) {
    FlowObserver flow = new FlowLog(telemetry);
    Optional<SqsQueue> queue = redis.queue().map(address -> keep(SqsQueue.open(address)));
    SettlementRoute route =
        queue
            .<SettlementRoute>map(one -> new QueuedRoute(one, ids, world.clock(), flow))
            .orElseGet(() -> new DirectRoute(accounts, world.clock()));
    queue.ifPresent(one -> {
      telemetry.showQueue();
      keep(new SettlementWorker(one, accounts, world.clock(), flow, WorkerLimits.usual())).start();
    });
    RedisNode node =
        keep(
            RedisNode.join(
                new RedisNode.Place(
                    redis.url(),
                    redis.fence(),
                    configuration.rateLimit().requests(),
                    configuration.rateLimit().window()),
                accounts,
                route,
                ids,
                world,
                new RedisNode.Observers(telemetry::committed, flow)));
    return new Charging(
        node.ledger(),
        node.limiter(),
        Optional.of(node::probe),
        queue.map(one -> one::probe),
        () -> {});
  }

  /** A file that failed is not asked again; a database behind a network may come back. */
  private Charging local(
      Accounts accounts,
      TimeOrderedIds ids,
      World world,
      Telemetry telemetry,
      Consumer<Throwable> failStop) {
    LocalLedger ledger =
        keep(
            switch (configuration.store()) {
              case Configuration.Store.Embedded _ ->
                  LocalLedger.begin(accounts, ids, world, telemetry::committed, failStop);
              case Configuration.Store.Mysql _, Configuration.Store.Mongo _ ->
                  LocalLedger.beginPatiently(accounts, ids, world, telemetry::committed, failStop);
            });
    // After the ledger took over: nobody else can have streams admitted any more.
    LocalRateLimiter limiter = limiter(accounts, world);
    telemetry.gauge("lastword.ledger.accounts", "Accounts in memory", ledger::loadedAccounts);
    return new Charging(
        ledger,
        limiter,
        Optional.empty(),
        Optional.empty(),
        () -> {
          ledger.forgetIdle();
          limiter.forgetIdle();
        });
  }

  private KeySource keys(SecureRandom random, InstantSource clock) throws IOException {
    return switch (configuration.identity().keys()) {
      case Configuration.Keys.Own _ -> OwnKey.open(configuration.data(), random);
      case Configuration.Keys.Secret(String secret) -> new SharedSecret(secret);
      case Configuration.Keys.Published(String location) -> keep(PublishedKeys.at(location, clock));
    };
  }

  /** Where several nodes have no secret in common, no link would open on all of them: none then. */
  private Optional<Links> links(SecureRandom random) throws IOException {
    if (configuration.linkSecret().isPresent()) {
      return Optional.of(Links.ofSecret(configuration.linkSecret().get().secret()));
    }
    if (configuration.identity().keys() instanceof Configuration.Keys.Secret(String secret)) {
      return Optional.of(Links.ofSecret(secret));
    }
    return switch (configuration.ledger()) {
      case Configuration.Ledger.Local _ -> Optional.of(Links.open(configuration.data(), random));
      case Configuration.Ledger.Redis _ -> Optional.empty();
    };
  }

  /** A limiter that knows whom an earlier life admitted within the window. */
  private LocalRateLimiter limiter(Accounts accounts, World world) {
    Instant now = world.clock().instant();
    Duration window = configuration.rateLimit().window();
    LocalRateLimiter limiter =
        new LocalRateLimiter(configuration.rateLimit().requests(), window, world.nanoTime());
    for (Admitted admitted : accounts.admittedSince(Meter.WORDS, now.minus(window))) {
      // The store keeps milliseconds: the one that was cut off counts as not yet passed.
      limiter.restore(
          admitted.accountId(), Duration.between(admitted.at().plusMillis(1), now).toNanos());
    }
    world.steps().at(Step.RECOVERY_ADMITTED);
    return limiter;
  }

  private void keepHouse(
      Charging charging, Accounts accounts, Telemetry telemetry, InstantSource clock) {
    ScheduledExecutorService housekeeping =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory());
    parts.push(housekeeping::shutdownNow);
    every(housekeeping, Duration.ofSeconds(1), live::cutOverdue);
    every(housekeeping, Duration.ofMinutes(1), charging.tidying());
    every(
        housekeeping,
        AUDIT_EVERY,
        () -> accounts.forgetKeysBefore(clock.instant().minus(LocalLedger.KEY_LIFE)));
    // An audit reads everything there ever was; what must be done every second does not wait for
    // it.
    ScheduledExecutorService audits =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("audit").daemon().factory());
    parts.push(audits::shutdownNow);
    every(audits, AUDIT_EVERY, () -> audit(accounts, telemetry));
  }

  private static void audit(Accounts accounts, Telemetry telemetry) {
    Audit audit = accounts.audit();
    telemetry.audited(audit.discrepancies().size());
    for (String discrepancy : audit.discrepancies()) {
      LOG.log(Level.ERROR, "audit: " + discrepancy);
    }
  }

  private static void every(ScheduledExecutorService housekeeping, Duration period, Runnable task) {
    ScheduledFuture<?> _ =
        housekeeping.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "housekeeping failed, and will try again", e);
              }
            },
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** The port it listens on. */
  public int port() {
    return edge.port();
  }

  /** Whether a charge could not be made durable: what is in memory is not to be trusted then. */
  public boolean failed() {
    return failed.get();
  }

  /** Whether TLS is spoken. */
  public boolean secure() {
    return configuration.listening().certificate().isPresent();
  }

  /**
   * Stops in order: not ready at once, streams may end by themselves for as long as the
   * configuration says and are closed as {@code shutdown} after that, every receipt is written.
   */
  @Override
  public void close() {
    health.stop();
    live.drain();
    studio.drain();
    awaitStreams(configuration.drain());
    live.stop();
    awaitStreams(Duration.ofSeconds(2));
    live.cutAll();
    awaitStreams(Duration.ofSeconds(2));
    // Whoever was told to come here before "not ready" spread is still answered.
    LockSupport.parkNanos(LAST_REQUESTS.toNanos());
    closeParts();
  }

  private void awaitStreams(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (live.count() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private void closeParts() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "cannot close " + part, e);
      }
    }
  }
}
