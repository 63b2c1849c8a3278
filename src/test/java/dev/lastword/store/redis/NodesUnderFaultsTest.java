package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService.Answer;
import dev.lastword.ServerProcess;
import dev.lastword.TestClient;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.faults.servers.Switch;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.world.Steps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes in processes of their own on one Redis and one database, under mixed load, while
 * everything around them fails in turn. {@code -Dfaults.rounds} makes it longer.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class NodesUnderFaultsTest {

  private static final int ROUNDS = Integer.getInteger("faults.rounds", 1);
  private static final String ONLY = System.getProperty("faults.only", "");
  private static final long UNITS = 1_000_000;
  private static final List<String> USERS = List.of("ann", "ben", "cid", "dan", "eve");

  @TempDir private Path folder;
  private final Random random = new Random(Long.getLong("faults.seed", 4));
  private final DatabaseServer database = DatabaseServer.own();
  private final String dsn = database.fresh();

  private RedisServer master = RedisServer.own();
  private final Switch link = new Switch(master.port());
  private RedisServer replica = RedisServer.own();
  private final Switch front = new Switch(master.port());

  private final List<ServerProcess> nodes = new ArrayList<>();
  private final List<TestClient> clients = new ArrayList<>();

  /** What clients know: units by charge that was answered. */
  private final ConcurrentMap<String, Long> answered = new ConcurrentHashMap<>();

  /** Words that came, by charge of a stream that broke off. */
  private final ConcurrentMap<String, Long> brokenOff = new ConcurrentHashMap<>();

  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicInteger unavailable = new AtomicInteger();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean enough = new AtomicBoolean();

  private ServerProcess node() throws Exception {
    return ServerProcess.start(
        folder,
        Map.of(
            "DSN", dsn,
            "REDIS_URL", front.url(),
            "LASTWORD_FENCE_SECONDS", "1",
            "LASTWORD_WORD_DELAY_MS", "5-20",
            "LASTWORD_RATE_LIMIT", "100000/60s",
            "LASTWORD_DRAIN_SECONDS", "1"),
        "");
  }

  private void replaceNode(int i) throws Exception {
    ServerProcess node = node();
    nodes.set(i, node);
    clients.set(i, new TestClient(node.port()));
  }

  @Test
  void promises1To7HoldForThreeNodesWhateverFails() throws Exception {
    for (int i = 0; i < 3; i++) {
      nodes.add(node());
      clients.add(new TestClient(nodes.get(i).port()));
    }
    replica.command(redis -> redis.replicaof("127.0.0.1", link.port()));
    String operator = ServerProcess.operator(folder);
    List<String> tokens = new ArrayList<>();
    for (String user : USERS) {
      String[] may = user.equals("ann") ? new String[] {"ai"} : new String[0];
      clients.getFirst().create(operator, user, UNITS, UNITS, may);
      tokens.add(ServerProcess.issuer(folder).issue(user, false, null, Duration.ofHours(2)));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10; i++) {
        threads.submit(() -> {
          while (!enough.get()) {
            try {
              buy(tokens.get(ThreadLocalRandom.current().nextInt(tokens.size())));
            } catch (RuntimeException | Error e) {
              surprises.add(e.toString());
            }
          }
        });
      }
      try {
        for (int round = 0; round < ROUNDS; round++) {
          everythingFailsInTurn();
        }
        awaitSales();
      } finally {
        enough.set(true);
      }
    }
    judge();
  }

  private void awaitSales() {
    int before = answered.size();
    System.out.println(java.time.LocalTime.now() + " " + before + " " + surprises);
    await()
        .atMost(Duration.ofSeconds(60))
        .alias("sales go on after " + before + ", " + unavailable + " unavailable, " + surprises)
        .until(() -> answered.size() > before + 30);
  }

  private interface Fault {
    void happen() throws Exception;
  }

  private void everythingFailsInTurn() throws Exception {
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put("flush", () -> master.command(redis -> redis.flushall()));
    faults.put("redis", this::restartRedis);
    faults.put("failover", this::failOver);
    faults.put("node", this::killANode);
    faults.put("database", this::restartTheDatabase);
    faults.put("freeze", this::freezeANodeWhileRedisRestarts);
    for (Map.Entry<String, Fault> fault : faults.entrySet()) {
      if (ONLY.isEmpty() || ONLY.equals(fault.getKey())) {
        awaitSales();
        System.out.println(fault.getKey());
        fault.getValue().happen();
        awaitSales();
      }
    }
  }

  private void restartRedis() {
    master.kill();
    master.start();
  }

  private void killANode() throws Exception {
    int victim = random.nextInt(3);
    nodes.get(victim).kill();
    replaceNode(victim);
  }

  private void restartTheDatabase() throws Exception {
    database.kill();
    database.start();
  }

  private void freezeANodeWhileRedisRestarts() throws Exception {
    ServerProcess sleeper = nodes.get(random.nextInt(3));
    signal(sleeper, "STOP");
    restartRedis();
    await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    signal(sleeper, "CONT");
  }

  /** To a replica that lags: what was charged in between is known to the old master alone. */
  private void failOver() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            replica.command(redis -> redis.info("replication")).contains("master_link_status:up"));
    link.turn(0);
    awaitSales();
    replica.command(redis -> redis.replicaofNoOne());
    front.turn(replica.port());
    RedisServer old = master;
    master = replica;
    replica = old;
    awaitSales();
    link.turn(master.port());
    old.command(redis -> redis.replicaof("127.0.0.1", link.port()));
  }

  private static void signal(ServerProcess node, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(node.pid())).start().waitFor();
  }

  private TestClient anyNode() {
    return clients.get(ThreadLocalRandom.current().nextInt(3));
  }

  private void buy(String token) {
    switch (ThreadLocalRandom.current().nextInt(6)) {
      case 0 -> keyed(token);
      case 1, 2 -> words(token);
      default -> meme(token);
    }
  }

  private void meme(String token) {
    try {
      sold(anyNode().send("POST", "/memes", token, "{\"query\":\"food\"}"));
    } catch (UncheckedIOException e) {
      unanswered(e.getCause());
    }
  }

  /** Who could not even connect was not charged. */
  private void unanswered(IOException failure) {
    if (!(failure instanceof ConnectException)) {
      unanswered.incrementAndGet();
    }
  }

  /** Tries again, on any node, until it is answered. */
  private void keyed(String token) {
    String key = UUID.randomUUID().toString();
    Set<String> ids = new HashSet<>();
    for (int answers = 0; answers < 2 && !enough.get(); ) {
      try {
        Answer answer =
            anyNode().send("POST", "/memes", token, "{\"query\":\"tea\"}", "Idempotency-Key", key);
        if (sold(answer)) {
          ids.add(answer.header("Lastword-Charge"));
          answers++;
        }
      } catch (UncheckedIOException e) {
        unanswered(e.getCause());
      }
    }
    if (ids.size() > 1) {
      surprises.add("one key, charges " + ids);
    }
  }

  private boolean sold(Answer answer) {
    switch (answer.status()) {
      case 200 ->
          answered.put(
              answer.header("Lastword-Charge"), Long.parseLong(answer.header("Lastword-Charged")));
      case 503 -> unavailable.incrementAndGet();
      case 409 -> {
        // Another attempt of the same key is under way.
      }
      default -> surprises.add(answer.toString());
    }
    return answer.status() == 200;
  }

  private void words(String token) {
    int wanted = 1 + ThreadLocalRandom.current().nextInt(40);
    String id = null;
    StringBuilder text = new StringBuilder();
    try {
      HttpResponse<InputStream> response =
          anyNode().stream(token, "{\"max_words\":%d}".formatted(wanted));
      if (response.statusCode() != 200) {
        response.body().close();
        if (response.statusCode() == 503) {
          unavailable.incrementAndGet();
        } else {
          surprises.add(response.toString());
        }
        return;
      }
      id = response.headers().firstValue("Lastword-Charge").orElseThrow();
      try (InputStream body = response.body()) {
        byte[] bytes = new byte[512];
        int count;
        while ((count = body.read(bytes)) > 0) {
          text.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
        }
      }
      answered.put(id, words(text));
    } catch (IOException e) {
      if (id == null) {
        unanswered(e);
      } else {
        brokenOff.put(id, words(text));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long words(StringBuilder text) {
    return text.chars().filter(letter -> letter == ' ').count();
  }

  private void judge() {
    try (MysqlAccounts accounts =
        MysqlAccounts.open(
            MysqlAddress.parse(dsn),
            new TimeOrderedIds(java.time.InstantSource.system(), random),
            Steps.NONE)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(receipts(accounts).values()).noneMatch(one -> one.outcome() == null));
      assertThat(accounts.audit().discrepancies()).isEmpty();
      Map<String, Receipt> receipts = receipts(accounts);
      List<String> wrong = new ArrayList<>(surprises);
      answered.forEach((id, units) -> {
        Receipt receipt = receipts.get(id);
        if (receipt == null || receipt.amount() != units) {
          wrong.add("answered " + units + ": " + receipt);
        }
      });
      brokenOff.forEach((id, units) -> {
        Receipt receipt = receipts.get(id);
        if (receipt == null || receipt.amount() < units) {
          wrong.add("read " + units + " before it broke off: " + receipt);
        }
      });
      List<Receipt> undelivered =
          receipts.values().stream()
              .filter(one -> one.amount() > 0 && !answered.containsKey(one.id()))
              .filter(one -> !brokenOff.containsKey(one.id()))
              // A node that stood still: its stream costs what was paid ahead, at most.
              .filter(one -> one.outcome() != Outcome.INTERRUPTED || one.amount() > 32)
              .toList();
      System.out.println(
          "%d answered, %d broken off, %d unanswered, %d unavailable, %d charged unheard"
              .formatted(
                  answered.size(),
                  brokenOff.size(),
                  unanswered.get(),
                  unavailable.get(),
                  undelivered.size()));
      assertThat(wrong).isEmpty();
      assertThat(undelivered.size())
          .as("charges whose answer nobody heard: " + undelivered)
          .isLessThanOrEqualTo(unanswered.get());
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(ServerProcess::close);
    clients.forEach(TestClient::close);
    front.close();
    link.close();
    master.close();
    replica.close();
    database.close();
  }

  private static Map<String, Receipt> receipts(MysqlAccounts accounts) {
    Map<String, Receipt> all = new HashMap<>();
    for (String user : USERS) {
      long incarnation = accounts.find(user).orElseThrow().incarnation();
      String cursor = null;
      while (true) {
        List<Receipt> page = accounts.receipts(incarnation, null, cursor, 1000);
        page.forEach(receipt -> all.put(receipt.id(), receipt));
        if (page.size() < 1000) {
          break;
        }
        cursor = page.getLast().id();
      }
    }
    return all;
  }
}
