package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.upstream.ModelServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chats and completions over real sockets: what is said, and what it costs. */
@Timeout(60)
final class ChatTest {

  private static final String MODEL = "model-1";
  private static final Pattern CONTENT = Pattern.compile("\"content\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final AtomicInteger USERS = new AtomicInteger();

  @TempDir private static Path folder;
  private static ModelServer model;
  private static RunningService server;
  private String user = "";

  @BeforeAll
  static void start() {
    model = new ModelServer();
    server =
        RunningService.start(
            folder, one -> RunningService.model(one, model.endpoint(ModelServer.limits())));
  }

  @AfterAll
  static void stop() {
    server.close();
    model.close();
  }

  @BeforeEach
  void begin() {
    model.begin();
    user = "user-" + USERS.incrementAndGet();
  }

  /** A user who may ask the model. */
  private String user(long words) {
    return server.user(user, 0, words, "model:" + MODEL);
  }

  private Answer chat(String token, String name, String more, String... headers) {
    return server.send(
        "POST",
        "/v1/chat/completions",
        token,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]%s}"
            .formatted(name, more.isEmpty() ? "" : "," + more),
        headers);
  }

  private long words(String token) {
    return server.stats(token).number("words_left");
  }

  private Answer receipt(String token) {
    return server.send("GET", "/v1/charges", token, "");
  }

  /** What the pieces of a stream come to. */
  private static String said(String events) {
    StringBuilder text = new StringBuilder();
    Matcher piece = CONTENT.matcher(events);
    while (piece.find()) {
      text.append(piece.group(1));
    }
    return text.toString();
  }

  private void says(String text) {
    model.does(line -> line.message("\"" + text + "\""));
  }

  private void streams(String... pieces) {
    model.does(line -> {
      line.events();
      for (String piece : pieces) {
        line.delta(piece);
      }
      line.piece("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n").done();
    });
  }

  @Test
  void aModelsAnswerComesToTheLetterAndWordsAreCounted() {
    String token = user(100);
    says("# Title\\n\\n\\tone  two\\u00a0three\\n");

    Answer answer = chat(token, MODEL, "");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.member("content")).isEqualTo("# Title\\n\\n\\tone  two\u00a0three");
    assertThat(answer.number("completion_tokens")).isEqualTo(5);
    assertThat(answer.member("finish_reason")).isEqualTo("stop");
    assertThat(answer.header("Lastword-Charged")).isEqualTo("5");
    assertThat(answer.header("Lastword-Balance")).isEqualTo("95");
    assertThat(answer.header("x-ratelimit-remaining-requests")).isEqualTo("99");
    assertThat(receipt(token).member("id")).isEqualTo(answer.header("Lastword-Charge"));
    assertThat(words(token)).isEqualTo(95);
  }

  @Test
  void aLongConversationIsTakenAndALongerOneRefused() throws Exception {
    String token = user(100);
    says("yes");
    String conversation =
        "{\"model\":\"model-1\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
    String said = "word ".repeat(50_000);

    Answer taken = server.send("POST", "/v1/chat/completions", token, conversation.formatted(said));
    assertThat(taken.status()).as(taken.body()).isEqualTo(200);
    assertThat(model.requests().getFirst()).contains(said.strip());
    // Announced, and not sent: whoever still sends when it is refused may not hear why.
    for (int length : List.of(256 * 1024 + 1, 12_500_000)) {
      try (Wire wire = new Wire(server.port())) {
        Wire.Response refused =
            wire.send(
                    ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n")
                        .formatted(token, length))
                .read();
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.body()).startsWith("{\"error\":{").contains("too_large", "262144");
      }
    }
    assertThat(words(token)).isEqualTo(99);
  }

  @Test
  void aStreamedAnswerIsTheSameToTheLetter() {
    String token = user(100);
    streams("# Ti", "tle\\n", "\\n\\tone  t", "wo", " ");

    Answer answer =
        chat(token, MODEL, "\"stream\":true,\"stream_options\":{\"include_usage\":true}");

    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(said(answer.body())).isEqualTo("# Title\\n\\n\\tone  two");
    assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    assertThat(answer.body()).contains("\"choices\":[],\"usage\":{\"prompt_tokens\":0,");
    assertThat(answer.member("completion_tokens")).isEqualTo("4");
    assertThat(answer.body()).contains("\"finish_reason\":\"stop\"");
    assertThat(words(token)).isEqualTo(96);
  }

  @Test
  void whatTheClientWantsOfTheModelIsPassedOn() {
    String token = user(100);
    says("fine");

    Answer answer =
        chat(
            token,
            MODEL,
            "\"temperature\":0.5,\"top_p\":0.9,\"presence_penalty\":-1,\"frequency_penalty\":1,"
                + "\"seed\":7,\"max_tokens\":9,\"stop\":[\"END\"]");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(model.requests().getFirst())
        .contains("\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]")
        .contains("\"seed\":7", "\"max_tokens\":9", "\"stop\":[\"END\"]")
        .contains("\"temperature\":0.5", "\"top_p\":0.9")
        .contains("\"presence_penalty\":-1.0", "\"frequency_penalty\":1.0");
  }

  @Test
  void promise1AnAnswerIsCutWhereTheMoneyEnds() {
    String token = user(3);
    says("one two three four five");

    Answer answer = chat(token, MODEL, "");

    assertThat(answer.member("content")).isEqualTo("one two three");
    assertThat(answer.member("finish_reason")).isEqualTo("length");
    assertThat(answer.member("outcome")).isEqualTo("exhausted");
    assertThat(receipt(token).member("outcome")).isEqualTo("exhausted");
    assertThat(words(token)).isZero();
    Answer next = chat(token, MODEL, "");
    assertThat(next.status()).isEqualTo(402);
    assertThat(next.member("code")).isEqualTo("insufficient_quota");
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void noModelIsMadeToWriteMuchMoreThanCanBePaid() {
    says("one");

    chat(user(3), MODEL, "");
    chat(server.user(user + "-2", 0, 3, "model:" + MODEL), MODEL, "\"max_tokens\":5");
    chat(server.user(user + "-3", 0, 1_000_000, "model:" + MODEL), MODEL, "");

    assertThat(model.requests().get(0)).contains("\"max_tokens\":256");
    assertThat(model.requests().get(1)).contains("\"max_tokens\":5");
    assertThat(model.requests().get(2)).doesNotContain("max_tokens");
  }

  /** Each saw a balance that the others spend, too. */
  @Test
  void promise1ParallelAnswersNeverOverspend() throws Exception {
    String token = user(25);
    says("one two three four");
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> all = new ArrayList<>();
      for (int index = 0; index < 20; index++) {
        all.add(threads.submit(() -> chat(token, MODEL, "")));
      }
      for (Future<Answer> one : all) {
        answers.add(one.get());
      }
    }
    long delivered = 0;
    for (Answer answer : answers) {
      if (answer.status() == 200) {
        long charged = answer.number("charged");
        assertThat(answer.member("content").split(" ")).hasSize((int) charged);
        delivered += charged;
      } else {
        assertThat(answer.status()).isEqualTo(402);
      }
    }
    assertThat(delivered).isEqualTo(25);
    assertThat(words(token)).isZero();
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise5AModelThatFailsCostsNothing() {
    String token = user(100);
    model.does(line -> line.whole(500, "application/json", "{}"));

    for (String more : List.of("", "\"stream\":true")) {
      Answer answer = chat(token, MODEL, more);

      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.member("type")).isEqualTo("server_error");
    }
    assertThat(words(token)).isEqualTo(100);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise5AStreamThatFailsInTheMiddleSaysSoAndCostsWhatCame() {
    String token = user(100);
    model.does(line -> line.events().delta("one two three ").piece("data: garbage\n\n"));

    Answer answer = chat(token, MODEL, "\"stream\":true");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(said(answer.body())).isEqualTo("one two three");
    assertThat(answer.body()).contains("data: {\"error\":{").doesNotContain("[DONE]");
    assertThat(words(token)).isEqualTo(97);
    assertThat(receipt(token).member("outcome")).isEqualTo("failed");
  }

  @Test
  void promise5WhoLeavesBeforeAWholeAnswerPaysNothingAndItsModelIsLetGo() throws Exception {
    String token = user(100);
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
              .formatted(MODEL);
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + token
                      + "\r\nContent-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> model.requests().size() == 1);
    }
    await().until(() -> model.left() == 1);
    await()
        .until(() ->
            server.send("GET", "/metrics", "", "").body().contains("lastword_streams_live 0"));
    assertThat(words(token)).isEqualTo(100);
    assertThat(receipt(token).body()).contains("\"charges\":[]");
  }

  @Test
  void promise3ARetryGetsTheSameAnswerForNothing() {
    String token = user(100);
    says("one\\n\\ntwo  three");
    String[] key = {"Idempotency-Key", RunningService.newKey()};

    Answer first = chat(token, MODEL, "", key);
    Answer again = chat(token, MODEL, "", key);

    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.member("content")).isEqualTo("one\\n\\ntwo  three");
    assertThat(again.number("charged")).isEqualTo(3);
    assertThat(again.member("finish_reason")).isEqualTo("stop");
    assertThat(again.header("Lastword-Charge")).isEqualTo(first.header("Lastword-Charge"));
    assertThat(words(token)).isEqualTo(97);
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void promise3ARetryOfAStreamGetsTheSameWordsForNothing() {
    String token = server.user(user, 0, 100);
    String[] key = {"Idempotency-Key", RunningService.newKey()};
    String wish = "\"stream\":true,\"max_tokens\":9,\"stop\":[\"zzz\"]";

    Answer first = chat(token, "simulated", wish, key);
    Answer again = chat(token, "simulated", wish, key);

    assertThat(said(first.body()).split(" ")).hasSize(9);
    assertThat(said(again.body())).isEqualTo(said(first.body()));
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.body()).contains("\"finish_reason\":\"length\"");
    assertThat(words(token)).isEqualTo(91);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one two three | two          | one            | 1",
        "one two three | o th         | one tw         | 2",
        "one two three | wo           | one t          | 2",
        "one two three | one          | ''             | 0",
        "one two three | four         | one two three  | 3",
        "one two three | ' two four'  | one two three  | 3",
      })
  void anAnswerEndsBeforeItsStop(String text, String stop, String left, long charged) {
    String token = user(100);
    String wish = "\"stop\":\"" + stop + "\"";
    says(text);

    Answer whole = chat(token, MODEL, wish);
    streams(text.split("(?<=\\G..)"));
    Answer streamed = chat(token, MODEL, wish + ",\"stream\":true");

    assertThat(whole.member("content")).isEqualTo(left);
    assertThat(whole.member("finish_reason")).isEqualTo("stop");
    assertThat(said(streamed.body())).isEqualTo(left);
    assertThat(streamed.body()).contains("\"finish_reason\":\"stop\"");
    assertThat(words(token)).isEqualTo(100 - 2 * charged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"n\":2                                  | n",
        "\"n\":0                                  | n",
        "\"tools\":[]                             | tools",
        "\"temperature\":3                        | temperature",
        "\"stream\":\"yes\"                       | stream",
        "\"stream_options\":{}                    | stream_options",
        "\"max_tokens\":0                         | max_tokens",
        "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"] | stop",
        "\"stop\":\"\"                            | stop",
        "\"response_format\":{\"type\":\"json\"}  | response_format.type",
        "\"logprobs\":true                        | logprobs",
      })
  void whatCannotBeHadIsNamed(String wish, String field) {
    Answer answer = chat(user(100), MODEL, wish);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.member("param")).isEqualTo(field);
    assertThat(answer.member("type")).isEqualTo("invalid_request_error");
    assertThat(model.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                                      | messages",
        "{}                                                      | messages",
        "[1]                                                     | messages[0]",
        "[{\"role\":\"tool\",\"content\":\"x\"}]                 | messages[0].role",
        "[{\"role\":\"user\"}]                                   | messages[0].content",
        "[{\"role\":\"user\",\"content\":\"x\",\"name\":\"y\"}]  | messages[0].name",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]| messages[0].content[0].type",
      })
  void badMessagesAreNamed(String messages, String field) {
    Answer answer =
        server.send(
            "POST",
            "/v1/chat/completions",
            user(100),
            "{\"model\":\"simulated\",\"messages\":" + messages + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.member("param")).isEqualTo(field);
  }

  /** As a client sends back what it was given. */
  @Test
  void membersThatAreNullSayNothing() {
    String messages =
        "[{\"role\":\"assistant\",\"content\":\"x\",\"refusal\":null,\"tool_calls\":null}]";

    Answer answer =
        server.send(
            "POST",
            "/v1/chat/completions",
            user(100),
            "{\"model\":\"simulated\",\"max_tokens\":1,\"tools\":null,\"messages\":"
                + messages
                + "}");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void aModelIsShownAndAnswersOnlyWhomItMay() {
    String may = user(100);
    String mayNot = server.user(user + "-poor", 0, 100);
    says("fine");

    assertThat(server.send("GET", "/v1/models", may, "").body())
        .contains("\"id\":\"model-1\"", "\"id\":\"simulated\"");
    assertThat(server.send("GET", "/v1/models", mayNot, "").body())
        .doesNotContain("model-1")
        .contains("simulated");
    assertThat(server.send("GET", "/v1/models/model-1", may, "").status()).isEqualTo(200);
    assertThat(server.send("GET", "/v1/models/model-1", mayNot, "").status()).isEqualTo(404);
    assertThat(chat(mayNot, MODEL, "").member("code")).isEqualTo("model_not_found");
    assertThat(words(mayNot)).isEqualTo(100);
    assertThat(chat(may, MODEL, "").status()).isEqualTo(200);
    Answer taken =
        server.send(
            "PUT", "/users/" + user + "/permissions", server.operator(), "{\"permissions\":[]}");
    assertThat(taken.status()).isEqualTo(200);
    assertThat(chat(may, MODEL, "").status()).isEqualTo(404);
  }

  @Test
  void permissionsForModelsAreKept() {
    Answer bad =
        server.send(
            "PUT",
            "/users/" + user + "/permissions",
            server.operator(),
            "{\"permissions\":[\"model:a b\"]}");
    user(0);
    Answer long_ =
        server.send(
            "PUT",
            "/users/" + user + "/permissions",
            server.operator(),
            "{\"permissions\":[%s]}"
                .formatted(
                    String.join(
                        ",",
                        List.of("a", "b", "c").stream()
                            .map(one -> "\"model:" + one.repeat(90) + "\"")
                            .toList())));
    Answer good =
        server.send(
            "PUT",
            "/users/" + user + "/permissions",
            server.operator(),
            "{\"permissions\":[\"model:meta/llama-3.1:8b\",\"ai\"]}");

    assertThat(bad.status()).isEqualTo(400);
    assertThat(long_.status()).isEqualTo(400);
    assertThat(good.body()).contains("[\"generate_llm_meme\",\"model:meta/llama-3.1:8b\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /v1/chat/completions, 405, method_not_allowed",
    "POST, /v1/chat/completions, 415, unsupported_media_type",
    "GET,  /v1/models/none,      404, model_not_found",
  })
  void everyErrorHasTheFormOfTheseClients(String method, String path, int status, String code) {
    String[] text = {"Content-Type", "text/plain"};

    Answer answer = server.send(method, path, user(1), method.equals("GET") ? "" : "x", text);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.member("code")).isEqualTo(code);
    assertThat(answer.header("x-request-id")).isNotEmpty();
  }

  @Test
  void theOlderFormAnswersAPrompt() {
    String token = user(100);
    streams("one two ", "three");

    Answer streamed =
        server.send(
            "POST",
            "/v1/completions",
            token,
            "{\"model\":\"%s\",\"prompt\":\"Once\",\"stream\":true}".formatted(MODEL));
    says("one two three");
    Answer whole =
        server.send(
            "POST",
            "/v1/completions",
            token,
            "{\"model\":\"%s\",\"prompt\":\"Once\",\"max_tokens\":2}".formatted(MODEL));

    List<String> pieces = new ArrayList<>();
    Matcher piece = Pattern.compile("\"text\":\"([^\"]+)\"").matcher(streamed.body());
    while (piece.find()) {
      pieces.add(piece.group(1));
    }
    assertThat(pieces).containsExactly("one", " two", " three");
    assertThat(whole.member("text")).isEqualTo("one two");
    assertThat(whole.member("finish_reason")).isEqualTo("length");
    assertThat(whole.member("object")).isEqualTo("text_completion");
    assertThat(words(token)).isEqualTo(95);
    assertThat(model.requests()).hasSize(2);
  }
}
