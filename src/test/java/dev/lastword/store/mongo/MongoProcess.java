package dev.lastword.store.mongo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of MongoDB's protocol in a process of its own. It ends with this one. */
public final class MongoProcess implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private static MongoProcess shared;

  private final int port;
  private final Process process;
  private final BufferedReader output;
  private final PrintStream orders;

  private MongoProcess() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MongoServerMain.class.getName(),
                Integer.toString(port))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await("up");
  }

  /** One for the whole run. */
  public static synchronized MongoProcess shared() {
    if (shared == null) {
      shared = own();
    }
    return shared;
  }

  /** One to be harmed; close it. */
  static MongoProcess own() {
    try {
      return new MongoProcess();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await(String word) {
    try {
      String line;
      do {
        line = output.readLine();
        if (line == null) {
          throw new IllegalStateException("the server ended before it was " + word);
        }
      } while (!line.equals(word));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address of a database that nobody has used. */
  public String fresh() {
    return "mongodb://127.0.0.1:%d/test%d".formatted(port, NAMES.incrementAndGet());
  }

  /** Closes every connection and takes no more. */
  void down() {
    orders.println("down");
    await("down");
  }

  void up() {
    orders.println("up");
    await("up");
  }

  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
