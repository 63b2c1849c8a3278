package dev.lastword.store.redis;

import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.limit.Admission;
import dev.lastword.limit.RateLimiter;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.SettlementRoute;
import dev.lastword.world.World;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the nodes that share a Redis memory: its ledger, its rate limit, and what it does in the
 * background. Thread-safe.
 */
public final class RedisNode implements AutoCloseable {

  /**
   * Which memory, and on what terms.
   *
   * @param url of a Redis server, or of any node of a Redis Cluster
   * @param fence how long a lease on an epoch lasts; the same on all nodes
   * @param requests a user may make in a window
   */
  public record Place(String url, Duration fence, int requests, Duration window) {}

  /** Who is told what happens. */
  public record Observers(CommitObserver commits, FlowObserver flow) {

    /** Nobody. */
    static final Observers NONE = new Observers(CommitObserver.NONE, FlowObserver.NONE);
  }

  private static final System.Logger LOG = System.getLogger(RedisNode.class.getName());
  private static final Duration CALL = Duration.ofSeconds(2);
  private static final Duration UNSETTLED = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LATELY = Duration.ofSeconds(10);

  /** Who has said nothing for so many fences is dead, or stands still. */
  private static final int SILENT_FENCES = 3;

  private final Functions functions;
  private final RedisLedger ledger;
  private final RateLimiter limiter;
  private final ScheduledExecutorService leases = background("leases");
  private final ScheduledExecutorService sweeper = background("sweeper");

  private RedisNode(Functions functions, RedisLedger ledger, Place place) {
    this.functions = functions;
    this.ledger = ledger;
    this.limiter = user -> admission(ledger, user, place);
  }

  /**
   * Connects to Redis, takes the accounts over from a single node that may have had them, and
   * begins to work in the background.
   *
   * @throws LedgerFailure if Redis does not answer
   * @throws IllegalStateException if it is not fit
   */
  public static RedisNode join(
      Place place,
      SharedAccounts accounts,
      SettlementRoute route,
      TimeOrderedIds ids,
      World world,
      Observers observers) {
    // Whatever a single node has not settled by now, it has not answered.
    accounts.seal(
        LocalLedger.HOLDER, accounts.takeEpoch(LocalLedger.HOLDER) - 1, world.clock().instant());
    Functions functions = Redis.connect(place.url(), CALL);
    Terms terms =
        new Terms(
            place.fence(),
            place.fence(),
            CALL,
            UNSETTLED,
            IDLE,
            world,
            duration -> LockSupport.parkNanos(duration.toNanos()));
    RedisLedger ledger =
        new RedisLedger(
            "node-" + ids.next(),
            new RedisLedger.Parts(
                functions,
                accounts,
                route,
                ids,
                new Copies.Window(place.requests(), place.window()),
                observers),
            terms);
    RedisNode node = new RedisNode(functions, ledger, place);
    node.work(place.fence());
    return node;
  }

  private void work(Duration fence) {
    every(leases, fence.dividedBy(4), ledger::renew);
    every(sweeper, SECOND, () -> ledger.follow(LATELY));
    every(sweeper, SECOND, () -> ledger.sweep(fence.multipliedBy(SILENT_FENCES)));
    every(
        sweeper,
        UNSETTLED,
        () -> {
          for (int i = 0; i < Partition.COUNT; i++) {
            ledger.tidy(i);
          }
          ledger.forgetRefreshes();
        });
  }

  private static ScheduledExecutorService background(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("redis-" + name).daemon().factory());
  }

  private static void every(ScheduledExecutorService background, Duration period, Runnable task) {
    ScheduledFuture<?> _ =
        background.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "it will be tried again: " + e);
              }
            },
            0,
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static Admission admission(RedisLedger ledger, String user, Place place) {
    List<String> said =
        ledger
            .admit(user, place.requests(), place.window())
            .orElseThrow(() -> new LedgerFailure("the account was deleted meanwhile"));
    long lastNanos = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(said.getLast()));
    return said.getFirst().equals("refused")
        ? new Admission.Refused(lastNanos)
        : new Admission.Admitted(Integer.parseInt(said.get(1)), lastNanos);
  }

  public RedisLedger ledger() {
    return ledger;
  }

  /** The rate limit over all nodes, on the Redis server's clock. */
  public RateLimiter limiter() {
    return limiter;
  }

  /**
   * Asks Redis something small.
   *
   * @throws LedgerFailure if it does not answer
   */
  public void probe() {
    functions.probe();
  }

  @Override
  public void close() {
    leases.shutdownNow();
    sweeper.shutdownNow();
    ledger.close();
  }
}
