package dev.lastword;

import dev.lastword.RunningService.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Sends requests to one server; any number of threads at once. */
public final class TestClient implements AutoCloseable {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;

  public TestClient(int port) {
    this.port = port;
  }

  /** Sends a request; {@code token} empty for none; headers as name, value, name, value. */
  public Answer send(String method, String path, String token, String body, String... headers) {
    try {
      HttpResponse<String> response =
          http.send(request(method, path, token, body, headers), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Begins a stream and leaves the reading to the caller. */
  public HttpResponse<InputStream> stream(String token, String body, String... headers)
      throws IOException, InterruptedException {
    return http.send(
        request("POST", "/generate-data", token, body, headers), BodyHandlers.ofInputStream());
  }

  /** Creates a user with the operator's token. */
  public void create(String operator, String id, long tokens, long words, String... permissions) {
    String list =
        String.join(",", List.of(permissions).stream().map(one -> "\"" + one + "\"").toList());
    Answer answer =
        send(
            "POST",
            "/users",
            operator,
            "{\"user_id\":\"%s\",\"tokens\":%d,\"words\":%d,\"permissions\":[%s]}"
                .formatted(id, tokens, words, list));
    if (answer.status() != 201) {
      throw new AssertionError(answer);
    }
  }

  private HttpRequest request(
      String method, String path, String token, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.setHeader("Content-Type", "application/json");
    }
    if (!token.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    for (int index = 0; index < headers.length; index += 2) {
      request.setHeader(headers[index], headers[index + 1]);
    }
    return request.build();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
