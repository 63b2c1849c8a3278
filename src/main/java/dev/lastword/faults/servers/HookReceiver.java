package dev.lastword.faults.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/** Who is told by webhook: it notes what it takes, and can be told to fail. Thread-safe. */
public final class HookReceiver implements AutoCloseable {

  /** What the messages are signed with. */
  public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final int TAKEN = 204;

  /** A message as it came. */
  public record Message(
      String id, String timestamp, String signature, String contentType, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Message> taken = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile IntUnaryOperator status = number -> TAKEN;

  public HookReceiver() {
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  /** What tells a server of it. */
  public Map<String, String> settings() {
    return Map.of("LASTWORD_WEBHOOK_URL", url().toString(), "LASTWORD_WEBHOOK_SECRET", SECRET);
  }

  /**
   * What is answered from now on, by the number of the request: a status, of which a 2xx takes the
   * message; 0 for none, which takes it and closes the connection.
   */
  public void answering(IntUnaryOperator other) {
    status = other;
  }

  /** What was taken, one after the other, repetitions included. */
  public List<Message> taken() {
    return List.copyOf(taken);
  }

  /** How many requests came. */
  public int requests() {
    return requests.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      int now = status.applyAsInt(requests.incrementAndGet());
      if (now == 0 || now / 100 == TAKEN / 100) {
        taken.add(
            new Message(
                header(exchange, "webhook-id"),
                header(exchange, "webhook-timestamp"),
                header(exchange, "webhook-signature"),
                header(exchange, "content-type"),
                body));
      }
      if (now > 0) {
        exchange.getResponseHeaders().add("Location", url().toString());
        exchange.sendResponseHeaders(now, -1);
      }
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
