package dev.lastword.faults.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** ElasticMQ as a process, until its standard input ends. Prints its port. */
final class QueueServerMain {

  private static final String QUEUE =
      "{\"QueueName\":\"warm-up.fifo\",\"Attributes\":{\"FifoQueue\":\"true\"}}";

  private QueueServerMain() {}

  public static void main(String[] arguments) throws Exception {
    var server = SQSRestServerBuilder.withDynamicPort().withInterface("127.0.0.1").start();
    int port = server.waitUntilStarted().localAddress().getPort();
    warmUp(port);
    System.out.println("PORT " + port);
    while (System.in.read() >= 0) {
      // Whoever started this still lives.
    }
    Runtime.getRuntime().halt(0);
  }

  /** The first call takes longer than clients allow a call to take. */
  private static void warmUp(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "AmazonSQS.CreateQueue")
            .POST(HttpRequest.BodyPublishers.ofString(QUEUE))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IllegalStateException("ElasticMQ makes no queue: " + status);
      }
    }
  }
}
