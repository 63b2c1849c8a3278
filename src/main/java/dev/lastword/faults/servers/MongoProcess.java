package dev.lastword.faults.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server of MongoDB's protocol in a process of its own. It ends with this one. */
public final class MongoProcess implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private static @Nullable MongoProcess shared;

  private final int port;
  private final Process process;
  private final BufferedReader output;
  private final PrintStream orders;

  private MongoProcess() throws IOException {
    port = Local.freePort();
    List<String> command = new ArrayList<>(JavaMachine.command("512m"));
    command.add(MongoServerMain.class.getName());
    command.add(Integer.toString(port));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Local.atTheEnd(this::close);
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
  public static MongoProcess own() {
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
  public void down() {
    orders.println("down");
    await("down");
  }

  /** Takes connections again, and has what it had. */
  public void up() {
    orders.println("up");
    await("up");
  }

  public void freeze() {
    Local.freeze(process);
  }

  public void thaw() {
    Local.thaw(process);
  }

  @Override
  public void close() {
    Local.kill(process);
  }
}
