package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.InternalServerException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.upstream.ModelServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What OpenAI's own client for Java makes of refusals, as docs/clients.md says. */
@Timeout(60)
final class OpenAiClientTest {

  private final ModelServer model = new ModelServer();
  @TempDir private Path folder;
  private RunningService server;
  private String token;

  private void start(long words, UnaryOperator<Configuration> difference) {
    server =
        RunningService.start(
            folder,
            one ->
                RunningService.model(difference.apply(one), model.endpoint(ModelServer.limits())));
    token = server.user("ann", 0, words, "model:model-1");
  }

  @AfterEach
  void stop() {
    server.close();
    model.close();
  }

  private ChatCompletion ask(String name, int retries) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
            .apiKey(token)
            .maxRetries(retries)
            .build();
    try {
      return client
          .chat()
          .completions()
          .create(
              ChatCompletionCreateParams.builder()
                  .model(name)
                  .maxCompletionTokens(3)
                  .addUserMessage("Say something.")
                  .build());
    } finally {
      client.close();
    }
  }

  /** A refusal counts for the rate limit, so what is left of it says how often was asked. */
  @Test
  void whenTheMoneyIsGoneItSaysSoAndDoesNotTryAgain() {
    start(0, RunningService.FAST);

    UnexpectedStatusCodeException refused =
        catchThrowableOfType(UnexpectedStatusCodeException.class, () -> ask("simulated", 2));

    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(refused.code()).contains("insufficient_quota");
    assertThat(server.words(token, "").header("RateLimit")).startsWith("\"requests\";r=98;");
  }

  @Test
  void promise8BeyondTheRateLimitItsErrorSaysSo() {
    start(
        100,
        one ->
            RunningService.rateLimit(one, new Configuration.RateLimit(1, Duration.ofSeconds(60))));
    ask("simulated", 0);

    RateLimitException refused =
        catchThrowableOfType(RateLimitException.class, () -> ask("simulated", 0));

    assertThat(refused.code()).contains("rate_limit_exceeded");
    assertThat(refused.headers().values("Retry-After")).hasSize(1);
    assertThat(server.stats(token).number("words_left")).isEqualTo(97);
  }

  @Test
  void promise5AModelThatIsAwayIsTriedAgainAndCostsOneAnswer() {
    start(100, RunningService.FAST);
    model.does(line -> line.whole(503, "application/json", "{}", "Retry-After: 1"));
    InternalServerException away =
        catchThrowableOfType(InternalServerException.class, () -> ask("model-1", 0));
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.code()).contains("unavailable");

    model.begin();
    model.does(line -> {
      if (model.requests().size() == 1) {
        line.whole(503, "application/json", "{}", "Retry-After: 1");
      } else {
        line.message("\"one two three\"");
      }
    });
    ChatCompletion answer = ask("model-1", 2);

    assertThat(answer.choices().getFirst().message().content()).contains("one two three");
    assertThat(model.requests()).hasSize(2);
    assertThat(server.stats(token).number("words_left")).isEqualTo(97);
  }
}
