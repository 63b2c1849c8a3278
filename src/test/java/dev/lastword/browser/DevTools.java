package dev.lastword.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * Chromium's own protocol over a web socket: calls with an answer each, and events. A session is a
 * tab; the empty one is the browser. Thread-safe.
 */
final class DevTools implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANSWER_SECONDS = 30;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<String, JsonNode>> listeners = new ConcurrentHashMap<>();
  private WebSocket socket;
  private int lastCall;

  private DevTools() {}

  static DevTools connect(URI address) throws Exception {
    DevTools tools = new DevTools();
    tools.socket =
        tools
            .http
            .newWebSocketBuilder()
            .buildAsync(address, tools.new Listener())
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    return tools;
  }

  /** Tells of every event of a session, by its name, on the socket's thread. */
  void listen(String session, BiConsumer<String, JsonNode> listener) {
    listeners.put(session, listener);
  }

  /** Calls a method and waits for what it returns. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    send(session, method, parameters, answer);
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " " + parameters, e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** One message at a time, as the socket asks for. */
  private synchronized void send(
      String session, String method, Map<String, ?> parameters, CompletableFuture<JsonNode> to) {
    int id = ++lastCall;
    calls.put(id, to);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    try {
      socket.sendText(JSON.writeValueAsString(message), true).join();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private void take(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> call = calls.remove(message.get("id").asInt());
      if (message.has("error")) {
        call.completeExceptionally(new AssertionError(message.get("error").toString()));
      } else {
        call.complete(message.get("result"));
      }
    } else {
      listeners
          .getOrDefault(message.path("sessionId").asText(), (name, event) -> {})
          .accept(message.get("method").asText(), message.get("params"));
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          take(JSON.readTree(text.toString()));
        } catch (JsonProcessingException e) {
          throw new IllegalStateException(e);
        } finally {
          text.setLength(0);
        }
      }
      from.request(1);
      return null;
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
