package dev.lastword.store.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lastword.telemetry.LoggedLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** How a queue must be, on a real server. */
final class QueueFinderTest {

  private static final String TWO_WEEKS = "1209600";
  private static final Map<String, String> MADE =
      Map.of(
          "FifoQueue", "true",
          "DeduplicationScope", "messageGroup",
          "FifoThroughputLimit", "perMessageGroupId",
          "MessageRetentionPeriod", TWO_WEEKS);

  /** Passes requests on to the server and keeps what they said: the server does not tell all. */
  private static final class Recorder implements AutoCloseable {
    private final HttpServer listener;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    Recorder(URI target) throws IOException {
      listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      listener.createContext("/", exchange -> pass(exchange, target));
      listener.start();
    }

    private void pass(HttpExchange exchange, URI target) throws IOException {
      byte[] asked = exchange.getRequestBody().readAllBytes();
      bodies.add(new String(asked, UTF_8));
      HttpRequest.Builder request =
          HttpRequest.newBuilder(target.resolve(exchange.getRequestURI().getPath()))
              .POST(HttpRequest.BodyPublishers.ofByteArray(asked));
      for (String name : List.of("Content-Type", "X-Amz-Target", "Authorization", "X-Amz-Date")) {
        List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
        values.forEach(value -> request.header(name, value));
      }
      try {
        HttpResponse<byte[]> answer =
            client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        answer
            .headers()
            .map()
            .forEach((name, values) -> {
              if (name.startsWith("x-amz") || name.equals("content-type")) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      } catch (InterruptedException e) {
        throw new IOException(e);
      } finally {
        exchange.close();
      }
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + listener.getAddress().getPort());
    }

    List<String> bodies() {
      return bodies;
    }

    @Override
    public void close() {
      listener.stop(0);
      client.close();
    }
  }

  private final SqsAddress address = Queues.fresh();
  private final Clients clients = Clients.of(address.endpoint(), Duration.ofSeconds(1));
  private final SqsClient sqs = clients.acts();

  @AfterEach
  void close() {
    clients.close();
  }

  private String make(String name, Map<String, String> more) {
    Map<String, String> attributes = new HashMap<>(more);
    attributes.put("FifoQueue", "true");
    return sqs.createQueue(ask -> ask.queueName(name).attributesWithStrings(attributes)).queueUrl();
  }

  private Map<String, String> attributes(String url) {
    return sqs.getQueueAttributes(ask -> ask.queueUrl(url).attributeNames(QueueAttributeName.ALL))
        .attributesAsStrings();
  }

  @Test
  void aQueueThatIsNotThereIsMadeAsThePageSays() throws Exception {
    String page = Files.readString(Path.of("docs", "sqs.md"));
    try (Recorder recorder = new Recorder(address.endpoint().orElseThrow());
        Clients through = Clients.of(Optional.of(recorder.url()), Duration.ofSeconds(1))) {
      String url = QueueFinder.find(through.acts(), address);

      assertThat(url).endsWith("/" + address.name());
      assertThat(attributes(url)).containsEntry("FifoQueue", "true");
      String asked =
          recorder.bodies().stream()
              .filter(body -> body.contains("MessageRetentionPeriod"))
              .findFirst()
              .orElseThrow();
      MADE.forEach((attribute, value) -> {
        assertThat(asked).contains("\"" + attribute + "\":\"" + value + "\"");
        assertThat(page).contains("`" + attribute + "`").contains(value);
      });
      assertThat(asked).doesNotContain("RedrivePolicy", "VisibilityTimeout", "ContentBased");
      int made = recorder.bodies().size();
      assertThat(QueueFinder.find(through.acts(), address)).isEqualTo(url);
      assertThat(recorder.bodies().subList(made, recorder.bodies().size()))
          .as("found, not made again")
          .noneMatch(body -> body.contains("MessageRetentionPeriod"));
    }
  }

  @Test
  void aQueueThatIsThereIsTakenAsItIs() {
    String url =
        make(
            address.name(), Map.of("MessageRetentionPeriod", TWO_WEEKS, "VisibilityTimeout", "77"));
    try (LoggedLines log = LoggedLines.of(QueueFinder.class, Level.INFO)) {
      assertThat(QueueFinder.find(sqs, address)).isEqualTo(url);
      assertThat(QueueFinder.find(sqs, new SqsAddress(url, address.endpoint()))).isEqualTo(url);
      assertThat(log.lines()).isEmpty();
    }
    assertThat(attributes(url)).containsEntry("VisibilityTimeout", "77");
  }

  @Test
  void promise2_aRedrivePolicyStopsTheStart() {
    String dead = "dead-" + address.name();
    String arn = attributes(make(dead, Map.of())).get("QueueArn");
    make(
        address.name(),
        Map.of(
            "RedrivePolicy",
            "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":\"3\"}"));

    assertThatThrownBy(() -> SqsQueue.open(address))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has a redrive policy")
        .hasMessageContaining("Remove the policy");
  }

  @Test
  void promise2_aQueueThatForgetsSoonerIsWarnedOf() {
    // ElasticMQ does not say how long it keeps messages.
    try (LoggedLines log = LoggedLines.of(QueueFinder.class, Level.INFO)) {
      QueueFinder.check(Map.of("FifoQueue", "true", "MessageRetentionPeriod", "345600"), address);

      assertThat(log.lines())
          .containsExactly(
              "WARNING "
                  + address
                  + " forgets messages after 345600 s; set MessageRetentionPeriod to "
                  + TWO_WEEKS);
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() {
    SqsAddress nowhere = new SqsAddress("q.fifo", Optional.of(URI.create("http://127.0.0.1:1")));
    assertThatThrownBy(() -> SqsQueue.open(nowhere))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot ask for the queue q.fifo at http://127.0.0.1:1");
  }

  @Test
  void aQueueWithoutAnOrderStopsTheStart() {
    assertThatThrownBy(() -> QueueFinder.check(Map.of("QueueArn", "x"), address))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is no FIFO queue");
  }
}
