package dev.lastword.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Requests to one server on this machine, or to any of several. Thread-safe. */
final class Http implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final IntSupplier port;

  /** To one server. */
  Http(int port) {
    this(() -> port);
  }

  /** To whichever the next request is for. */
  Http(IntSupplier port) {
    this.port = port;
  }

  int port() {
    return port.getAsInt();
  }

  /** Sends a request and reads its whole answer; headers as name, value, name, value. */
  HttpResponse<String> send(
      String method, String path, String token, String body, String... headers) throws IOException {
    return send(method, path, token, body, BodyHandlers.ofString(), headers);
  }

  /** Asks for words, and leaves the reading to the caller. */
  HttpResponse<InputStream> stream(String token, String body, String... headers)
      throws IOException {
    return send("POST", "/generate-data", token, body, BodyHandlers.ofInputStream(), headers);
  }

  private <T> HttpResponse<T> send(
      String method,
      String path,
      String token,
      String body,
      HttpResponse.BodyHandler<T> handler,
      String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
            .timeout(PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .setHeader("Authorization", "Bearer " + token);
    if (!body.isEmpty()) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int index = 0; index < headers.length; index += 2) {
      request.setHeader(headers[index], headers[index + 1]);
    }
    try {
      return client.send(request.build(), handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
