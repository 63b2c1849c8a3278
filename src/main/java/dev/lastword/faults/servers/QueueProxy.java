package dev.lastword.faults.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands before a queue: it can be away, and send every message a second time, some of them much
 * later. Thread-safe.
 */
public final class QueueProxy implements AutoCloseable {

  private static final String TARGET = "X-Amz-Target";
  private static final List<String> PASSED_ON = List.of(TARGET, "Content-Type", "Authorization");

  /**
   * At every attempt the server looks through those of five minutes, and has time for little else
   * before long. Without it, what an answer that was lost had taken comes when it is shown again.
   */
  private static final Pattern ATTEMPT =
      Pattern.compile(",?\"ReceiveRequestAttemptId\":\"[^\"]*\"");

  private static final int SOON_MILLIS = 200;
  private static final int ONE_IN_MUCH_LATER = 4;

  private final URI queue;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger copies = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean away;
  private volatile Duration muchLater = Duration.ZERO;

  /** Begins to lead to a queue. */
  public QueueProxy(URI queue) {
    this.queue = queue;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::pass);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on every connection ends without an answer. */
  public void leave() {
    away = true;
  }

  public void comeBack() {
    away = false;
  }

  /**
   * From now on every message is sent twice, as another message.
   *
   * @param longest after which the last of the copies comes; zero for no more copies
   */
  public void repeat(Duration longest) {
    muchLater = longest;
  }

  /** How many messages were sent twice so far. */
  public int copies() {
    return copies.get();
  }

  /** Whether no copy is still to come. */
  public boolean quiet() {
    return waiting.get() == 0;
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (away) {
        throw new IOException("away");
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(queue.resolve(exchange.getRequestURI().getPath()));
      for (String name : PASSED_ON) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
          request.header(name, value);
        }
      }
      String target = String.valueOf(exchange.getRequestHeaders().getFirst(TARGET));
      Duration longest = muchLater;
      if (target.endsWith(".SendMessageBatch") && !longest.isZero()) {
        repeat(request.copy(), body, longest);
      }
      HttpResponse<byte[]> answer =
          client.send(
              request.POST(BodyPublishers.ofString(ATTEMPT.matcher(body).replaceAll(""))).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      answer
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A FIFO queue knows a message again by its deduplication id, so the copies get others. */
  private void repeat(HttpRequest.Builder request, String body, Duration longest) {
    String copy =
        Pattern.compile("\"MessageGroupId\"")
            .matcher(body)
            .replaceAll(_ ->
                "\"MessageDeduplicationId\":\"copy-%d\",\"MessageGroupId\""
                    .formatted(copies.incrementAndGet()));
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long millis =
        random.nextInt(ONE_IN_MUCH_LATER) == 0
            ? random.nextLong(longest.toMillis())
            : random.nextLong(SOON_MILLIS);
    waiting.incrementAndGet();
    Future<?> _ =
        later.schedule(
            () -> {
              try {
                client.send(
                    request.POST(BodyPublishers.ofString(copy)).build(),
                    HttpResponse.BodyHandlers.discarding());
              } finally {
                waiting.decrementAndGet();
              }
              return null;
            },
            millis,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    later.shutdownNow();
    server.stop(0);
    client.shutdownNow();
  }
}
