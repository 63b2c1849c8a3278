package dev.lastword.faults;

import static java.util.stream.Collectors.joining;

import dev.lastword.faults.ClientLog.Unanswered;
import dev.lastword.faults.servers.QueueProxy;
import dev.lastword.faults.servers.QueueServer;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.faults.servers.Switch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes on one Redis, one system of record and, if they settle through it, one queue; all of
 * them real, each to be harmed.
 */
final class Nodes extends Arena {

  static final int COUNT = 3;

  private static final Duration FENCE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration REPLICATION = Duration.ofSeconds(30);

  private final Path root = Files.createTempDirectory("lastword-faults");
  private final Path data = Files.createDirectory(root.resolve("data"));
  private final Path temporary = Files.createDirectory(root.resolve("tmp"));
  private final long seed;
  private final SystemOfRecord record;
  private final @Nullable QueueProxy queue;
  private final String queueName;
  private RedisServer master = RedisServer.own();
  private RedisServer replica = RedisServer.own();

  /** From the replica to its master. */
  private final Switch link = new Switch(master.port());

  /** From each node to Redis. */
  private final List<Switch> fronts = new ArrayList<>();

  private final List<Server> servers = new CopyOnWriteArrayList<>();
  private @Nullable Server worker;
  private final Http http = new Http(this::anyPort);
  private @Nullable Users users;
  private int loads;

  private Nodes(long seed, SystemOfRecord record, @Nullable QueueProxy queue) throws IOException {
    this.seed = seed;
    this.record = record;
    this.queue = queue;
    this.queueName = queue == null ? "" : QueueServer.running().fresh();
  }

  /** Nodes on Redis and MariaDB, which settle before they answer. */
  static Nodes onMysql(long seed) throws Exception {
    return open(new Nodes(seed, SystemOfRecord.mysql(), null));
  }

  /** Nodes on Redis and MongoDB's protocol, which settle through SQS's. */
  static Nodes onMongo(long seed) throws Exception {
    return open(
        new Nodes(seed, SystemOfRecord.mongo(), new QueueProxy(QueueServer.running().endpoint())));
  }

  private static Nodes open(Nodes nodes) throws Exception {
    boolean open = false;
    try {
      nodes.start();
      open = true;
      return nodes;
    } finally {
      if (!open) {
        nodes.close();
      }
    }
  }

  private void start() throws IOException {
    for (int node = 0; node < COUNT; node++) {
      fronts.add(new Switch(master.port()));
    }
    // The first one makes the key that the others read.
    servers.add(launch(0));
    servers.getFirst().port();
    for (int node = 1; node < COUNT; node++) {
      servers.add(launch(node));
    }
    servers.forEach(Server::port);
    if (queue != null) {
      startWorker();
    }
    replica.command(redis -> redis.replicaof("127.0.0.1", link.port()));
    users = new Users(data);
    users.create(http, log);
  }

  private Server launch(int node) {
    Map<String, String> settings = new HashMap<>(settings());
    settings.put("REDIS_URL", fronts.get(node).url());
    return Server.launch(data, temporary, settings, List.of(), List.of());
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(receiver.settings());
    settings.putAll(record.settings());
    settings.put("LASTWORD_FENCE_SECONDS", Long.toString(FENCE.toSeconds()));
    if (queue != null) {
      settings.put("SQS_QUEUE_URL", queueName);
      settings.put("SQS_ENDPOINT", queue.endpoint().toString());
      settings.putAll(QueueServer.CREDENTIALS);
    }
    return settings;
  }

  private void startWorker() {
    Map<String, String> settings = settings();
    settings.put("REDIS_URL", master.url());
    worker = Server.worker(data, temporary, settings);
  }

  private int anyPort() {
    return servers.get(ThreadLocalRandom.current().nextInt(COUNT)).port();
  }

  @Override
  Http http() {
    return http;
  }

  @Override
  Users users() {
    if (users == null) {
      throw new IllegalStateException("nothing was started");
    }
    return users;
  }

  @Override
  boolean serving() {
    return true;
  }

  @Override
  String serverLog() {
    return servers.stream().map(Server::lastLines).collect(joining("\n\n"));
  }

  @Override
  Book book() throws SQLException {
    return record.book();
  }

  @Override
  Duration patience() {
    return PATIENCE;
  }

  @Override
  Duration recovery() {
    return PATIENCE;
  }

  @Override
  long trafficSeed() {
    return seed * 1_000 + loads++;
  }

  /** What was charged in Redis and heard by nobody is taken back before long. */
  @Override
  boolean settled(Book book) {
    return super.settled(book)
        && (queue == null || queue.quiet())
        && Judge.of(book, log, receiver.taken(), Allowance.NODES).breaches().isEmpty();
  }

  void flush() {
    master.command(redis -> redis.flushall());
  }

  /** {@code kill -9} and a start on the same data. */
  void restartRedis() {
    master.kill();
    master.start();
  }

  /** Promotes a replica to which the last charges did not come. */
  void failOver() {
    loseTheLastCharges();
    fronts.forEach(front -> front.turn(replica.port()));
    takeOver();
  }

  /**
   * The same, but one node does not hear of it, and stays with the old master for so long. Whoever
   * has no lease must not answer.
   */
  void failOverBehindOnesBack(Random random, Duration time) throws IOException {
    loseTheLastCharges();
    int left = random.nextInt(COUNT);
    for (int node = 0; node < COUNT; node++) {
      if (node != left) {
        fronts.get(node).turn(replica.port());
      }
    }
    try (Http alone = new Http(servers.get(left).port())) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() - end < 0) {
        String key = UUID.randomUUID().toString();
        Unanswered asked = new Unanswered(Users.TEXT, "/memes", Traffic.MEME, key);
        log.unanswered.put(key, asked);
        Traffic.retry(alone, users(), log, asked);
      }
    }
    fronts.get(left).turn(replica.port());
    takeOver();
  }

  private void loseTheLastCharges() {
    long end = System.nanoTime() + REPLICATION.toNanos();
    while (!replica.command(redis -> redis.info("replication")).contains("link_status:up")) {
      if (System.nanoTime() - end > 0) {
        throw new Server.Trouble("the replica does not follow");
      }
      Traffic.pause(Duration.ofMillis(50));
    }
    link.turn(0);
    awaitAcknowledged(20);
    replica.command(redis -> redis.replicaofNoOne());
  }

  private void takeOver() {
    RedisServer old = master;
    master = replica;
    replica = old;
    awaitAcknowledged(20);
    link.turn(master.port());
    old.command(redis -> redis.replicaof("127.0.0.1", link.port()));
  }

  /**
   * {@code kill -9} of a node, and another one in its place; returns when that serves, since a
   * start without a system of record is refused.
   */
  void killANode(Random random) throws InterruptedException {
    int victim = random.nextInt(COUNT);
    servers.get(victim).kill();
    Server next = launch(victim);
    servers.set(victim, next);
    next.port();
  }

  /** A new version: for each node another one first, then SIGTERM, and it ends in order. */
  void rollOut() throws InterruptedException {
    for (int node = 0; node < COUNT; node++) {
      Server next = launch(node);
      next.port();
      Server old = servers.set(node, next);
      old.terminate();
      if (old.awaitEnd() != 0) {
        throw new Server.Trouble("it did not stop in order:\n" + old.lastLines());
      }
    }
  }

  /** {@code kill -9} of the worker that is alone, and another one in its place. */
  void killTheWorker() throws InterruptedException {
    if (worker != null) {
      worker.kill();
      startWorker();
    }
  }

  void withoutDatabase(Duration time) {
    record.leave();
    Traffic.pause(time);
    record.comeBack();
  }

  void withoutQueue(Duration time) {
    proxy().leave();
    Traffic.pause(time);
    proxy().comeBack();
  }

  /** Every message comes twice until so many answers later, some copies so much later. */
  void everyMessageTwice(long answers, Duration longest) {
    int before = proxy().copies();
    proxy().repeat(longest);
    awaitAcknowledged(answers);
    proxy().repeat(Duration.ZERO);
    if (proxy().copies() == before) {
      throw new Server.Trouble("no message was sent meanwhile");
    }
  }

  private QueueProxy proxy() {
    if (queue == null) {
      throw new IllegalStateException("these nodes settle without a queue");
    }
    return queue;
  }

  /** A node stands still while Redis loses what it does not keep, and wakes. */
  void freezeANodeWhileRedisRestarts(Random random) throws IOException, InterruptedException {
    Server sleeper = servers.get(random.nextInt(COUNT));
    sleeper.freeze();
    restartRedis();
    Traffic.pause(FENCE.multipliedBy(4));
    sleeper.thaw();
  }

  @Override
  public void close() {
    http.close();
    servers.forEach(Server::close);
    if (worker != null) {
      worker.close();
    }
    fronts.forEach(Switch::close);
    link.close();
    if (queue != null) {
      queue.close();
    }
    record.close();
    receiver.close();
    master.close();
    replica.close();
    OneServer.delete(root);
  }
}
