package dev.lastword.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.ServerProcess;
import dev.lastword.TestClient;
import dev.lastword.metering.StreamRules;
import dev.lastword.upstream.ModelServer.Line;
import dev.lastword.upstream.ModelServer.Script;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of a model behind a real socket, however it misbehaves. */
@Timeout(60)
final class UpstreamWordsTest {

  private static final String CANARY = "canary";
  private static final String[] EVENTS = {"Accept", "text/event-stream"};

  @TempDir private static Path shared;
  private static final AtomicInteger USERS = new AtomicInteger();
  private static ModelServer model;
  private static RunningService usual;

  @TempDir private Path folder;
  private RunningService server = usual;

  @BeforeAll
  static void startAll() {
    model = new ModelServer();
    usual = start(shared, Duration.ofSeconds(60), ModelServer.limits());
  }

  @AfterAll
  static void stopAll() {
    usual.close();
    model.close();
  }

  private static RunningService start(Path folder, Duration maximum, Limits limits) {
    return RunningService.start(
        folder,
        one ->
            RunningService.model(
                RunningService.streams(one, new StreamRules(500, 1_000, maximum, 250)),
                model.endpoint(limits)));
  }

  private String start(long words, Duration maximum, Limits limits) {
    server = start(folder, maximum, limits);
    return start(words);
  }

  private String start(long words) {
    return server.user("user-" + USERS.incrementAndGet(), 0, words);
  }

  @BeforeEach
  void begin() {
    model.begin();
  }

  @AfterEach
  void stop() {
    if (server != usual) {
      server.close();
    }
  }

  private static void endless(Line line) throws java.io.IOException {
    line.events();
    while (true) {
      line.delta("on and ");
    }
  }

  private Answer receipt(String token) {
    return server.send("GET", "/v1/charges", token, "");
  }

  private void assertCharged(String token, long had, long charged, String outcome) {
    soon().untilAsserted(() -> assertThat(receipt(token).member("outcome")).isEqualTo(outcome));
    assertThat(receipt(token).number("amount")).isEqualTo(charged);
    assertThat(server.stats(token).number("words_left")).isEqualTo(had - charged);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  /** Looks at once, and often. */
  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
  }

  private void awaitUpstreamLeft() {
    soon().until(() -> model.left() == 1);
  }

  @Test
  void wordsAreWhatStandsBetweenWhitespaceWhateverTheModelsBoundaries() {
    String token = start(100);
    model.does(line -> {
      byte[] event = ModelServer.event("Grüße \\ud83d").getBytes(UTF_8);
      line.events().delta("On").delta("ce  up").delta("").delta("on\\ta\\n\\n");
      // Split inside of a character, and of a pair of surrogates.
      int middle = new String(event, UTF_8).indexOf('ü') + 1;
      line.raw(Integer.toHexString(middle) + "\r\n")
          .bytes(java.util.Arrays.copyOf(event, middle))
          .raw("\r\n" + Integer.toHexString(event.length - middle) + "\r\n")
          .bytes(java.util.Arrays.copyOfRange(event, middle, event.length))
          .raw("\r\n");
      line.delta("\\ude00 \\ud800 x\\u0000\\u001b[y").delta("z\\u00a0end").done();
    });

    Answer answer = server.words(token, "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("Once upon a Grüße 😀 � x[yz end ");
    assertCharged(token, 100, 8, "completed");
    assertThat(model.requests().getFirst())
        .startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nAuthorization: Bearer key\r\n")
        .contains("\"stream\":true")
        .doesNotContain("\"seed\"");
  }

  @Test
  void aSeedIsPassedOn() {
    String token = start(100);
    model.does(line -> line.events().delta("a b").done());

    server.words(token, "{\"seed\": -7, \"max_words\": 2}");

    assertThat(model.requests().getFirst()).contains("\"seed\":-7");
  }

  @Test
  void aWordWithoutAnEndIsSeveral() {
    String token = start(100);
    model.does(line -> line.events().delta("x".repeat(250)).done());

    Answer answer = server.words(token, "");

    assertThat(answer.body().split(" ")).extracting(String::length).containsExactly(100, 100, 50);
    assertCharged(token, 100, 3, "completed");
  }

  @Test
  void promise1TheBalanceEndsTheStreamAtTheLastAffordableWordAndTheModelIsCutOff() {
    String token = start(7);
    model.does(UpstreamWordsTest::endless);

    Answer answer = server.words(token, "", EVENTS);

    assertThat(answer.body())
        .endsWith("data: {\"words\":7,\"charged\":7,\"balance\":0,\"outcome\":\"exhausted\"}\n\n");
    assertCharged(token, 7, 7, "exhausted");
    awaitUpstreamLeft();
    assertThat(server.words(token, "").status()).isEqualTo(402);
    assertThat(model.requests()).as("who cannot pay asks nobody").hasSize(1);
  }

  @Test
  void maxWordsAndTheStopWordEndTheStreamAndTheModelIsCutOff() {
    String token = start(100);
    model.does(UpstreamWordsTest::endless);

    assertThat(server.words(token, "{\"max_words\": 3}").body()).isEqualTo("on and on ");
    assertCharged(token, 100, 3, "completed");
    awaitUpstreamLeft();

    assertThat(server.words(token, "{\"stop\": \"and\"}").body()).isEqualTo("on ");
    assertThat(server.stats(token).number("words_left")).isEqualTo(96);
    soon().until(() -> model.left() == 2);
  }

  @Test
  void anEndlessModelIsCutOffWhenTheTimeIsUp() {
    String token = start(100, Duration.ofSeconds(1), ModelServer.limits());
    model.does(line -> {
      line.events().delta("one two ");
      line.awaitLeaving();
    });

    // It is silent for half a second first: so the time must be up before that is too long.
    Answer answer = server.words(token, "", EVENTS);
    assertThat(answer.body()).contains("\"words\":2,\"charged\":2,").contains("\"failed\"");
    model.does(UpstreamWordsTest::endless);
    String rich = server.user("rich", 0, 1_000_000_000);
    long begun = System.nanoTime();

    Answer endless = server.words(rich, "", EVENTS);

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    assertThat(endless.body()).endsWith("\"outcome\":\"completed\"}\n\n");
    await().until(() -> model.left() == 2);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise5AClientThatLeavesPaysForItsWordsAndTheModelIsCutOff() throws Exception {
    String token = start(100);
    CountDownLatch more = new CountDownLatch(1);
    model.does(line -> {
      line.events().delta("one two three ");
      hold(more);
      line.delta("four ");
      line.awaitLeaving();
    });
    HttpResponse<InputStream> stream = server.stream(token, "");
    try (InputStream body = stream.body()) {
      assertThat(new String(body.readNBytes(14), UTF_8)).isEqualTo("one two three ");
      more.countDown();
      assertThat(new String(body.readNBytes(5), UTF_8)).isEqualTo("four ");
    }

    awaitUpstreamLeft();
    assertCharged(token, 100, 4, "disconnected");
  }

  @Test
  void promise5AClientThatLeavesBeforeTheFirstWordPaysNothingAndTheModelIsCutOff()
      throws Exception {
    String token = start(100, Duration.ofSeconds(60), Limits.usual());
    model.does(line -> {
      line.events();
      line.awaitLeaving();
    });
    try (Socket client = new Socket("localhost", server.port())) {
      client
          .getOutputStream()
          .write(
              ("POST /generate-data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + token
                      + "\r\nContent-Length: 0\r\n\r\n")
                  .getBytes(UTF_8));
      soon().until(() -> model.requests().size() == 1);
    }

    awaitUpstreamLeft();
    assertCharged(token, 100, 0, "disconnected");
  }

  @Test
  void clientsThatLeaveAreNoFailuresOfTheModel() throws Exception {
    String token =
        start(
            100,
            Duration.ofSeconds(60),
            ModelServer.breaking(new Limits.Breaking(1, 1, Duration.ofSeconds(60), 1)));
    model.does(line -> {
      line.events().delta("one ");
      line.awaitLeaving();
    });
    int clients = 60;
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        statuses.add(
            threads.submit(() -> {
              HttpResponse<InputStream> stream = server.stream(token, "");
              stream.body().close();
              return stream.statusCode();
            }));
      }
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).isEqualTo(200);
      }
    }
    soon().until(() -> model.left() == clients);
    soon().until(() -> metrics().contains("\nlastword_streams_live 0.0\n"));
    assertThat(metrics()).doesNotContain("lastword_upstream_failures_total");
  }

  private String metrics() {
    return server.send("GET", "/metrics", "", "").body();
  }

  @Test
  void promise4AReaderThatDoesNotReadHoldsTheModelUp() throws Exception {
    String token = start(1_000_000_000, Duration.ofSeconds(1), ModelServer.limits());
    String big = "y".repeat(90) + " ";
    model.does(line -> {
      line.events();
      while (true) {
        line.delta(big.repeat(100));
      }
    });
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(4_096);
      client.connect(new InetSocketAddress("localhost", server.port()));
      client
          .getOutputStream()
          .write(
              ("POST /generate-data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + token
                      + "\r\nContent-Length: 0\r\n\r\n")
                  .getBytes(UTF_8));
      List<Long> seen = new ArrayList<>();
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> {
            seen.add(model.written());
            int size = seen.size();
            return size >= 4 && seen.get(size - 1).equals(seen.get(size - 4));
          });
      // Buffers of sockets, the HTTP client and the pieces ahead; never all that it would say.
      assertThat(model.written()).isBetween(10_000L, 16_000_000L);
      awaitUpstreamLeft();
    }
    soon()
        .untilAsserted(
            () -> assertThat(receipt(token).member("outcome")).isEqualTo("disconnected"));
    assertThat(receipt(token).number("amount")).isLessThan(10_000);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  private record Misbehaviour(int status, Script script) {}

  private static final Map<String, Misbehaviour> BEFORE =
      Map.ofEntries(
          entry("says nothing", new Misbehaviour(503, Line::awaitLeaving)),
          entry(
              "says only its head",
              new Misbehaviour(
                  503,
                  line -> {
                    line.events();
                    line.awaitLeaving();
                  })),
          entry(
              "thinks aloud and says nothing",
              new Misbehaviour(
                  503,
                  line -> {
                    line.events().delta(" ").delta("\\n");
                    line.awaitLeaving();
                  })),
          entry("hangs up", new Misbehaviour(503, line -> {})),
          entry("is cut", new Misbehaviour(502, line -> line.events())),
          entry("fails", new Misbehaviour(502, line -> line.whole(500, "text/plain", CANARY))),
          entry("is gone", new Misbehaviour(502, line -> line.whole(404, "text/plain", CANARY))),
          entry(
              "is overloaded",
              new Misbehaviour(
                  503, line -> line.whole(429, "text/plain", CANARY, "Retry-After: 9"))),
          entry(
              "does not stream",
              new Misbehaviour(502, line -> line.message("\"canary canary canary\""))),
          entry(
              "sends another type",
              new Misbehaviour(
                  502, line -> line.whole(200, "text/html", ModelServer.event(CANARY)))),
          entry(
              "sends no JSON",
              new Misbehaviour(502, line -> line.events().piece("data: {canary\n\n"))),
          entry("ends at once", new Misbehaviour(502, line -> line.events().done())),
          entry(
              "only comments",
              new Misbehaviour(
                  502,
                  line -> {
                    line.events();
                    while (true) {
                      line.piece(": canary\n\n".repeat(50));
                    }
                  })),
          entry(
              "sends blanks without end",
              new Misbehaviour(
                  502,
                  line -> {
                    line.events();
                    while (true) {
                      line.delta(" \\n ");
                    }
                  })));

  static Stream<String> before() {
    return BEFORE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("before")
  void promises5And9AModelThatFailsBeforeTheFirstWordIsNamedAndCostsNothing(String name) {
    String token = start(100);
    Misbehaviour misbehaviour = BEFORE.get(name);
    model.does(misbehaviour.script());
    String key = RunningService.newKey();

    Answer answer = server.words(token, "", "Idempotency-Key", key);

    assertThat(answer.status()).as(answer.body()).isEqualTo(misbehaviour.status());
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.member("code"))
        .isEqualTo(answer.status() == 502 ? "generation_failed" : "unavailable");
    assertThat(answer.header("Retry-After"))
        .isEqualTo(answer.status() == 502 ? "" : name.equals("is overloaded") ? "9" : "1");
    assertThat(answer.header("Lastword-Charge")).isEmpty();
    assertThat(answer.body()).doesNotContain(CANARY);
    assertCharged(token, 100, 0, "failed");
    model.does(line -> line.events().delta("again").done());
    Answer again = server.words(token, "", "Idempotency-Key", key);
    assertThat(again.body()).as("a refusal may be tried again with its key").isEqualTo("again ");
  }

  private static final Map<String, Script> BETWEEN =
      Map.ofEntries(
          entry("is cut", line -> {}),
          entry("is cut in a line", line -> line.piece("data: {\"choices\":[{\"delta\":")),
          entry(
              "is cut in a character",
              line -> line.raw("20\r\ndata: \"").bytes(new byte[] {(byte) 0xc3})),
          entry("ends in a line", line -> line.piece("data: {\"choices\"").end()),
          entry(
              "ends in a character",
              line -> line.raw("8\r\ndata: \"").bytes(new byte[] {(byte) 0xc3}).raw("\r\n").end()),
          entry("ends without a word about it", Line::end),
          entry("falls silent", Line::awaitLeaving),
          entry("sends no JSON", line -> line.piece("data: canary\n\n")),
          entry(
              "sends an error",
              line -> line.piece("data: {\"error\":{\"message\":\"canary\"}}\n\n")),
          entry(
              "sends a huge line",
              line -> {
                while (true) {
                  line.piece("data: canary".repeat(100));
                }
              }),
          entry(
              "sends what is no text",
              line -> line.piece("data: {\"choices\":[{\"delta\":{\"content\":[1]}}]}\n\n")),
          entry(
              "sends what is no UTF-8",
              line ->
                  line.raw("3\r\n").bytes(new byte[] {':', (byte) 0xff, '\n'}).raw("\r\n").done()),
          entry("sends no chunk", line -> line.raw("zz\r\n")));

  static Stream<String> between() {
    return BETWEEN.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("between")
  void promises4And5AModelThatFailsBetweenWordsIsPaidForWhatItDelivered(String name)
      throws Exception {
    String token = start(100);
    CountDownLatch delivered = new CountDownLatch(1);
    model.does(line -> {
      line.events().delta("one two thr");
      hold(delivered);
      BETWEEN.get(name).play(line);
    });
    String key = RunningService.newKey();

    HttpResponse<InputStream> stream =
        server.stream(token, "", "Accept", "text/event-stream", "Idempotency-Key", key);
    assertThat(stream.statusCode()).isEqualTo(200);
    String first = "id: 1\ndata: {\"word\":\"one\"}\n\nid: 2\ndata: {\"word\":\"two\"}\n\n";
    assertThat(new String(stream.body().readNBytes(first.length()), UTF_8)).isEqualTo(first);
    delivered.countDown();
    String body = first + new String(stream.body().readAllBytes(), UTF_8);

    assertThat(body)
        .doesNotContain("thr")
        .doesNotContain(CANARY)
        .endsWith(
            "event: end\ndata: {\"words\":2,\"charged\":2,\"balance\":98,\"outcome\":\"failed\"}\n\n");
    assertCharged(token, 100, 2, "failed");
    Answer again = server.words(token, "", "Accept", "text/event-stream", "Idempotency-Key", key);
    assertThat(again.body()).as("it was charged, so it is replayed").isEqualTo(body);
  }

  @Test
  void anAnswerThatSaysItIsFinishedNeedsNoOtherEnd() {
    String token = start(100);
    model.does(line ->
        line.events()
            .delta("one two")
            .piece("data:{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\n")
            .piece("data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n")
            .end());

    assertThat(server.words(token, "").body()).isEqualTo("one two ");
    assertCharged(token, 100, 2, "completed");
  }

  @Test
  void promise3AStreamAskedForAgainWithItsKeyReplaysItsWordsAndAsksNobody() {
    String token = start(100);
    model.does(line -> line.events().delta("one \\\"two\\\" = ünï").done());
    String key = RunningService.newKey();
    Answer first = server.words(token, "", "Idempotency-Key", key);
    model.does(line -> line.whole(500, "text/plain", ""));

    Answer again = server.words(token, "", "Idempotency-Key", key);

    assertThat(first.body()).isEqualTo("one \"two\" = ünï ");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.header("Lastword-Charge")).isEqualTo(first.header("Lastword-Charge"));
    assertThat(model.requests()).hasSize(1);
    assertCharged(token, 100, 4, "completed");
  }

  @Test
  void theEndOfServiceEndsAStreamThatWaitsForItsModel() throws Exception {
    String token = start(100, Duration.ofSeconds(60), Limits.usual());
    model.does(line -> {
      line.events().delta("one ");
      line.awaitLeaving();
    });
    HttpResponse<InputStream> stream = server.stream(token, "", EVENTS);
    assertThat(stream.body().read()).isPositive();

    server.service().close();

    assertThat(new String(stream.body().readAllBytes(), UTF_8))
        .contains("\"words\":1,\"charged\":1,\"balance\":99,\"outcome\":\"shutdown\"");
    awaitUpstreamLeft();
  }

  @Test
  void promise3ACrashLeavesTheKeyUsedAndNoWordsToShow() throws Exception {
    model.does(line -> {
      line.events().delta("one two ");
      line.awaitLeaving();
    });
    Map<String, String> settings =
        Map.of(
            "LASTWORD_MODEL_URL",
            model.endpoint(ModelServer.limits()).base() + "/",
            "LASTWORD_MODEL_NAME",
            "model-1");
    String key = RunningService.newKey();
    String token;
    try (ServerProcess first = ServerProcess.start(folder, settings, "");
        TestClient client = new TestClient(first.port())) {
      client.create(ServerProcess.operator(folder), "ann", 0, 100);
      token = ServerProcess.issuer(folder).issue("ann", false, null, Duration.ofHours(1));
      HttpResponse<InputStream> stream = client.stream(token, "", "Idempotency-Key", key);
      assertThat(new String(stream.body().readNBytes(8), UTF_8)).isEqualTo("one two ");
      first.kill();
    }
    try (RunningService second = start(folder, Duration.ofSeconds(60), ModelServer.limits())) {
      Answer again = second.words(token, "", "Idempotency-Key", key, "Accept", "text/event-stream");
      assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
      assertThat(again.number("words")).isZero();
      // The two that were delivered, and at most the next chunk.
      assertThat(again.number("charged")).isBetween(2L, 2L + 32);
      assertThat(again.member("outcome")).isEqualTo("interrupted");
      assertThat(again.number("balance")).isEqualTo(100 - again.number("charged"));
    }
    assertThat(model.requests()).hasSize(1);
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
