package dev.lastword.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a model that keeps them open: used again where an answer was read to its end. */
@Timeout(60)
final class UpstreamConnectionsTest {

  private static final String PIECE =
      "data: {\"choices\":[{\"delta\":{\"content\":\"one two \"}}]}\n\n";
  private static final String END =
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" + "data: [DONE]\n\n";
  private static final String WHOLE =
      "{\"choices\":[{\"message\":{\"content\":\"one two\"},\"finish_reason\":\"stop\"}]}";

  @TempDir private Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** The client's port of each request. */
  private final List<Integer> connections = new CopyOnWriteArrayList<>();

  private volatile int pieces = 1;
  private volatile CountDownLatch end = new CountDownLatch(0);
  private HttpServer model;
  private RunningService service;
  private String token;

  @BeforeEach
  void start() throws IOException {
    model = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    model.setExecutor(threads);
    model.createContext("/", this::answer);
    model.start();
    URI url = URI.create("http://127.0.0.1:" + model.getAddress().getPort() + "/v1");
    service =
        RunningService.start(
            folder,
            one -> RunningService.model(one, new Endpoint(url, null, "model-1", Limits.usual())));
    token = service.user("ann", 0, 100, "model:model-1");
  }

  @AfterEach
  void stop() {
    end.countDown();
    service.close();
    model.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      connections.add(exchange.getRemoteAddress().getPort());
      boolean streamed =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
              .contains("\"stream\":true");
      exchange
          .getResponseHeaders()
          .add("Content-Type", streamed ? "text/event-stream" : "application/json");
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      body.write((streamed ? PIECE.repeat(pieces) + END : WHOLE).getBytes(StandardCharsets.UTF_8));
      body.flush();
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void chat(boolean streamed) {
    Answer answer =
        service.send(
            "POST",
            "/v1/chat/completions",
            token,
            "{\"model\":\"model-1\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                .formatted(streamed));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("two", "\"finish_reason\":\"stop\"");
  }

  private void awaitIdle() {
    await()
        .until(() ->
            service
                .send("GET", "/metrics", "", "")
                .body()
                .contains("lastword_upstream_calls 0.0\n"));
  }

  @Test
  void oneConnectionIsEnoughForOneAnswerAfterAnother() {
    for (int i = 0; i < 6; i++) {
      chat(i % 3 > 0);
      awaitIdle();
    }
    assertThat(connections).hasSize(6).containsOnly(connections.getFirst());
  }

  @Test
  void promise5AnAnswerWithoutAnEndIsNobodysToWaitFor() {
    end = new CountDownLatch(1);
    chat(true);
    assertThat(end.getCount()).isEqualTo(1);
    awaitIdle();

    chat(true);
    assertThat(connections.stream().distinct()).hasSize(2);
    assertThat(service.stats(token).number("words_left")).isEqualTo(96);
  }

  @Test
  void promise5WhoeverStopsBeforeTheEndLetsTheModelGoHoweverMuchItHasSaid() {
    for (int said = 14; said < 24; said++) {
      pieces = said;
      String poor = service.user("poor-" + said, 0, 3, "model:model-1");
      Answer answer =
          service.send(
              "POST",
              "/v1/chat/completions",
              poor,
              "{\"model\":\"model-1\",\"stream\":true,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
      assertThat(answer.body()).contains("\"outcome\":\"exhausted\"");
      awaitIdle();
    }
  }
}
