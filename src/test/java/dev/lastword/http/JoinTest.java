package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.HeldSteps;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.upstream.ModelServer;
import dev.lastword.world.Step;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A retry of a stream that still runs gets it from its first word on, and pays nothing. */
@Timeout(60)
final class JoinTest {

  private static final String KEY = "the-key";
  private static final String TEN = "{\"max_words\":10}";

  private final HeldSteps steps = new HeldSteps();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  @TempDir private Path folder;
  private RunningService server;
  private String token;

  private void start(UnaryOperator<Configuration> difference) {
    server = RunningService.start(folder, difference, steps.world(), accounts -> accounts);
    token = server.user("ann", 0, 100_000);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
  }

  private Future<Answer> ask(String body, String... headers) {
    return threads.submit(() -> server.words(token, body, withKey(headers)));
  }

  private static String[] withKey(String... headers) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of("Idempotency-Key", KEY), java.util.Arrays.stream(headers))
        .toArray(String[]::new);
  }

  private long spent() {
    return 100_000 - server.stats(token).number("words_left");
  }

  private String receipts() {
    return server.send("GET", "/v1/charges", token, "").body();
  }

  /** Streams over a socket of its own, whose end the caller decides. */
  private Socket connect(String body, int receiveBuffer) throws Exception {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
    socket
        .getOutputStream()
        .write(
            ("POST /generate-data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + token
                    + "\r\nIdempotency-Key: "
                    + KEY
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void promise3ARetryJoinsAndBothGetEveryWordForThePriceOfOne() throws Exception {
    start(RunningService.FAST);
    HttpResponse<InputStream> first;
    Future<Answer> second;
    try (HeldSteps.Hold hold = steps.holdAt(Step.WORD_DUE)) {
      Future<HttpResponse<InputStream>> begun =
          threads.submit(() -> server.stream(token, TEN, withKey()));
      hold.awaitHeld();
      second = ask(TEN);
      await().until(() -> joined() == 1);
      hold.release();
      first = begun.get();
    }
    String words = new String(first.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(words.split(" ")).hasSize(10);
    assertThat(second.get().body()).isEqualTo(words);
    assertThat(second.get().header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(second.get().header("Lastword-Charge"))
        .isEqualTo(first.headers().firstValue("Lastword-Charge").orElseThrow());
    assertThat(spent()).isEqualTo(10);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  /** As the metrics say it. */
  private long joined() {
    return server
        .send("GET", "/metrics", "", "")
        .body()
        .lines()
        .filter(line -> line.startsWith("lastword_streams_joined_total "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Test
  void promise5TheStreamGoesOnForWhoJoinedWhenTheFirstLeaves() throws Exception {
    start(RunningService.pace(20, 20));
    Future<Answer> second;
    try (Socket first = connect("{\"max_words\":50}", 0)) {
      assertThat(first.getInputStream().read()).isPositive();
      second = ask("{\"max_words\":50}");
      await().until(() -> joined() == 1);
    }
    assertThat(second.get().body().split(" ")).hasSize(50);
    await().until(() -> receipts().contains("completed"));
    assertThat(spent()).isEqualTo(50);
  }

  @Test
  void promise5WhenAllHaveLeftItEndsAndCostsWhatOneOfThemGot() throws Exception {
    start(RunningService.pace(20, 20));
    byte[] got;
    try (Socket first = connect("{}", 0)) {
      assertThat(first.getInputStream().read()).isPositive();
      HttpResponse<InputStream> second = server.stream(token, "{}", withKey());
      got = second.body().readNBytes(60);
      second.body().close();
    }
    await().until(() -> receipts().contains("disconnected"));
    int words = new String(got, StandardCharsets.UTF_8).split(" ").length - 1;
    assertThat(spent()).isGreaterThanOrEqualTo(words).isLessThan(words + 50);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  /** Whatever it was sent fills what the kernel holds for it. */
  @Test
  void aFirstClientThatHangsIsGivenUpForOneThatReads() throws Exception {
    try (ModelServer model = new ModelServer()) {
      String word = "w".repeat(99);
      model.does(line -> {
        line.events();
        for (int index = 0; index < 20_000; index++) {
          line.delta(word + " ");
        }
        line.piece("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n").done();
      });
      start(one -> RunningService.model(one, model.endpoint(ModelServer.limits())));
      try (Socket first = connect("{\"max_words\":20000}", 1_024)) {
        assertThat(first.getInputStream().read()).isPositive();
        HttpResponse<InputStream> second = server.stream(token, "{\"max_words\":20000}", withKey());

        String words = new String(second.body().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(words.split(" ")).hasSize(20_000);
      }
      await().until(() -> receipts().contains("completed"));
      assertThat(spent()).isEqualTo(20_000);
      assertThat(server.audit().discrepancies()).isEmpty();
    }
  }

  @Test
  void promise3AChatIsJoinedToo() throws Exception {
    start(RunningService.pace(20, 20));
    String body =
        "{\"model\":\"simulated\",\"stream\":true,\"max_tokens\":30,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    List<Future<Answer>> answers =
        IntStream.range(0, 2)
            .mapToObj(index ->
                threads.submit(() -> {
                  await().until(() -> index == 0 || receipts().contains("\"outcome\":null"));
                  return server.send("POST", "/v1/chat/completions", token, body, withKey());
                }))
            .toList();
    String first = answers.getFirst().get().body().replaceAll("\"created\":\\d+", "");
    assertThat(answers.getLast().get().status()).isEqualTo(200);
    assertThat(answers.getLast().get().body().replaceAll("\"created\":\\d+", "")).isEqualTo(first);
    assertThat(first).contains("[DONE]");
    assertThat(joined()).isEqualTo(1);
    assertThat(spent()).isEqualTo(30);
  }

  @Test
  void promise3LastEventIdGoesOnAfterIt() throws Exception {
    start(RunningService.pace(20, 20));
    String[] events = {"Accept", "text/event-stream"};
    Future<Answer> first = ask(TEN, events);
    await().until(() -> receipts().contains("\"outcome\":null"));
    Answer running = server.words(token, TEN, withKey("Accept", events[1], "Last-Event-ID", "4"));
    Answer finished = server.words(token, TEN, withKey("Accept", events[1], "Last-Event-ID", "8"));
    Answer beyond = server.words(token, TEN, withKey("Accept", events[1], "Last-Event-ID", "99"));

    String all = first.get().body();
    assertThat(running.body()).isEqualTo(all.substring(all.indexOf("id: 5\n")));
    assertThat(finished.body()).isEqualTo(all.substring(all.indexOf("id: 9\n")));
    assertThat(beyond.body()).isEqualTo(all.substring(all.indexOf("event: end\n")));
    assertThat(spent()).isEqualTo(10);
  }

  @Test
  void aBadLastEventIdIsNamed() {
    start(RunningService.FAST);
    Answer without = server.words(token, TEN, "Accept", "text/event-stream", "Last-Event-ID", "4");
    Answer bad =
        server.words(token, TEN, withKey("Accept", "text/event-stream", "Last-Event-ID", "x"));

    assertThat(List.of(without.status(), bad.status())).containsOnly(400);
    assertThat(without.body()).contains("Last-Event-ID");
    assertThat(spent()).isZero();
  }
}
