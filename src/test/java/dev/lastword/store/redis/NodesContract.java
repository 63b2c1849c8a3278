package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.FrontDoors;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.HookReceiver;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.store.sqs.SqsAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What three whole servers on one real Redis and one real database must do. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NodesContract {

  private static final Duration FENCE = Duration.ofSeconds(1);

  private List<RedisServer> masters;
  private HookReceiver receiver;

  /** Enough for every node and user to be in the middle of some. */
  private static final int SALES = 60;

  /** Another one for each test. */
  private String ann;

  private final List<RunningService> nodes = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path folder) {
    masters = masters();
    receiver = new HookReceiver();
    Configuration.Store store = store();
    Configuration.Ledger ledger =
        new Configuration.Ledger.Redis(masters.getFirst().url(), FENCE, queue());
    // The first makes the key that all of them share.
    nodes.add(start(folder, store, ledger));
    nodes.addAll(
        IntStream.range(0, 2).parallel().mapToObj(_ -> start(folder, store, ledger)).toList());
  }

  private RunningService start(
      Path folder, Configuration.Store store, Configuration.Ledger ledger) {
    return RunningService.start(
        folder, one -> FrontDoors.telling(RunningService.books(one, store, ledger), receiver));
  }

  /** Of the Redis that nodes share: one, or those of a cluster. */
  List<RedisServer> masters() {
    return List.of(RedisServer.own());
  }

  /** A fresh system of record. */
  abstract Configuration.Store store();

  /** The queue that settlements go through, if they do. */
  abstract Optional<SqsAddress> queue();

  @AfterAll
  void stop() {
    nodes.parallelStream().forEach(RunningService::close);
    masters.forEach(RedisServer::close);
    receiver.close();
  }

  @BeforeEach
  void nameTheUser() {
    ann = "ann-" + RunningService.newKey();
  }

  private void flush() {
    masters.forEach(master -> master.command(redis -> redis.flushall()));
  }

  RunningService node(int i) {
    return nodes.get(i % nodes.size());
  }

  private static List<Answer> together(
      int count, java.util.function.IntFunction<Callable<Answer>> call) throws Exception {
    List<Future<Answer>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(call.apply(i)));
      }
    }
    List<Answer> answers = new ArrayList<>();
    for (Future<Answer> future : futures) {
      answers.add(future.get());
    }
    return answers;
  }

  /** On a busy machine a node may say 503; then nothing was charged, and one asks again. */
  private static Answer answered(Callable<Answer> call) throws Exception {
    while (true) {
      Answer answer = call.call();
      if (answer.status() != 503) {
        return answer;
      }
    }
  }

  private static Map<Integer, Integer> statuses(List<Answer> answers) {
    Map<Integer, Integer> counts = new TreeMap<>();
    answers.forEach(answer -> counts.merge(answer.status(), 1, Integer::sum));
    return counts;
  }

  @Test
  void promise3PicturesAndChatsAreSoldOnceAndShownAgainByAnotherNode() {
    FrontDoors.sellOnceAndShowAgain(node(0), node(1), ann);
    audited(4);
  }

  @Test
  void whoeverRunsOutIsToldOfOnceByAllTheNodes() {
    FrontDoors.tellOnce(receiver, node(2), ann);
  }

  @Test
  void promise1FiveHundredParallelRequestsOverThreeNodesBuyExactlyWhatTheBalanceHolds()
      throws Exception {
    String token = node(0).user(ann, 10, 0);

    List<Answer> answers = together(500, i -> () -> answered(() -> node(i).meme(token)));

    assertThat(statuses(answers)).isEqualTo(Map.of(200, 10, 402, 490));
    assertThat(node(1).stats(token).number("tokens_left")).isZero();
    audited(10);
  }

  @Test
  void promise8TheRateLimitCountsOverAllNodes() throws Exception {
    String token = node(0).user(ann, 0, 1_000);

    List<Answer> answers =
        together(130, i -> () -> answered(() -> node(i).words(token, "{\"max_words\":1}")));

    assertThat(statuses(answers)).isEqualTo(Map.of(200, 100, 429, 30));
    assertThat(node(1).stats(token).number("words_left")).isEqualTo(900);
    audited(0);
  }

  @Test
  void promise3AKeyIsChargedOnceOnWhicheverNode() throws Exception {
    String token = node(0).user(ann, 10, 0);

    List<Answer> answers =
        together(
            30,
            i ->
                () ->
                    node(i)
                        .send(
                            "POST",
                            "/memes",
                            token,
                            "{\"query\":\"food\"}",
                            "Idempotency-Key",
                            "k"));

    assertThat(statuses(answers).keySet()).isSubsetOf(200, 409);
    List<Answer> sold = answers.stream().filter(answer -> answer.status() == 200).toList();
    assertThat(sold).isNotEmpty();
    assertThat(sold.stream().map(answer -> answer.header("Lastword-Charge")).distinct()).hasSize(1);
    Answer later =
        node(2).send("POST", "/memes", token, "{\"query\":\"food\"}", "Idempotency-Key", "k");
    assertThat(later.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(node(1).stats(token).number("tokens_left")).isEqualTo(9);
  }

  @Test
  void operatorsChangesWorkOnTheNextRequestOfEveryNode() {
    RunningService first = node(0);
    RunningService other = node(1);
    String token = first.user(ann, 1, 0);
    assertThat(other.meme(token).status()).isEqualTo(200);
    assertThat(other.meme(token).status()).isEqualTo(402);

    String credit = "{\"meter\":\"tokens\",\"amount\":3}";
    first.send(
        "POST", "/users/" + ann + "/credits", first.operator(), credit, "Idempotency-Key", "k");
    assertThat(other.meme(token).status()).isEqualTo(200);

    first.send(
        "PUT", "/users/" + ann + "/permissions", first.operator(), "{\"permissions\":[\"ai\"]}");
    assertThat(other.meme(token).header("Lastword-Charged")).isEqualTo("2");

    first.send("PUT", "/users/" + ann + "/status", first.operator(), "{\"status\":\"suspended\"}");
    assertThat(other.meme(token).status()).isEqualTo(403);
    first.send("PUT", "/users/" + ann + "/status", first.operator(), "{\"status\":\"active\"}");

    first.send("PUT", "/users/" + ann + "/tokens", first.operator(), "{\"tokens\":7}");
    assertThat(other.stats(token).number("tokens_left")).isEqualTo(7);
    other.send("PUT", "/users/" + ann + "/tokens", other.operator(), "{\"tokens\":2}");
    assertThat(first.stats(token).number("tokens_left")).isEqualTo(2);

    assertThat(first.send("DELETE", "/users/" + ann, first.operator(), "").status()).isEqualTo(204);
    assertThat(other.meme(token).status()).isEqualTo(403);
    first.user(ann, 5, 0);
    assertThat(other.meme(token).status()).as("a token of the one before").isEqualTo(401);
    audited(0);
  }

  /** Once everything is settled, every unit is explained. */
  private void audited(long receipts) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(node(2).audit().discrepancies()).isEmpty();
          assertThat(node(2).audit().receipts()).isGreaterThanOrEqualTo(receipts);
        });
  }

  /** Buys on all nodes until it is told to stop. */
  private final class Buyers implements AutoCloseable {
    final Set<String> sold = ConcurrentHashMap.newKeySet();
    final Map<Integer, Integer> others = new ConcurrentHashMap<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Buyers(List<String> tokens) {
      for (int i = 0; i < 6; i++) {
        int from = i;
        threads.submit(() -> {
          for (int n = from; !enough.get(); n++) {
            Answer answer = node(n).meme(tokens.get(n % tokens.size()));
            if (answer.status() == 200) {
              sold.add(answer.header("Lastword-Charge"));
            } else {
              others.merge(answer.status(), 1, Integer::sum);
            }
          }
        });
      }
    }

    void awaitSales(int more) {
      int before = sold.size();
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofSeconds(40))
          .until(() -> sold.size() >= before + more);
    }

    @Override
    public void close() {
      enough.set(true);
      threads.close();
    }
  }

  private List<String> users() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tokens.add(node(0).user(ann + i, 100_000, 100_000));
    }
    return tokens;
  }

  /** Every answer has its receipt, and nothing else was charged. */
  private void judge(Buyers buyers, List<String> tokens) {
    assertThat(buyers.others.keySet()).isSubsetOf(503);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          Map<String, Long> charged = new HashMap<>();
          long spent = 0;
          for (String token : tokens) {
            spent += 100_000 - node(0).stats(token).number("tokens_left");
            String cursor = "";
            while (true) {
              Answer page = node(0).send("GET", "/v1/charges?limit=1000" + cursor, token, "");
              List<String> ids = new ArrayList<>();
              java.util.regex.Matcher found =
                  java.util.regex.Pattern.compile("\"id\":\"([^\"]+)\".*?\"amount\":(\\d+)")
                      .matcher(page.body());
              while (found.find()) {
                ids.add(found.group(1));
                charged.put(found.group(1), Long.parseLong(found.group(2)));
              }
              if (ids.size() < 1000) {
                break;
              }
              cursor = "&cursor=" + ids.getLast();
            }
          }
          charged.values().removeIf(amount -> amount == 0);
          assertThat(charged.keySet()).isEqualTo(buyers.sold);
          assertThat(spent).isEqualTo(buyers.sold.size());
          audited(0);
        });
  }

  @Test
  void promises1To7ALostMemoryDelaysAnswersAndChangesNothingElse() {
    List<String> tokens = users();
    Buyers buyers = new Buyers(tokens);
    try (buyers) {
      for (int i = 0; i < 2; i++) {
        buyers.awaitSales(SALES);
        flush();
      }
      buyers.awaitSales(SALES);
    }
    judge(buyers, tokens);
  }

  @Test
  void promises1To7AKilledRedisThatComesBackDelaysAnswersAndChangesNothingElse() {
    List<String> tokens = users();
    Buyers buyers = new Buyers(tokens);
    try (buyers) {
      for (int i = 0; i < 2; i++) {
        buyers.awaitSales(SALES);
        RedisServer victim = masters.get(i % masters.size());
        victim.kill();
        victim.start();
      }
      buyers.awaitSales(SALES);
    }
    judge(buyers, tokens);
  }

  @Test
  void aStreamGoesOnThroughALostMemory() throws Exception {
    String token = node(0).user(ann, 0, 500);
    RunningService slow = node(0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> stream = threads.submit(() -> slow.words(token, "{\"max_words\":400}"));
      await().until(() -> node(1).stats(token).number("words_left") < 450);
      flush();
      Answer answer = stream.get();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().trim().split(" ")).hasSize(400);
    }
    assertThat(node(1).stats(token).number("words_left")).isEqualTo(100);
    audited(0);
  }
}
