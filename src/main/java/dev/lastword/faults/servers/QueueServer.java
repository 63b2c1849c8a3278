package dev.lastword.faults.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One ElasticMQ for the whole run, in a process of its own that ends with this one. */
public final class QueueServer {

  /** What the AWS SDK wants to know, and ElasticMQ does not ask for. */
  public static final Map<String, String> CREDENTIALS =
      Map.of("AWS_ACCESS_KEY_ID", "x", "AWS_SECRET_ACCESS_KEY", "x", "AWS_REGION", "eu-west-1");

  private static final AtomicInteger QUEUES = new AtomicInteger();
  private static final QueueServer SERVER = start();

  private final Process process;
  private final int port;

  private QueueServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static QueueServer running() {
    return SERVER;
  }

  private static QueueServer start() {
    System.setProperty("aws.accessKeyId", "x");
    System.setProperty("aws.secretAccessKey", "x");
    System.setProperty("aws.region", "eu-west-1");
    try {
      List<String> command = new ArrayList<>(JavaMachine.command("384m"));
      command.add(QueueServerMain.class.getName());
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      Local.atTheEnd(() -> Local.kill(process));
      BufferedReader lines = process.inputReader();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("PORT ")) {
          int port = Integer.parseInt(line.substring(5));
          Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
          return new QueueServer(process, port);
        }
      }
      throw new IllegalStateException("ElasticMQ did not start");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The name of a queue that nobody has used. */
  public String fresh() {
    return "update-tokens-" + QUEUES.incrementAndGet() + ".fifo";
  }

  /** It takes connections still, and says nothing. */
  public void freeze() {
    Local.freeze(process);
  }

  public void thaw() {
    Local.thaw(process);
  }
}
