package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.HeldSteps;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.metering.StreamRules;
import dev.lastword.world.Step;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class WordsTest {

  @TempDir private Path folder;
  private RunningService server;

  private void start(UnaryOperator<Configuration> difference) {
    server = RunningService.start(folder, difference);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : Arrays.asList(text.strip().split(" "));
  }

  private Answer receipt(String token, String id) {
    return server.send("GET", "/v1/charges/" + id, token, "");
  }

  @Test
  void wordsComeAsPlainTextAndAreChargedOneByOne() {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 100);

    Answer answer = server.words(token, "{\"max_words\": 20}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(words(answer.body())).hasSize(20);
    Answer receipt = receipt(token, answer.header("Lastword-Charge"));
    assertThat(receipt.number("amount")).isEqualTo(20);
    assertThat(receipt.member("outcome")).isEqualTo("completed");
    assertThat(server.stats(token).number("words_left")).isEqualTo(80);
  }

  /** It was drawn right after the word before; its commit may take longer than its pace. */
  @Test
  void promise4AWordWaitsForItsCommit() throws Exception {
    HeldSteps steps = new HeldSteps();
    server =
        RunningService.start(
            folder, RunningService.pace(250, 250), steps.world(), accounts -> accounts);
    String token = server.user("ann", 0, 100);

    HttpResponse<InputStream> stream = server.stream(token, "{\"max_words\": 4}");
    try (HeldSteps.Hold hold = steps.holdAt(Step.COMMIT_TAKEN)) {
      hold.awaitHeld();
      long held = System.nanoTime();
      await().until(() -> System.nanoTime() - held > Duration.ofMillis(600).toNanos());
      long durable = count(steps, Step.COMMIT_DONE);
      assertThat(count(steps, Step.WORD_WRITTEN)).isEqualTo(durable);
    }
    assertThat(words(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))).hasSize(4);
    assertThat(server.stats(token).number("words_left")).isEqualTo(96);
  }

  private static long count(HeldSteps steps, Step wanted) {
    return steps.taken.stream().filter(step -> step == wanted).count();
  }

  @Test
  void wordsComeAsServerSentEventsWithALastEventThatSumsUp() {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 100);

    Answer answer = server.words(token, "{\"max_words\": 3}", "Accept", "text/event-stream");

    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(answer.body())
        .matches(
            "(?s)id: 1\ndata: \\{\"word\":\"[a-z]+\"}\n\nid: 2\n.*id: 3\ndata: .*\n\n"
                + "event: end\ndata: \\{\"words\":3,\"charged\":3,\"balance\":97,"
                + "\"outcome\":\"completed\"}\n\n");
  }

  @Test
  void amountsComeInTrailersWhenAskedFor() throws Exception {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 100);

    try (Socket client = new Socket("localhost", server.port())) {
      send(client, token, "{\"max_words\": 3}", "TE: trailers\r\nConnection: close, TE\r\n");
      String answer = read(client);
      assertThat(answer)
          .containsIgnoringCase("\r\nLastword-Charged: 3\r\n")
          .containsIgnoringCase("\r\nLastword-Balance: 97\r\n")
          .containsIgnoringCase("\r\nLastword-Outcome: completed\r\n");
    }
  }

  @Test
  void theSameSeedGivesTheSameWords() {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 1_000);

    String first = server.words(token, "{\"max_words\": 30, \"seed\": 7}").body();

    assertThat(server.words(token, "{\"max_words\": 30, \"seed\": 7}").body()).isEqualTo(first);
    assertThat(server.words(token, "{\"max_words\": 30, \"seed\": 8}").body()).isNotEqualTo(first);
  }

  @Test
  void theStopWordEndsTheStreamNeitherSentNorCharged() {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 1_000);
    List<String> words = words(server.words(token, "{\"max_words\": 9, \"seed\": 7}").body());

    Answer stopped =
        server.words(
            token, "{\"max_words\": 9, \"seed\": 7, \"stop\": \"%s\"}".formatted(words.get(5)));

    assertThat(words(stopped.body())).isEqualTo(words.subList(0, 5));
    Answer receipt = receipt(token, stopped.header("Lastword-Charge"));
    assertThat(receipt.number("amount")).isEqualTo(5);
    assertThat(receipt.member("outcome")).isEqualTo("completed");
  }

  @Test
  void promise1TheBalanceEndsTheStreamAtTheLastAffordableWord() {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 7);

    Answer answer = server.words(token, "", "Accept", "text/event-stream");

    assertThat(answer.body())
        .endsWith("data: {\"words\":7,\"charged\":7,\"balance\":0,\"outcome\":\"exhausted\"}\n\n");
    assertThat(receipt(token, answer.header("Lastword-Charge")).member("outcome"))
        .isEqualTo("exhausted");
    Answer next = server.words(token, "");
    assertThat(next.status()).isEqualTo(402);
    assertThat(next.member("meter")).isEqualTo("words");
    assertThat(next.number("balance")).isZero();
    assertThat(next.number("required")).isEqualTo(1);
  }

  @Test
  void promise1EightyParallelStreamsDeliverExactlyTheBalance() throws Exception {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 1_000);
    List<Future<Answer>> streams = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 80; i++) {
        streams.add(threads.submit(() -> server.words(token, "")));
      }
    }
    long delivered = 0;
    for (Future<Answer> stream : streams) {
      Answer answer = stream.resultNow();
      assertThat(answer.status()).isIn(200, 402);
      delivered += answer.status() == 200 ? words(answer.body()).size() : 0;
    }
    assertThat(delivered).isEqualTo(1_000);
    assertThat(server.stats(token).number("words_left")).isZero();
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void aStreamEndsWhenItsTimeIsUp() {
    start(
        one -> RunningService.streams(one, new StreamRules(100, 100, Duration.ofMillis(450), 250)));
    String token = server.user("ann", 0, 1_000);

    Answer answer = server.words(token, "", "Accept", "text/event-stream");

    assertThat(answer.body()).contains("\"outcome\":\"completed\"");
    assertThat(answer.body().split("id: ", -1)).hasSizeBetween(2, 5);
  }

  @Test
  void promise3AStreamAskedForAgainWithItsKeyReplaysItsWordsForNothing() {
    start(RunningService.pace(20, 40));
    String token = server.user("ann", 0, 9);
    String key = RunningService.newKey();
    Answer first = server.words(token, "", "Idempotency-Key", key);

    Answer again = server.words(token, "", "Idempotency-Key", key);

    assertThat(words(first.body())).hasSize(9);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.header("Lastword-Charge")).isEqualTo(first.header("Lastword-Charge"));
    assertThat(again.header("RateLimit")).as("a replay does not count").isEmpty();
    Answer events = server.words(token, "", "Idempotency-Key", key, "Accept", "text/event-stream");
    assertThat(events.body())
        .endsWith("data: {\"words\":9,\"charged\":9,\"balance\":0,\"outcome\":\"exhausted\"}\n\n");
    assertThat(server.words(token, "{\"seed\":1}", "Idempotency-Key", key).status()).isEqualTo(422);
  }

  @Test
  void promise3AStreamThatItsClientLeftIsFetchedAgainForNothing() throws Exception {
    start(RunningService.pace(50, 50));
    String token = server.user("ann", 0, 1_000);
    String key = RunningService.newKey();
    StringBuilder received = new StringBuilder();
    try (InputStream body = server.stream(token, "", "Idempotency-Key", key).body()) {
      while (words(received.toString()).size() < 5) {
        received.append((char) body.read());
      }
    }
    awaitLive(0);
    long left = server.stats(token).number("words_left");

    Answer again = server.words(token, "", "Idempotency-Key", key);

    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.body()).startsWith(received.toString());
    assertThat(words(again.body())).hasSize((int) (1_000 - left));
    Answer events = server.words(token, "", "Idempotency-Key", key, "Accept", "text/event-stream");
    assertThat(events.body()).contains("event: end").contains("\"outcome\":\"disconnected\"");
    assertThat(server.stats(token).number("words_left")).isEqualTo(left);
  }

  @Test
  void promise3AStreamThatStillRunsIsNotStartedTwice() throws Exception {
    start(RunningService.pace(10_000, 10_000));
    String token = server.user("ann", 0, 9);
    String key = RunningService.newKey();
    try (Socket client = new Socket("localhost", server.port())) {
      send(client, token, "", "Idempotency-Key: " + key + "\r\n");
      awaitLive(1);
      Answer other = server.words(token, "{\"max_words\":1}", "Idempotency-Key", key);
      assertThat(other.status()).isEqualTo(422);
      awaitLive(1);
    }
    awaitLive(0);
    assertThat(server.stats(token).number("words_left")).isEqualTo(9);
  }

  @Test
  void promise5AClientSeenToLeaveBeforeTheFirstWordPaysNothing() throws Exception {
    start(RunningService.pace(10_000, 10_000));
    String token = server.user("ann", 0, 100);
    try (Socket client = new Socket("localhost", server.port())) {
      send(client, token, "", "");
      awaitLive(1);
    }
    // Ten seconds before its first word would be due, the stream is over.
    awaitLive(0);
    Answer charges = server.send("GET", "/v1/charges", token, "");
    assertThat(charges.number("amount")).isZero();
    assertThat(charges.member("outcome")).isEqualTo("disconnected");
    assertThat(server.stats(token).number("words_left")).isEqualTo(100);
  }

  @Test
  void promise5AHalfClosedConnectionCountsAsLeft() throws Exception {
    start(RunningService.pace(10_000, 10_000));
    String token = server.user("ann", 0, 100);
    try (Socket client = new Socket("localhost", server.port())) {
      send(client, token, "", "");
      awaitLive(1);
      client.shutdownOutput();
      awaitLive(0);
    }
    assertThat(server.stats(token).number("words_left")).isEqualTo(100);
  }

  @Test
  void promise5AClientThatLeavesPaysForTheWordsWrittenBefore() throws Exception {
    start(RunningService.pace(50, 50));
    String token = server.user("ann", 0, 1_000);
    HttpResponse<InputStream> stream = server.stream(token, "");
    long received;
    try (InputStream body = stream.body()) {
      StringBuilder text = new StringBuilder();
      while (words(text.toString()).size() < 5 || text.charAt(text.length() - 1) != ' ') {
        text.append((char) body.read());
      }
      received = words(text.toString()).size();
    }
    awaitLive(0);
    Answer charges = server.send("GET", "/v1/charges", token, "");
    assertThat(charges.member("outcome")).isEqualTo("disconnected");
    // What was on its way when the client left was written, too: a word or two at this pace.
    assertThat(charges.number("amount")).isBetween(received, received + 3);
    assertThat(server.stats(token).number("words_left"))
        .isEqualTo(1_000 - charges.number("amount"));
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise4AReaderThatDoesNotReadStopsBeingPaidFor() throws Exception {
    start(one -> RunningService.streams(one, new StreamRules(0, 0, Duration.ofSeconds(2), 250)));
    String token = server.user("ann", 0, 100_000_000);
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(4_096);
      client.connect(new java.net.InetSocketAddress("localhost", server.port()));
      send(client, token, "", "");
      awaitLive(1);
      List<Long> left = new ArrayList<>();
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> {
            left.add(server.stats(token).number("words_left"));
            int size = left.size();
            return size >= 3
                && left.get(size - 1) < 100_000_000
                && left.get(size - 1).equals(left.get(size - 3));
          });
      long spent = 100_000_000 - left.getLast();
      assertThat(spent).as("words in the kernel's buffers").isLessThan(100_000);
      // Its time being up, the connection is cut, and what could not be written given back.
      awaitLive(0);
    }
    Answer charges = server.send("GET", "/v1/charges", token, "");
    assertThat(charges.member("outcome")).isEqualTo("disconnected");
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void aNextRequestOnTheSameConnectionIsNoDeparture() throws Exception {
    start(RunningService.pace(200, 200));
    String token = server.user("ann", 0, 100);
    try (Socket client = new Socket("localhost", server.port())) {
      send(client, token, "{\"max_words\":4}", "");
      awaitLive(1);
      send(client, token, "{\"max_words\":2}", "Connection: close\r\n");
      String answers = read(client);
      assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
    }
    assertThat(server.stats(token).number("words_left")).isEqualTo(94);
  }

  @Test
  void aSuspensionADeletionAndTheEndOfServiceEndStreamsAtTheNextWord() throws Exception {
    start(RunningService.pace(40, 40));
    for (String id : List.of("suspended", "deleted")) {
      String token = server.user(id, 0, 100_000);
      HttpResponse<InputStream> stream = server.stream(token, "", "Accept", "text/event-stream");
      assertThat(stream.body().read()).isPositive();
      if (id.equals("suspended")) {
        server.send(
            "PUT", "/users/suspended/status", server.operator(), "{\"status\":\"suspended\"}");
      } else {
        server.send("DELETE", "/users/deleted", server.operator(), "");
      }
      String rest = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest)
          .contains(
              id.equals("deleted") ? "\"outcome\":\"deleted\"" : "\"outcome\":\"interrupted\"");
      assertThat(server.words(token, "").status()).isEqualTo(403);
    }
    String token = server.user("last", 0, 100_000);
    HttpResponse<InputStream> stream = server.stream(token, "", "Accept", "text/event-stream");
    assertThat(stream.body().read()).isPositive();
    server.service().close();
    assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
        .contains("\"outcome\":\"shutdown\"");
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise8TheHundredAndFirstRequestOfAMinuteIsRefused() {
    start(RunningService.FAST);
    String token = server.user("ann", 0, 10_000);
    server.words(token, "{\"max_words\": 0}");
    for (int i = 1; i <= 100; i++) {
      Answer answer = server.words(token, "{\"max_words\": 1}");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"requests\";q=100;w=60");
      assertThat(answer.header("RateLimit")).startsWith("\"requests\";r=" + (100 - i) + ";t=");
    }
    Answer refused = server.words(token, "{\"max_words\": 1}");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.member("code")).isEqualTo("rate_limited");
    assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 60L);
    assertThat(refused.header("RateLimit")).startsWith("\"requests\";r=0;t=");
    assertThat(server.stats(token).number("words_left")).isEqualTo(9_900);
    // The window is rebuilt from the receipts of the last minute.
    server.close();
    start(RunningService.FAST);
    assertThat(server.words(token, "{\"max_words\": 1}").status()).isEqualTo(429);
    assertThat(server.words(server.user("bob", 0, 1), "{\"max_words\": 1}").status())
        .isEqualTo(200);
  }

  private void awaitLive(int streams) {
    await()
        .atMost(Duration.ofSeconds(9))
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            server
                .send("GET", "/metrics", "", "")
                .body()
                .contains("\nlastword_streams_live " + streams + ".0\n"));
  }

  private static void send(Socket client, String token, String body, String headers)
      throws Exception {
    String request =
        "POST /generate-data HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n"
            + headers
            + "\r\n"
            + body;
    client.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    client.getOutputStream().flush();
  }

  private static String read(Socket client) throws Exception {
    client.setSoTimeout(20_000);
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
