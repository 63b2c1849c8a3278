package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.Settings;
import dev.lastword.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Speaks to a running server. Thread-safe. */
final class Client implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI server;

  Client(URI server) {
    this.server = server;
  }

  /** Where a server on this machine listens by its settings. */
  static URI thisMachine() {
    Configuration configuration = Settings.read().configuration();
    String scheme = configuration.listening().certificate().isPresent() ? "https" : "http";
    return URI.create(scheme + "://localhost:" + configuration.listening().port());
  }

  URI server() {
    return server;
  }

  HttpResponse<String> send(String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    return http.send(request(method, path, headers, body), BodyHandlers.ofString());
  }

  HttpResponse<java.io.InputStream> stream(String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    return http.send(request("POST", path, headers, body), BodyHandlers.ofInputStream());
  }

  private HttpRequest request(
      String method, String path, Map<String, String> headers, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return request.build();
  }

  /**
   * The body of an answer that is as it should be.
   *
   * @throws ClientFailure with the server's own words if it is not
   */
  String ask(String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response;
    try {
      response = send(method, path, headers, body);
    } catch (ConnectException e) {
      throw new ClientFailure("no server answers at " + server + "; start one: ./lastword serve");
    }
    if (response.statusCode() >= 400) {
      Optional<String> detail = Json.member(response.body(), "detail");
      throw new ClientFailure(response.statusCode() + ": " + detail.orElse(response.body()));
    }
    return response.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
