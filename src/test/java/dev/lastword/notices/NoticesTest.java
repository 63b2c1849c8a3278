package dev.lastword.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.ServerProcess;
import dev.lastword.TestClient;
import dev.lastword.accounts.Meter;
import dev.lastword.faults.servers.HookReceiver;
import dev.lastword.faults.servers.HookReceiver.Message;
import dev.lastword.http.Json;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real webhooks to a real receiver, which checks them with the library that is made for that. */
@Timeout(120)
final class NoticesTest {

  private static final Patience FAST =
      new Patience(
          Duration.ofMillis(10),
          Duration.ofMillis(400),
          Duration.ofMillis(20),
          Duration.ofMillis(40),
          8);

  /** No status: the receiver says nothing. */
  private static final int HANGING = 1_000;

  @TempDir private Path folder;
  private final HookReceiver receiver = new HookReceiver();

  @AfterEach
  void close() {
    receiver.close();
  }

  private RunningService start(URI url, String... secrets) {
    Receiver told = new Receiver(url, Stream.of(secrets).map(Secret::parse).toList(), FAST);
    return RunningService.start(
        folder,
        one ->
            one.telling(
                new Configuration.Notices(
                    told, Map.of(Meter.TOKENS, List.of(2L, 0L), Meter.WORDS, List.of(5L, 0L)))));
  }

  private RunningService start() {
    return start(receiver.url(), HookReceiver.SECRET);
  }

  private List<Message> taken(int messages) {
    await().until(() -> receiver.taken().size() >= messages);
    return receiver.taken();
  }

  private static HttpHeaders headers(Message message) {
    return HttpHeaders.of(
        Map.of(
            "webhook-id", List.of(message.id()),
            "webhook-timestamp", List.of(message.timestamp()),
            "webhook-signature", List.of(message.signature())),
        (name, value) -> true);
  }

  private static String data(Message message) {
    return message.body().replaceFirst(".*\"data\":(\\{[^}]*}).*", "$1");
  }

  private static long metric(RunningService service, String line) {
    return service
        .send("GET", "/metrics", "", "")
        .body()
        .lines()
        .filter(one -> one.startsWith(line + " "))
        .mapToLong(one -> (long) Double.parseDouble(one.substring(line.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  @Test
  void levelsAndZeroAreToldOnceEachAndSigned() throws Exception {
    try (RunningService service = start()) {
      String token = service.user("ann ☃", 4, 0);
      for (int i = 0; i < 4; i++) {
        assertThat(service.meme(token).status()).isEqualTo(200);
      }
      assertThat(service.meme(token).status()).isEqualTo(402);

      List<Message> taken = taken(2);
      Webhook library = new Webhook(HookReceiver.SECRET);
      for (Message message : taken) {
        library.verify(message.body(), headers(message));
        assertThatThrownBy(() -> library.verify(message.body() + " ", headers(message)))
            .isInstanceOf(WebhookVerificationException.class);
        assertThat(message.contentType()).isEqualTo("application/json");
      }
      assertThat(taken.stream().map(one -> Json.member(one.body(), "type").orElseThrow()))
          .containsExactlyInAnyOrder("balance.low", "balance.exhausted");
      assertThat(taken.stream().map(NoticesTest::data))
          .containsExactlyInAnyOrder(
              "{\"user_id\":\"ann ☃\",\"meter\":\"tokens\",\"level\":2,\"left\":2,\"credited\":4}",
              "{\"user_id\":\"ann ☃\",\"meter\":\"tokens\",\"level\":0,\"left\":0,\"credited\":4}");
      await().until(() -> metric(service, "lastword_notices_sent_total") == 2);
      await().until(() -> metric(service, "lastword_notices_waiting") == 0);
    }
  }

  @Test
  void aStreamThatEndsTheBalanceIsToldToo() {
    try (RunningService service = start()) {
      String token = service.user("ann", 0, 12);
      assertThat(service.words(token, "{\"max_words\":50}").status()).isEqualTo(200);

      assertThat(taken(2).stream().map(one -> Json.member(data(one), "meter").orElseThrow()))
          .containsOnly("words");
      assertThat(
              receiver.taken().stream().map(one -> Json.member(data(one), "level").orElseThrow()))
          .containsExactlyInAnyOrder("5", "0");
    }
  }

  @Test
  void whileAReceiverChangesItsSecretBothAreGood() throws Exception {
    String other = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
    try (RunningService service = start(receiver.url(), HookReceiver.SECRET, other)) {
      service.meme(service.user("ann", 1, 0));

      Message message = taken(1).getFirst();
      new Webhook(HookReceiver.SECRET).verify(message.body(), headers(message));
      new Webhook(other).verify(message.body(), headers(message));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 429, 404, 302, HANGING})
  void promise9AReceiverThatFailsIsToldLaterAndCostsNobodyElseAnything(int status) {
    CountDownLatch hanging = new CountDownLatch(1);
    receiver.answering(number -> {
      if (status == HANGING) {
        hang(hanging);
      }
      return status == HANGING ? 503 : status;
    });
    try (RunningService service = start()) {
      String poor = service.user("poor", 3, 0);
      for (int i = 0; i < 3; i++) {
        assertThat(service.meme(poor).status()).isEqualTo(200);
      }
      String label = status == HANGING ? "timeout" : Integer.toString(status);
      await()
          .until(() ->
              metric(service, "lastword_notices_failures_total{reason=\"" + label + "\"}") >= 3);
      assertThat(metric(service, "lastword_notices_waiting")).isEqualTo(2);
      String rich = service.user("rich", 100, 100);
      assertThat(service.meme(rich).status()).isEqualTo(200);
      assertThat(service.send("GET", "/health", "", "").status()).isEqualTo(200);

      receiver.answering(number -> 204);
      hanging.countDown();
      await().until(() -> metric(service, "lastword_notices_waiting") == 0);
      assertThat(ids()).hasSize(2);
      assertThat(service.audit().discrepancies()).isEmpty();
    }
  }

  private static void hang(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> ids() {
    return receiver.taken().stream().map(Message::id).distinct().toList();
  }

  @Test
  void promise9AReceiverThatIsNotThereIsToldWhenItIs() {
    URI url = receiver.url();
    receiver.close();
    try (RunningService service = start(url, HookReceiver.SECRET)) {
      assertThat(service.meme(service.user("poor", 1, 0)).status()).isEqualTo(200);
      await()
          .until(
              () -> metric(service, "lastword_notices_failures_total{reason=\"connection\"}") >= 2);
      assertThat(metric(service, "lastword_notices_waiting")).isEqualTo(1);
    }
    try (HookReceiver there = new HookReceiver();
        RunningService _ = start(there.url(), HookReceiver.SECRET)) {
      await().until(() -> there.taken().size() == 1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill commit.notice 1",
        "kill commit.done 1",
        "kill notice.sent 1",
        "kill notice.noted 2"
      })
  void promise2ANoticeIsToldHoweverItsServerDied(String order) throws Exception {
    Map<String, String> settings = new HashMap<>(receiver.settings());
    settings.put("LASTWORD_LOW_TOKENS", "2");
    boolean bought = false;
    try (ServerProcess doomed = ServerProcess.doomed(folder, order, settings)) {
      try (TestClient client = new TestClient(doomed.port())) {
        client.create(ServerProcess.operator(folder), "ann", 3, 0);
        Answer answer = buy(client);
        bought = answer != null && answer.status() == 200;
      }
      doomed.awaitEnd();
    }
    try (ServerProcess server = ServerProcess.start(folder, settings, "");
        TestClient client = new TestClient(server.port())) {
      if (!bought) {
        buy(client);
      }
      List<Message> taken = taken(1);
      assertThat(data(taken.getFirst())).contains("\"level\":2,\"left\":2,\"credited\":3");
      if (order.startsWith("kill notice")) {
        assertThat(taken(2)).extracting(Message::id).containsOnly(taken.getFirst().id());
      }
    }
  }

  /** Null if the server died of it. */
  private @Nullable Answer buy(TestClient client) throws Exception {
    try {
      return client.send(
          "POST",
          "/memes",
          ServerProcess.issuer(folder).issue("ann", false, null, Duration.ofHours(1)),
          "{\"query\":\"x\"}",
          "Idempotency-Key",
          "k1");
    } catch (UncheckedIOException e) {
      return null;
    }
  }
}
