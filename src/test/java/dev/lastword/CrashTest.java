package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService.Answer;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Audit;
import dev.lastword.identity.TokenIssuer;
import dev.lastword.store.sqlite.SqliteAccounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed for real. */
@Timeout(300)
final class CrashTest {

  private static final int BUYERS = 50;
  private static final long TOKENS = 1_000_000;

  private static final Map<String, String> SETTINGS =
      Map.of("LASTWORD_WORD_DELAY_MS", "50-100", "LASTWORD_RATE_LIMIT", "100000/60s");

  private static final Pattern CHARGE =
      Pattern.compile("\"id\":\"(\\w+)\",\"meter\":\"(\\w+)\"[^}]*?\"amount\":(\\d+)");

  @TempDir private Path data;

  private static Map<String, Long> charges(TestClient client, String token) {
    Map<String, Long> amounts = new HashMap<>();
    String cursor = "";
    while (cursor != null) {
      Answer page = client.send("GET", "/v1/charges?limit=1000" + cursor, token, "");
      Matcher charges = CHARGE.matcher(page.body());
      while (charges.find()) {
        amounts.put(charges.group(1), Long.valueOf(charges.group(3)));
      }
      String next = page.member("next_cursor");
      cursor = next.equals("null") ? null : "&cursor=" + next;
    }
    return amounts;
  }

  @Test
  void promise9ACommitThatFailsIsSaidAndStopsTheServer() throws Exception {
    // The operating system lets no file grow beyond 2 MiB: the write-ahead log meets the limit.
    ServerProcess server = ServerProcess.start(data, SETTINGS, "ulimit -f 2048;");
    TokenIssuer issuer = ServerProcess.issuer(data);
    String token = issuer.issue("text", false, null, Duration.ofHours(1));
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicInteger unavailable = new AtomicInteger();
    try (TestClient client = new TestClient(server.port());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      client.create(ServerProcess.operator(data), "text", TOKENS, 0);
      for (int i = 0; i < BUYERS; i++) {
        threads.execute(() -> {
          try {
            while (true) {
              Answer answer = client.send("POST", "/memes", token, "{\"query\":\"x\"}");
              if (answer.status() != 200) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotEmpty();
                unavailable.incrementAndGet();
                break;
              }
              acknowledged.add(answer.header("Lastword-Charge"));
            }
          } catch (UncheckedIOException e) {
            // The server ended.
          }
        });
      }
    }
    assertThat(server.awaitEnd()).isEqualTo(70);
    assertThat(server.log()).contains("nothing can be charged any more");
    assertThat(unavailable).hasPositiveValue();

    try (ServerProcess again = ServerProcess.start(data, SETTINGS, "");
        TestClient client = new TestClient(again.port())) {
      assertThat(charges(client, token).keySet()).containsAll(acknowledged);
      assertThat(acknowledged).isNotEmpty();
      assertThat(SqliteAccounts.auditOf(data).discrepancies()).isEmpty();
    }
  }

  @Test
  void promise5AStreamThatACrashCutIsFetchedAgainForNothing() throws Exception {
    ServerProcess server = ServerProcess.start(data, SETTINGS, "");
    String token = ServerProcess.issuer(data).issue("reader", false, null, Duration.ofHours(1));
    String key = RunningService.newKey();
    StringBuilder received = new StringBuilder();
    try (TestClient client = new TestClient(server.port())) {
      client.create(ServerProcess.operator(data), "reader", 0, 1_000);
      try (InputStream body = client.stream(token, "", "Idempotency-Key", key).body()) {
        while (received.toString().split(" ", -1).length <= 5) {
          received.append((char) body.read());
        }
        server.kill();
        int character;
        while ((character = body.read()) >= 0) {
          received.append((char) character);
        }
      } catch (IOException e) {
        // Killed, as it was meant to be.
      }
    }
    try (ServerProcess again = ServerProcess.start(data, SETTINGS, "");
        TestClient client = new TestClient(again.port())) {
      Answer answer = client.send("POST", "/generate-data", token, "", "Idempotency-Key", key);
      assertThat(answer.header("Idempotent-Replayed")).isEqualTo("true");
      assertThat(answer.body()).startsWith(received.toString());
      long words = answer.body().strip().split(" ").length;
      assertThat(client.send("GET", "/user/stats", token, "").number("words_left"))
          .isEqualTo(1_000 - words);
      Answer receipt =
          client.send("GET", "/v1/charges/" + answer.header("Lastword-Charge"), token, "");
      assertThat(receipt.member("outcome")).isEqualTo("interrupted");
      assertThat(receipt.number("amount")).isEqualTo(words);
    }
  }

  @Test
  void aServerToldToStopFinishesItsStreamsAndEndsWithZero() throws Exception {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("LASTWORD_DRAIN_SECONDS", "20");
    ServerProcess server = ServerProcess.start(data, settings, "");
    String token = ServerProcess.issuer(data).issue("reader", false, null, Duration.ofHours(1));
    try (TestClient client = new TestClient(server.port())) {
      client.create(ServerProcess.operator(data), "reader", 5, 1_000);
      HttpResponse<InputStream> stream = client.stream(token, "{\"max_words\": 30}");
      assertThat(stream.body().read()).isPositive();

      server.terminate();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> client.send("GET", "/health/ready", "", "").status() == 503);
      Answer late = client.send("POST", "/generate-data", token, "");
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.header("Retry-After")).isNotEmpty();
      assertThat(client.send("POST", "/memes", token, "{\"query\":\"x\"}").status()).isEqualTo(200);
      assertThat(new String(stream.body().readAllBytes()).strip().split(" ")).hasSize(30);
    }
    assertThat(server.awaitEnd()).isZero();
    assertThat(server.log()).contains("stopped: every receipt is written");
    assertThat(SqliteAccounts.auditOf(data)).isEqualTo(new Audit(1, 2, List.of()));
  }

  @Test
  void aSecondServerOnTheSameFolderIsToldWhoHoldsIt() throws Exception {
    try (ServerProcess first = ServerProcess.start(data, SETTINGS, "");
        ServerProcess second = ServerProcess.launch(data, SETTINGS, "")) {
      assertThat(second.awaitEnd()).isEqualTo(1);
      assertThat(second.log()).contains("in use by process ");
      assertThat(first.port()).isPositive();
    }
  }

  @Test
  void promise9ADamagedFileIsNamedAndNothingIsServedFromIt() throws Exception {
    Files.writeString(data.resolve("lastword.db"), "this is no database".repeat(1_000));
    try (ServerProcess server = ServerProcess.launch(data, SETTINGS, "")) {
      assertThat(server.awaitEnd()).isEqualTo(1);
      assertThat(server.log())
          .contains("lastword: cannot open " + data.resolve("lastword.db"))
          .doesNotContain("\tat ");
    }
    assertThatThrownBy(() -> SqliteAccounts.auditOf(data))
        .isInstanceOf(AccountsFailure.class)
        .hasMessageContaining(data.resolve("lastword.db").toString());
  }
}
