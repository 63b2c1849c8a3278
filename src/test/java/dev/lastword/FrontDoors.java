package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService.Answer;
import dev.lastword.accounts.Meter;
import dev.lastword.faults.servers.HookReceiver;
import dev.lastword.http.Json;
import dev.lastword.notices.Patience;
import dev.lastword.notices.Receiver;
import dev.lastword.notices.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is sold and told at every door, on whatever ledger and store. */
public final class FrontDoors {

  private static final String CHATS = "/v1/chat/completions";
  private static final String CHAT =
      "{\"model\":\"simulated\",\"seed\":7,\"max_tokens\":5,\"stream\":%s,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  private FrontDoors() {}

  /** On a busy machine a node may say 503; then nothing was charged, and one asks again. */
  private static Answer answered(Supplier<Answer> call) {
    Answer answer = call.get();
    while (answer.status() == 503) {
      answer = call.get();
    }
    return answer;
  }

  /** Buys a picture and chats from one server, asks another for the same, and four are charged. */
  public static void sellOnceAndShowAgain(RunningService first, RunningService other, String user) {
    String token = first.user(user, 10, 100);
    Answer picture = picture(first, token);
    Answer again = picture(other, token);
    Answer shown = answered(() -> other.send("GET", picture.header("Content-Location"), token, ""));
    assertThat(picture.header("Content-Type")).isEqualTo("image/png");
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    for (Answer same : List.of(again, shown)) {
      assertThat(same.status()).isEqualTo(200);
      assertThat(same.header("ETag")).isNotEmpty().isEqualTo(picture.header("ETag"));
    }
    for (String streamed : List.of("false", "true")) {
      Answer chat = chat(first, token, streamed);
      Answer replayed = chat(other, token, streamed);
      assertThat(chat.status()).as(chat.body()).isEqualTo(200);
      assertThat(replayed.header("Idempotent-Replayed")).isEqualTo("true");
      assertThat(replayed.header("Lastword-Charge")).isEqualTo(chat.header("Lastword-Charge"));
      assertThat(chat.body()).contains("\"finish_reason\":\"length\"");
    }
    Answer cut =
        answered(() ->
            other.send("POST", CHATS, token, CHAT.formatted("false").replace(":5,", ":500,")));
    assertThat(cut.status()).isEqualTo(200);
    assertThat(cut.body()).contains("\"outcome\":\"exhausted\"");
    Answer stats = answered(() -> other.stats(token));
    assertThat(stats.number("tokens_left")).isEqualTo(9);
    assertThat(stats.number("words_left")).isZero();
    assertThat(answered(() -> chat(other, token, "false")).status()).isEqualTo(200);
    assertThat(answered(() -> first.send("POST", CHATS, token, CHAT.formatted("false"))).status())
        .isEqualTo(402);
  }

  private static Answer picture(RunningService service, String token) {
    return answered(() ->
        service.send(
            "POST",
            "/memes",
            token,
            "{\"query\":\"food\"}",
            "Accept",
            "image/png",
            "Idempotency-Key",
            "picture"));
  }

  private static Answer chat(RunningService service, String token, String streamed) {
    return answered(() ->
        service.send(
            "POST", CHATS, token, CHAT.formatted(streamed), "Idempotency-Key", "chat" + streamed));
  }

  /** The same with somebody who is told of two tokens left, and none. */
  public static Configuration telling(Configuration one, HookReceiver receiver) {
    Patience quick =
        new Patience(
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            4);
    return one.telling(
        new Configuration.Notices(
            new Receiver(receiver.url(), List.of(Secret.parse(HookReceiver.SECRET)), quick),
            Map.of(Meter.TOKENS, List.of(2L, 0L))));
  }

  /** Has a user run out, and sees that the receiver was told of both levels, once. */
  public static void tellOnce(HookReceiver receiver, RunningService service, String user) {
    String token = service.user(user, 3, 0);
    for (int i = 0; i < 3; i++) {
      assertThat(answered(() -> service.meme(token)).status()).isEqualTo(200);
    }
    await().until(() -> levels(receiver, user).size() >= 2);
    assertThat(levels(receiver, user)).containsExactlyInAnyOrder("2", "0");
  }

  private static List<String> levels(HookReceiver receiver, String user) {
    return receiver.taken().stream()
        .map(one -> one.body().replaceFirst(".*\"data\":(\\{[^}]*}).*", "$1"))
        .filter(data -> Json.member(data, "user_id").orElseThrow().equals(user))
        .map(data -> Json.member(data, "level").orElseThrow())
        .toList();
  }
}
