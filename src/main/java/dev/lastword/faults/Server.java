package dev.lastword.faults;

import static java.util.stream.Collectors.joining;

import dev.lastword.Main;
import dev.lastword.faults.servers.JavaMachine;
import dev.lastword.faults.victim.Victim;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, to be harmed. Thread-safe. */
final class Server implements AutoCloseable {

  /** It died, or does not do what it should; the log is in the message. */
  static final class Trouble extends RuntimeException {
    Trouble(String message) {
      super(message);
    }
  }

  private static final Pattern ACCEPTING =
      Pattern.compile("accepting requests at https?://localhost:(\\d+)");
  private static final int LOG_LINES = 5;
  private static final int LOG_CHARACTERS = 250;
  private static final int PATIENCE_SECONDS = 60;

  /** A node gives back for two minutes what it could not answer, before it ends. */
  private static final int LAST_SECONDS = 150;

  private static final int MAX_LOG_CHARACTERS = 1 << 20;

  private final Process process;
  private final Thread reader;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final BlockingQueue<String> obeyed = new LinkedBlockingQueue<>();
  private final StringBuilder log = new StringBuilder();

  private Server(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /**
   * Launches one on a free port, and does not wait for it.
   *
   * @param before a command that runs it, strace for instance; empty for none
   * @param orders see {@link Victim}
   */
  static Server launch(
      Path data,
      Path temporary,
      Map<String, String> settings,
      List<String> before,
      List<String> orders) {
    List<String> arguments = new ArrayList<>(List.of(Victim.class.getName()));
    arguments.addAll(orders);
    return launch(data, temporary, settings, before, arguments.toArray(String[]::new));
  }

  /** Launches a worker alone, {@code ./lastword settle}, and does not wait for it. */
  static Server worker(Path data, Path temporary, Map<String, String> settings) {
    return launch(data, temporary, settings, List.of(), Main.class.getName(), "settle");
  }

  private static Server launch(
      Path data,
      Path temporary,
      Map<String, String> settings,
      List<String> before,
      String... arguments) {
    List<String> command = new ArrayList<>(before);
    command.addAll(JavaMachine.command("512m", "-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    JavaMachine.withoutSettings(builder);
    builder.environment().putAll(settings);
    builder.environment().put("LASTWORD_PORT", "0");
    builder.environment().put("LASTWORD_DATA", data.toString());
    try {
      return new Server(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith("obeyed ")) {
          obeyed.add(line.substring(7));
        }
        note(line);
        Matcher accepting = ACCEPTING.matcher(line);
        if (accepting.find()) {
          port.complete(Integer.parseInt(accepting.group(1)));
        }
      }
    } catch (IOException e) {
      // Killed.
    }
    port.completeExceptionally(new Trouble("the server ended:\n" + log()));
  }

  private void note(String line) {
    synchronized (log) {
      if (log.length() < MAX_LOG_CHARACTERS) {
        log.append(line).append('\n');
      }
    }
  }

  /**
   * Waits until it accepts requests.
   *
   * @throws Trouble if it never does
   */
  int port() {
    try {
      return port.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Trouble trouble ? trouble : new Trouble("no start:\n" + log());
    }
  }

  /** Waits until it accepts requests or has ended, and tells which. */
  boolean starts() {
    try {
      return port() > 0;
    } catch (Trouble e) {
      return false;
    }
  }

  /** Gives an order and waits until it is in force, or the server is dead. */
  void order(String order) throws InterruptedException {
    try {
      Writer input = process.outputWriter(StandardCharsets.UTF_8);
      input.write(order + "\n");
      input.flush();
    } catch (IOException e) {
      return;
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive()) {
      if (System.nanoTime() - end > 0) {
        throw new Trouble("the server does not obey:\n" + log());
      }
      if (order.equals(obeyed.poll(10, TimeUnit.MILLISECONDS))) {
        return;
      }
    }
  }

  /** The server itself, and not what runs it. */
  private ProcessHandle java() {
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseGet(process::toHandle);
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    java().destroyForcibly();
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM. */
  void terminate() {
    java().destroy();
  }

  /** SIGSTOP. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(java().pid())).start().waitFor();
  }

  boolean alive() {
    return process.isAlive();
  }

  /**
   * Waits for the end and returns the exit status.
   *
   * @throws Trouble if it does not end
   */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LAST_SECONDS, TimeUnit.SECONDS)) {
      throw new Trouble("the server does not end:\n" + lastLines());
    }
    reader.join(Duration.ofSeconds(PATIENCE_SECONDS));
    return process.exitValue();
  }

  String log() {
    synchronized (log) {
      return log.toString();
    }
  }

  /** The last that it said, and the beginning of each line of it. */
  String lastLines() {
    List<String> lines = log().lines().toList();
    return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()).stream()
        .map(line -> line.substring(0, Math.min(line.length(), LOG_CHARACTERS)))
        .collect(joining("\n"));
  }

  @Override
  public void close() {
    java().destroyForcibly();
    process.destroyForcibly();
  }
}
