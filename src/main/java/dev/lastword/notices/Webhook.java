package dev.lastword.notices;

import static java.util.stream.Collectors.joining;

import dev.lastword.accounts.Notice;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Sends a notice as Standard Webhooks says: what it is, signed together with its id and the time.
 * Redirects are not followed. Thread-safe.
 */
final class Webhook implements AutoCloseable {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int SUCCESS = 2;
  private static final String LOW = "balance.low";
  private static final String EXHAUSTED = "balance.exhausted";

  private final Receiver receiver;
  private final HttpClient client;

  Webhook(Receiver receiver) {
    this.receiver = receiver;
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(receiver.patience().answer())
            .build();
  }

  /**
   * Sends it, and waits for the answer.
   *
   * @return what went wrong, a word or a status; empty if the receiver took it
   */
  Optional<String> send(Notice notice, Instant now) throws InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> exchange =
        client.sendAsync(request(notice, now.getEpochSecond()), BodyHandlers.ofInputStream());
    try {
      HttpResponse<InputStream> answer =
          exchange.get(receiver.patience().answer().toMillis(), TimeUnit.MILLISECONDS);
      // The head says it all.
      answer.body().close();
      int status = answer.statusCode();
      return status / 100 == SUCCESS ? Optional.empty() : Optional.of(Integer.toString(status));
    } catch (TimeoutException e) {
      return Optional.of("timeout");
    } catch (ExecutionException e) {
      return Optional.of(e.getCause() instanceof HttpTimeoutException ? "timeout" : "connection");
    } catch (IOException e) {
      return Optional.of("connection");
    } finally {
      exchange.cancel(true);
    }
  }

  private HttpRequest request(Notice notice, long seconds) {
    String body = body(notice);
    String signatures =
        receiver.secrets().stream()
            .map(secret -> secret.sign(notice.id(), seconds, body))
            .collect(joining(" "));
    return HttpRequest.newBuilder(receiver.url())
        .header("Content-Type", "application/json")
        .header("User-Agent", "Lastword")
        .header("webhook-id", notice.id())
        .header("webhook-timestamp", Long.toString(seconds))
        .header("webhook-signature", signatures)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** Says the same at each attempt. */
  private static String body(Notice notice) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("type", notice.level() == 0 ? EXHAUSTED : LOW);
      json.writeStringProperty("timestamp", notice.at().toString());
      json.writeObjectPropertyStart("data");
      json.writeStringProperty("user_id", notice.accountId());
      json.writeStringProperty("meter", notice.meter().word());
      json.writeNumberProperty("level", notice.level());
      json.writeNumberProperty("left", notice.left());
      json.writeNumberProperty("credited", notice.credited());
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
