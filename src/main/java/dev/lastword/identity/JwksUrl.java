package dev.lastword.identity;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A key set at an http or https address. Redirects are not followed: the address is trusted. */
final class JwksUrl implements JwksSource {
  private final HttpClient client;
  private final HttpRequest request;
  private final Duration timeout;

  /**
   * @param timeout for connecting, the answer's head and all of its body together
   */
  JwksUrl(URI url, Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
    this.request = HttpRequest.newBuilder(url).header("Accept", "application/json").build();
  }

  @Override
  public String read() throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> exchange =
        client.sendAsync(
            request,
            BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_BYTES));
    try {
      // The client's own time-out would end with the head: a body could trickle on for ever.
      HttpResponse<String> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("the answer's status is " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + timeout.toMillis() + " ms", late);
    } catch (ExecutionException failed) {
      throw new IOException("no answer: " + failed.getCause(), failed);
    } finally {
      exchange.cancel(true);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
