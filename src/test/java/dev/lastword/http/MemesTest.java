package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemesTest {

  @TempDir private Path folder;
  private RunningService server;

  @BeforeEach
  void start() {
    server = RunningService.start(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aTextMemeCostsOneTokenAndMentionsQueryAndPlace() {
    String token = server.user("ann", 10, 0);

    Answer answer =
        server.send(
            "POST",
            "/memes",
            token,
            "{\"lat\": 40.730610, \"lng\": -73.935242, \"query\": \"food\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.member("text")).contains("food").contains("Sunnyside");
    assertThat(answer.member("location")).isEqualTo("Sunnyside, New York, United States");
    assertThat(answer.header("Lastword-Charged")).isEqualTo("1");
    assertThat(answer.header("Lastword-Balance")).isEqualTo("9");
    assertThat(answer.header("Lastword-Model")).isEmpty();
    Answer receipt =
        server.send("GET", "/v1/charges/" + answer.header("Lastword-Charge"), token, "");
    assertThat(receipt.status()).isEqualTo(200);
    assertThat(receipt.member("product")).isEqualTo("text_meme");
    assertThat(receipt.member("outcome")).isEqualTo("completed");
    assertThat(receipt.number("amount")).isEqualTo(1);
  }

  @Test
  void anAiMemeCostsTwoTokensAndSaysWhoMadeIt() {
    String token = server.user("ann", 3, 0, "ai");

    Answer answer = server.send("POST", "/v1/memes", token, "{\"query\":\"food\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.member("location")).isEqualTo("null");
    assertThat(answer.header("Lastword-Charged")).isEqualTo("2");
    assertThat(answer.header("Lastword-Model")).isEqualTo("simulated");
    Answer refused = server.meme(token);
    assertThat(refused.status()).isEqualTo(402);
    assertThat(refused.member("meter")).isEqualTo("tokens");
    assertThat(refused.number("balance")).isEqualTo(1);
    assertThat(refused.number("required")).isEqualTo(2);
  }

  @Test
  void promise1FiveHundredParallelRequestsBuyExactlyWhatTheBalanceHolds() throws Exception {
    String token = server.user("ann", 10, 0);
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        answers.add(threads.submit(() -> server.meme(token).status()));
      }
    }
    Map<Integer, Long> counts =
        answers.stream().collect(Collectors.groupingBy(Future::resultNow, Collectors.counting()));

    assertThat(counts).isEqualTo(Map.of(200, 10L, 402, 490L));
    assertThat(server.stats(token).number("tokens_left")).isZero();
    assertThat(server.audit().discrepancies()).isEmpty();
    assertThat(server.audit().receipts()).isEqualTo(10);
  }

  @Test
  void promise3ARetryWithItsKeyGetsTheFirstMemeAndPaysNothing() {
    for (String permission : List.of("ai", "admin")) {
      String token = server.user("user-" + permission, 10, 0, permission);
      String key = RunningService.newKey();
      String body = "{\"lat\": 48.85, \"lng\": 2.35, \"query\": \"a cat\"}";
      Answer first = server.send("POST", "/memes", token, body, "Idempotency-Key", key);
      Answer again = server.send("POST", "/v1/memes", token, body, "Idempotency-Key", key);

      assertThat(first.status()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
      assertThat(first.header("Idempotent-Replayed")).isEmpty();
      for (String header :
          List.of("Lastword-Charge", "Lastword-Charged", "Lastword-Balance", "Lastword-Model")) {
        assertThat(again.header(header)).isEqualTo(first.header(header));
      }
      Answer other =
          server.send("POST", "/memes", token, "{\"query\":\"dog\"}", "Idempotency-Key", key);
      assertThat(other.status()).isEqualTo(422);
      assertThat(other.member("code")).isEqualTo("key_reused");
    }
  }

  @Test
  void promise3ARefusalIsNotRememberedUnderItsKey() {
    String token = server.user("ann", 0, 0);
    String key = RunningService.newKey();
    String body = "{\"query\":\"food\"}";
    assertThat(server.send("POST", "/memes", token, body, "Idempotency-Key", key).status())
        .isEqualTo(402);

    server.send("PUT", "/users/ann/tokens", server.operator(), "{\"tokens\":1}");

    Answer again = server.send("POST", "/memes", token, body, "Idempotency-Key", key);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("Idempotent-Replayed")).isEmpty();
  }

  @Test
  void promise3ParallelRetriesOfOneKeyAreChargedOnce() throws Exception {
    String token = server.user("ann", 100, 0);
    String key = RunningService.newKey();
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        answers.add(
            threads.submit(() ->
                server.send("POST", "/memes", token, "{\"query\":\"x\"}", "Idempotency-Key", key)));
      }
    }
    assertThat(answers.stream().map(one -> one.resultNow().status())).containsOnly(200, 409);
    assertThat(server.stats(token).number("tokens_left")).isEqualTo(99);
  }
}
