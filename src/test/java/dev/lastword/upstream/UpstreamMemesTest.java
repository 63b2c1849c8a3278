package dev.lastword.upstream;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** AI memes from a model behind a real socket, however it misbehaves. */
@Timeout(60)
final class UpstreamMemesTest {

  private static final String CANARY = "canary";
  private static final String SOMEWHERE =
      "{\"lat\": 40.730610, \"lng\": -73.935242, \"query\": \"a \\\"cat\\\"\"}";

  @TempDir private static Path shared;
  private static final AtomicInteger USERS = new AtomicInteger();
  private static ModelServer model;
  private static RunningService usual;

  @TempDir private Path folder;
  private RunningService server = usual;

  @BeforeAll
  static void startAll() {
    model = new ModelServer();
    usual = start(shared, model.endpoint(ModelServer.limits()));
  }

  @AfterAll
  static void stopAll() {
    usual.close();
    model.close();
  }

  private static RunningService start(Path folder, Endpoint endpoint) {
    return RunningService.start(folder, one -> RunningService.model(one, endpoint));
  }

  private String start(Endpoint endpoint) {
    server = start(folder, endpoint);
    return start();
  }

  private String start() {
    return server.user("user-" + USERS.incrementAndGet(), 100, 0, "ai");
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

  @Test
  void theModelIsAskedWithItsNameAndKeyAndItsMemeIsSold() {
    String token = start();
    model.does(line -> line.message("\"When A \\\"CAT\\\" moves to Sunnyside.\""));

    Answer answer = server.send("POST", "/memes", token, SOMEWHERE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.member("text")).isEqualTo("When A \\\"CAT\\\" moves to Sunnyside.");
    assertThat(answer.header("Lastword-Model")).isEqualTo("model-1");
    assertThat(answer.header("Lastword-Charged")).isEqualTo("2");
    assertThat(model.requests()).hasSize(1);
    assertThat(model.requests().getFirst())
        .startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nAuthorization: Bearer key\r\n")
        .contains("\"model\":\"model-1\"")
        .contains("\"stream\":false")
        .contains("Topic: a \\\"cat\\\"")
        .contains("Place: Sunnyside");
  }

  @Test
  void whatTheModelForgotIsMentionedAndItsAnswerIsOneLineOfBoundedLength() {
    String token = start();
    model.does(line ->
        line.message(
            "\"\\n one\\u0000\\r\\n two \\u2028three \\ud83d " + "x".repeat(2_000) + "\""));

    String text = server.send("POST", "/memes", token, SOMEWHERE).member("text");

    assertThat(text).startsWith("a \\\"cat\\\": one two three � xx").endsWith("xx… (Sunnyside)");
    assertThat(text.length()).isLessThan(540);
  }

  @Test
  void aTextMemeAsksNobody() {
    String token = server.user("bob", 10, 0);

    assertThat(server.meme(token).status()).isEqualTo(200);

    assertThat(model.requests()).isEmpty();
  }

  private record Misbehaviour(int status, ModelServer.Script script) {}

  private static final Map<String, Misbehaviour> MISBEHAVIOURS =
      Map.ofEntries(
          entry("says nothing", new Misbehaviour(503, ModelServer.Line::awaitLeaving)),
          entry("hangs up", new Misbehaviour(503, line -> {})),
          entry("hangs up in its head", new Misbehaviour(502, line -> line.raw("HTTP/1.1 200"))),
          entry(
              "stops in the middle",
              new Misbehaviour(
                  503,
                  line -> {
                    line.raw(json(100) + "{\"choices\":[");
                    line.awaitLeaving();
                  })),
          entry(
              "is cut in the middle",
              new Misbehaviour(502, line -> line.raw(json(100) + "{\"choices\":["))),
          entry(
              "ends inside a character",
              new Misbehaviour(502, line -> line.raw(json(1)).bytes(new byte[] {(byte) 0xc3}))),
          entry("fails", new Misbehaviour(502, line -> line.whole(500, "text/plain", CANARY))),
          entry(
              "knows us not",
              new Misbehaviour(502, line -> line.whole(401, "application/json", CANARY))),
          entry(
              "speaks no HTTP", new Misbehaviour(503, line -> line.raw("SSH-2.0-canary\r\n\r\n"))),
          entry("sends no JSON", bad("<html>canary")),
          entry("sends half a JSON", bad("{\"choices\":[{\"message\":{\"content\":\"canary")),
          entry("sends an array", bad("[\"canary\"]")),
          entry("sends two objects", bad("{\"choices\":[]}{}")),
          entry("sends a number", bad("{\"choices\":[{\"message\":{\"content\":7}}]}")),
          entry("sends no choice", bad("{\"choices\":[]}")),
          entry("sends no choices", bad("{\"canary\":1}")),
          entry("sends an error", bad("{\"error\":{\"message\":\"canary\"},\"choices\":[]}")),
          entry("sends nothing", bad("")),
          entry("nests deeply", bad("{\"a\":" + "[".repeat(5_000))),
          entry("is empty", new Misbehaviour(502, line -> line.message("\"\""))),
          entry("is blank", new Misbehaviour(502, line -> line.message("\" \\n\\u0000\""))),
          entry("is null", new Misbehaviour(502, line -> line.message("null"))),
          entry(
              "sends another type",
              new Misbehaviour(
                  502,
                  line ->
                      line.whole(
                          200,
                          "text/html",
                          "{\"choices\":[{\"message\":{\"content\":\"canary\"}}]}"))),
          entry(
              "sends no type",
              new Misbehaviour(
                  502,
                  line ->
                      line.whole(
                          200, "", "{\"choices\":[{\"message\":{\"content\":\"canary\"}}]}"))),
          entry(
              "never ends",
              new Misbehaviour(
                  502,
                  line -> {
                    line.raw(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
                            + "{\"choices\":[{\"message\":{\"content\":\"");
                    while (true) {
                      line.raw("canary ".repeat(100));
                    }
                  })));

  private static String json(int length) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static Misbehaviour bad(String body) {
    return new Misbehaviour(502, line -> line.whole(200, "application/json", body));
  }

  static Stream<String> misbehaviours() {
    return MISBEHAVIOURS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("misbehaviours")
  void promises5And9AModelThatMisbehavesIsNamedAndCostsNothing(String name) {
    String token = start();
    Misbehaviour misbehaviour = MISBEHAVIOURS.get(name);
    model.does(misbehaviour.script());
    long begun = System.nanoTime();

    Answer answer = server.meme(token);

    assertThat(answer.status()).as(answer.body()).isEqualTo(misbehaviour.status());
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(answer.member("code"))
        .isEqualTo(answer.status() == 502 ? "generation_failed" : "unavailable");
    assertThat(answer.header("Retry-After")).isEqualTo(answer.status() == 502 ? "" : "1");
    assertThat(answer.body()).doesNotContain(CANARY);
    assertNothingCharged(token);
  }

  private void assertNothingCharged(String token) {
    assertThat(server.stats(token).number("tokens_left")).isEqualTo(100);
    Answer charges = server.send("GET", "/v1/charges", token, "");
    assertThat(charges.number("amount")).isZero();
    assertThat(charges.member("outcome")).isEqualTo("failed");
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise5AModelThatCannotBeReachedCostsNothing() throws IOException {
    URI nobody;
    try (ServerSocket gone = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + gone.getLocalPort());
    }
    String token = start(new Endpoint(nobody, null, "model-1", ModelServer.limits()));

    Answer answer = server.meme(token);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.member("detail"))
        .isEqualTo("The model cannot be reached; nothing was charged.");
    assertNothingCharged(token);
  }

  @Test
  void promise5AModelThatIsSlowToConnectCostsNothing() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
      try {
        while (waiting.size() < 20) {
          Socket one = new Socket();
          waiting.add(one);
          one.connect(address, 100);
        }
        throw new AssertionError("its queue of connections is never full");
      } catch (SocketTimeoutException _) {
        // From now on the kernel answers nobody.
      }
      URI url = URI.create("http://127.0.0.1:" + full.getLocalPort());
      String token = start(new Endpoint(url, null, "model-1", ModelServer.limits()));

      Answer answer = server.meme(token);

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.member("detail"))
          .isEqualTo("The model cannot be reached; nothing was charged.");
      assertNothingCharged(token);
    } finally {
      for (Socket one : waiting) {
        one.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, 7, 7",
    "503, 86400, 60",
    "429, 0, 1",
    "429, -5, 1",
    "429, soon, 1",
    "503, '', 1"
  })
  void anOverloadedModelsRetryAfterIsPassedOnWithinBounds(int status, String wish, String told) {
    String token = start();
    model.does(line -> line.whole(status, "text/plain", CANARY, "Retry-After: " + wish));

    Answer answer = server.meme(token);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.member("code")).isEqualTo("unavailable");
    assertThat(answer.header("Retry-After")).isEqualTo(told);
    assertNothingCharged(token);
  }

  @Test
  void aRetryAfterMayBeADate() {
    String token = start();
    String date =
        ZonedDateTime.now(ZoneOffset.UTC)
            .plusSeconds(20)
            .format(DateTimeFormatter.RFC_1123_DATE_TIME);
    model.does(line -> line.whole(429, "text/plain", "", "Retry-After: " + date));

    assertThat(Long.parseLong(server.meme(token).header("Retry-After"))).isBetween(15L, 21L);
  }

  @Test
  void theKeyFollowsNoRedirect() {
    String token = start();
    try (ModelServer other = new ModelServer()) {
      other.does(line -> line.message("\"caught\""));
      String elsewhere = other.endpoint(ModelServer.limits()).completions().toString();
      for (int status : new int[] {301, 302, 307, 308}) {
        model.does(line -> line.whole(status, "text/plain", "", "Location: " + elsewhere));
        assertThat(server.meme(token).status()).isEqualTo(502);
      }
      assertThat(other.requests()).isEmpty();
    }
    assertNothingCharged(token);
  }

  @Test
  void aModelThatFailsTooOftenIsLeftAloneAndTriedAgain() {
    String token =
        start(
            model.endpoint(
                ModelServer.breaking(new Limits.Breaking(4, 4, Duration.ofSeconds(2), 1))));
    model.does(line -> line.whole(500, "text/plain", ""));
    for (int i = 0; i < 4; i++) {
      assertThat(server.meme(token).status()).isEqualTo(502);
    }
    model.does(line -> line.message("\"food\""));

    Answer rested = server.meme(token);

    assertThat(rested.status()).isEqualTo(503);
    assertThat(rested.header("Retry-After")).isIn("1", "2");
    assertThat(model.requests()).hasSize(4);
    assertThat(metrics())
        .contains("lastword_upstream_breaker 2.0")
        .contains("lastword_upstream_failures_total{kind=\"broken\"} 4.0")
        .contains("lastword_upstream_failures_total{kind=\"resting\"} 1.0");
    assertNothingCharged(token);
    await().atMost(Duration.ofSeconds(9)).until(() -> server.meme(token).status() == 200);
    assertThat(server.meme(token).status()).isEqualTo(200);
    assertThat(metrics())
        .contains("lastword_upstream_breaker 0.0")
        .contains("lastword_upstream_latency_seconds_count{use=\"meme\"} 2");
    assertThat(server.stats(token).number("tokens_left")).isEqualTo(96);
  }

  @Test
  void refusalsOfSingleRequestsDoNotRestTheModelForOthers() {
    String token =
        start(
            model.endpoint(
                ModelServer.breaking(new Limits.Breaking(2, 2, Duration.ofSeconds(60), 1))));
    model.does(line -> line.whole(400, "text/plain", ""));
    for (int i = 0; i < 5; i++) {
      assertThat(server.meme(token).status()).isEqualTo(502);
    }
  }

  private String metrics() {
    return server.send("GET", "/metrics", "", "").body();
  }
}
