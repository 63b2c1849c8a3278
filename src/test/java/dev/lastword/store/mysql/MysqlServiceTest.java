package dev.lastword.store.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.DatabaseServiceContract;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.DatabaseServer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whole servers whose accounts are in a real database. */
final class MysqlServiceTest extends DatabaseServiceContract {

  private final DatabaseServer server = DatabaseServer.shared();
  private String dsn = server.fresh();

  private RunningService start(String other) {
    dsn = other;
    return start();
  }

  @Override
  protected Configuration.Store store() {
    return new Configuration.Store.Mysql(MysqlAddress.parse(dsn));
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of("DSN", dsn);
  }

  @Test
  void promise7TheTablesThatOthersReadSayTheSame() {
    try (RunningService service = start()) {
      String token = service.user("ann", 10, 100);
      assertThat(service.meme(token).status()).isEqualTo(200);
      assertThat(service.words(token, "{\"max_words\":20}").status()).isEqualTo(200);
      assertThat(
              server.query(
                  MysqlAddress.parse(dsn).database(),
                  "SELECT CONCAT_WS(' ', tokens_left, words_left) FROM users"))
          .containsExactly("9 80");
    }
  }

  @Test
  void aBalanceThatTheTablesCannotHoldIsABadRequest() {
    try (RunningService service = start()) {
      String operator = service.operator();
      Answer created =
          service.send("POST", "/users", operator, "{\"user_id\":\"ann\",\"words\":2147483648}");
      assertThat(created.status()).isEqualTo(400);
      assertThat(created.body()).contains("words", "2147483647");
      service.user("ann", 0, 2_147_483_647);
      Answer credited =
          service.send(
              "POST",
              "/users/ann/credits",
              operator,
              "{\"meter\":\"words\",\"amount\":1}",
              "Idempotency-Key",
              "k");
      assertThat(credited.status()).isEqualTo(400);
      assertThat(credited.body()).contains("larger than 2147483647");
      assertThat(service.send("PUT", "/users/ann/tokens", operator, "{\"tokens\":3e9}").status())
          .isEqualTo(400);
      assertThat(service.audit().discrepancies()).isEmpty();
    }
  }

  /** Clients that buy memes until they are told to stop. */
  private static final class Buyers implements AutoCloseable {
    final AtomicInteger sold = new AtomicInteger();
    final AtomicInteger unavailable = new AtomicInteger();
    final Queue<String> charges = new ConcurrentLinkedQueue<>();
    final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Buyers(RunningService service, String token) {
      for (int i = 0; i < 8; i++) {
        threads.submit(() -> {
          while (!enough.get()) {
            long begun = System.nanoTime();
            Answer answer = service.meme(token);
            long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            switch (answer.status()) {
              case 200 -> {
                charges.add(answer.header("Lastword-Charge"));
                sold.incrementAndGet();
              }
              case 503 -> {
                unavailable.incrementAndGet();
                if (answer.header("Retry-After").isEmpty() || millis > 10_000) {
                  surprises.add("503 after " + millis + " ms");
                }
              }
              default -> surprises.add(answer.status() + " " + answer.body());
            }
          }
          return null;
        });
      }
    }

    void awaitMore() {
      int before = sold.get();
      await().atMost(Duration.ofSeconds(20)).until(() -> sold.get() > before + 20);
    }

    @Override
    public void close() {
      enough.set(true);
      threads.close();
    }
  }

  private static void assertUnavailable(RunningService service) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          Answer health = service.send("GET", "/health", "", "");
          assertThat(health.status()).isEqualTo(503);
          assertThat(health.member("database")).isEqualTo("unhealthy");
          assertThat(service.send("GET", "/health/ready", "", "").status()).isEqualTo(503);
        });
    assertThat(service.send("GET", "/health/live", "", "").status()).isEqualTo(200);
  }

  /** What was answered is there, and what was not has cost nothing. */
  private static void assertExact(RunningService service, String token, Buyers buyers) {
    assertThat(buyers.surprises).isEmpty();
    assertThat(buyers.unavailable).hasPositiveValue();
    int sold = buyers.sold.get();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(service.stats(token).number("tokens_left")).isEqualTo(1_000_000 - sold));
    for (String charge : buyers.charges) {
      assertThat(service.send("GET", "/v1/charges/" + charge, token, "").number("amount"))
          .isEqualTo(1);
    }
    assertThat(buyers.charges).hasSize(sold).doesNotHaveDuplicates();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(service.send("GET", "/health/ready", "", "").status()).isEqualTo(200));
    assertThat(service.audit().discrepancies()).isEmpty();
    assertThat(service.failure.get()).isNull();
  }

  @Test
  void promises2And9AKilledDatabaseLosesNothingAndIsWaitedFor() throws Exception {
    try (DatabaseServer server = DatabaseServer.own();
        RunningService service = start(server.fresh())) {
      String token = service.user("ann", 1_000_000, 100);
      Buyers buyers = new Buyers(service, token);
      try (buyers) {
        buyers.awaitMore();
        server.kill();
        assertUnavailable(service);
        int before = buyers.unavailable.get();
        await().until(() -> buyers.unavailable.get() > before);
        server.start();
        buyers.awaitMore();
      }
      assertExact(service, token, buyers);
    }
  }

  @Test
  void promise9AFrozenDatabaseIsWaitedFor() throws Exception {
    try (DatabaseServer server = DatabaseServer.own();
        RunningService service = start(server.fresh() + "&readTimeout=1s&timeout=1s")) {
      String token = service.user("ann", 1_000_000, 100);
      Buyers buyers = new Buyers(service, token);
      try (buyers) {
        buyers.awaitMore();
        server.freeze();
        assertUnavailable(service);
        await().until(() -> buyers.unavailable.get() > 0);
        server.thaw();
        buyers.awaitMore();
      }
      assertExact(service, token, buyers);
    }
  }

  @Test
  void aDatabaseThatIsNotThereStopsTheStart() {
    assertThatThrownBy(() -> start("ann:secret@tcp(127.0.0.1:1)/words"))
        .hasMessageContaining("cannot reach mysql:ann:***@tcp(127.0.0.1:1)/words");
  }
}
