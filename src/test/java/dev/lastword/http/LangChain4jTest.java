package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.lastword.Configuration;
import dev.lastword.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client library for OpenAI's API that knows nothing of Lastword. */
@Timeout(60)
final class LangChain4jTest {

  @TempDir private Path folder;
  private RunningService server;

  @AfterEach
  void stop() {
    server.close();
  }

  private void start() {
    server = RunningService.start(folder);
  }

  private OpenAiChatModel.OpenAiChatModelBuilder model(String token) {
    return OpenAiChatModel.builder()
        .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
        .apiKey(token)
        .modelName("simulated")
        .maxRetries(2);
  }

  private long words(String token) {
    return server.stats(token).number("words_left");
  }

  @Test
  void promise7WhatItCompletesIsWhatItPays() {
    start();
    String token = server.user("ann", 0, 100);

    ChatResponse response =
        model(token).maxTokens(7).build().chat(UserMessage.from("Say something."));

    assertThat(response.aiMessage().text().split(" ")).hasSize(7);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(7);
    assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(words(token)).isEqualTo(93);
  }

  private record Streamed(List<String> pieces, ChatResponse response) {}

  private Streamed stream(String token, int maxTokens) throws Exception {
    OpenAiStreamingChatModel model =
        OpenAiStreamingChatModel.builder()
            .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
            .apiKey(token)
            .modelName("simulated")
            .maxTokens(maxTokens)
            .build();
    List<String> pieces = new CopyOnWriteArrayList<>();
    CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
    model.chat(
        "Say something.",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            pieces.add(piece);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            complete.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            complete.completeExceptionally(error);
          }
        });
    return new Streamed(pieces, complete.get(30, TimeUnit.SECONDS));
  }

  @Test
  void promise7WhatItStreamsIsWhatItPays() throws Exception {
    start();
    String token = server.user("ann", 0, 100);

    Streamed streamed = stream(token, 6);

    assertThat(streamed.pieces()).hasSize(6);
    assertThat(streamed.response().aiMessage().text())
        .isEqualTo(String.join("", streamed.pieces()));
    assertThat(streamed.response().tokenUsage().outputTokenCount()).isEqualTo(6);
    assertThat(words(token)).isEqualTo(94);
  }

  @Test
  void promise1AStreamEndsWithTheMoney() throws Exception {
    start();
    String token = server.user("ann", 0, 5);

    Streamed streamed = stream(token, 50);

    assertThat(streamed.pieces()).hasSize(5);
    assertThat(streamed.response().finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(words(token)).isZero();
  }

  @Test
  void whenTheMoneyIsGoneItSaysSoAndDoesNotTryAgain() {
    start();
    String token = server.user("ann", 0, 0);
    OpenAiChatModel model = model(token).maxRetries(5).build();

    long before = requests();
    assertThatThrownBy(() -> model.chat("Say something."))
        .isInstanceOf(LangChain4jException.class)
        .hasRootCauseInstanceOf(HttpException.class)
        .hasMessageContaining("insufficient_quota")
        .rootCause()
        .extracting(cause -> ((HttpException) cause).statusCode())
        .isEqualTo(402);
    // A request is counted when its answer has left.
    await().until(() -> requests() > before);
    assertThat(requests() - before).isEqualTo(1);
  }

  /** How many chats were answered with 402. */
  private long requests() {
    return server
        .send("GET", "/metrics", "", "")
        .body()
        .lines()
        .filter(line -> line.contains("/v1/chat/completions") && line.contains("402"))
        .filter(line -> line.contains("_count"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void promise8BeyondTheRateLimitItsErrorSaysSo() {
    server =
        RunningService.start(
            folder,
            one ->
                RunningService.rateLimit(
                    one, new Configuration.RateLimit(2, Duration.ofSeconds(60))));
    String token = server.user("ann", 0, 100);
    OpenAiChatModel model = model(token).maxTokens(1).maxRetries(0).build();
    model.chat("one");
    model.chat("two");

    assertThatThrownBy(() -> model.chat("three")).isInstanceOf(RateLimitException.class);
    assertThat(words(token)).isEqualTo(98);
  }

  @Test
  void errorsHaveTheirTypes() {
    start();
    String token = server.user("ann", 0, 100);

    assertThatThrownBy(() -> model("garbage").maxRetries(0).build().chat("x"))
        .isInstanceOf(AuthenticationException.class);
    assertThatThrownBy(() -> model(token).modelName("gpt").maxRetries(0).build().chat("x"))
        .isInstanceOf(ModelNotFoundException.class);
    assertThatThrownBy(() -> model(token).temperature(3.0).maxRetries(0).build().chat("x"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("temperature");
  }
}
