package dev.lastword.store.sqs;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One ElasticMQ for the whole run, in a process of its own that ends with this one. */
public final class QueueServer {

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
      String java = ProcessHandle.current().info().command().orElseThrow();
      Process process =
          new ProcessBuilder(
                  java,
                  "-Xmx384m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  QueueServerMain.class.getName())
              .redirectError(Path.of("target", "elasticmq.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      BufferedReader lines = process.inputReader();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("PORT ")) {
          int port = Integer.parseInt(line.substring(5));
          Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
          return new QueueServer(process, port);
        }
      }
      throw new IllegalStateException("ElasticMQ did not start; see target/elasticmq.log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The address of a queue that nobody has used. */
  public SqsAddress fresh() {
    return new SqsAddress(
        "update-tokens-" + QUEUES.incrementAndGet() + ".fifo", Optional.of(endpoint()));
  }

  SqsQueue open(SqsAddress address) {
    return SqsQueue.open(address, Duration.ofSeconds(1));
  }

  /** It takes connections still, and says nothing. */
  public void freeze() throws Exception {
    signal("STOP");
    await().until(this::stands);
  }

  /** The signal reaches one thread after the other. */
  private boolean stands() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", process.pid() + "", "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
    }
    return true;
  }

  public void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
