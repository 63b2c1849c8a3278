package dev.lastword;

import dev.lastword.faults.servers.JavaMachine;
import dev.lastword.faults.victim.Victim;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.Parties;
import dev.lastword.identity.TokenIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, to be killed. */
public final class ServerProcess implements AutoCloseable {

  private static final Pattern ACCEPTING =
      Pattern.compile("accepting requests at https?://localhost:(\\d+)");

  private final Process process;
  private final Thread reader;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final StringBuffer log = new StringBuffer();

  private ServerProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::readLog);
  }

  /** Starts {@code serve} on a free port; {@code shell} comes before the command, or is empty. */
  public static ServerProcess start(Path data, Map<String, String> settings, String shell)
      throws Exception {
    ServerProcess server = launch(data, settings, shell);
    server.port.get(60, TimeUnit.SECONDS);
    return server;
  }

  /** Starts one that obeys an order: when to die, for instance. */
  public static ServerProcess doomed(Path data, String order) throws Exception {
    return doomed(data, order, Map.of());
  }

  /** The same with settings of its own. */
  public static ServerProcess doomed(Path data, String order, Map<String, String> more)
      throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("LASTWORD_PORT", "0");
    settings.put("LASTWORD_DATA", data.toString());
    settings.put("LASTWORD_WORD_DELAY_MS", "0");
    ServerProcess server = launch(settings, "", Victim.class.getName() + " '" + order + "'");
    server.port.get(60, TimeUnit.SECONDS);
    return server;
  }

  /** Runs another command of the program's; {@link #awaitEnd} says how it ended. */
  public static ServerProcess command(String arguments, Map<String, String> settings)
      throws IOException {
    return launch(settings, "", "dev.lastword.Main " + arguments);
  }

  public static ServerProcess launch(Path data, Map<String, String> settings, String shell)
      throws IOException {
    return launch(settings, shell, "dev.lastword.Main serve --port 0 --data '" + data + "'");
  }

  private static ServerProcess launch(Map<String, String> settings, String shell, String main)
      throws IOException {
    String java = "'" + String.join("' '", JavaMachine.command("512m")) + "'";
    List<String> command = List.of("bash", "-c", shell + " exec " + java + " " + main);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    JavaMachine.withoutSettings(builder);
    builder.environment().putAll(settings);
    return new ServerProcess(builder.start());
  }

  private void readLog() {
    try (BufferedReader lines = process.inputReader()) {
      String line;
      while ((line = lines.readLine()) != null) {
        log.append(line).append('\n');
        Matcher accepting = ACCEPTING.matcher(line);
        if (accepting.find()) {
          port.complete(Integer.parseInt(accepting.group(1)));
        }
      }
      port.completeExceptionally(new IllegalStateException("the server ended:\n" + log));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public int port() {
    return port.join();
  }

  public String log() {
    return log.toString();
  }

  /** {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** {@code SIGTERM}; the process's own method would also close what it still has to say. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for the end and returns the exit status. */
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end:\n" + log);
    }
    reader.join();
    return process.exitValue();
  }

  /** Makes tokens with the key in the data folder. */
  public static TokenIssuer issuer(Path data) throws IOException {
    return new TokenIssuer(
        OwnKey.open(data, new SecureRandom()),
        Parties.ANY,
        InstantSource.system(),
        new SecureRandom());
  }

  public static String operator(Path data) throws IOException {
    return issuer(data).issue("root", true, null, Duration.ofHours(1));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
