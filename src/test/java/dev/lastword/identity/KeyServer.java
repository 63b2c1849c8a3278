package dev.lastword.identity;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An identity provider: a real HTTP server that gives out whatever key set it is told to. */
final class KeyServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int status = 200;
  private volatile String body;
  private volatile @Nullable CountDownLatch trickle;

  KeyServer(String body) throws IOException {
    this.body = body;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/jwks", this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
  }

  void answer(int status, String body) {
    this.status = status;
    this.body = body;
  }

  /** From now on only the head of an answer arrives, and its body not before the latch opens. */
  void trickle(CountDownLatch until) {
    this.trickle = until;
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    CountDownLatch waiting = trickle;
    if (waiting != null) {
      waiting.countDown();
    }
    server.stop(0);
    threads.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Location", "/elsewhere");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream stream = exchange.getResponseBody()) {
      stream.flush();
      CountDownLatch waiting = trickle;
      if (waiting != null) {
        waiting.await();
      }
      stream.write(bytes);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
