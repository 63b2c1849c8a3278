package dev.lastword.bench;

import dev.lastword.Main;
import dev.lastword.faults.servers.JavaMachine;
import dev.lastword.faults.servers.Local;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that listens, in a Java machine of its own with this one's options. It ends with this
 * process, however that ends. Thread-safe.
 */
final class Contender implements AutoCloseable {

  private static final Pattern ACCEPTING =
      Pattern.compile("accepting requests at http://localhost:(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  /** What of this machine's options is about this process alone. */
  private static final Pattern OWN =
      Pattern.compile("-(agent|javaagent|D|-add-|-enable-native|-sun-misc).*");

  private static final Path NOWHERE = Path.of(System.getProperty("java.io.tmpdir"));
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

  private static final int PATIENCE_SECONDS = 60;
  private static final int MAX_LOG_CHARACTERS = 1 << 16;

  private final Process process;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final StringBuilder log = new StringBuilder();

  private Contender(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Launches {@code serve} on a folder and any free port, and does not wait for it. */
  static Contender serve(Path data, Map<String, String> settings) {
    Path program = program();
    return launch(
        data,
        settings(data, settings),
        Files.isRegularFile(program)
            ? List.of("-jar", program.toString(), "serve")
            : List.of(NATIVE, "-cp", everything(), Main.class.getName(), "serve"));
  }

  /** The same with another program that reads the same settings. */
  static Contender with(Path data, Map<String, String> settings, Class<?> program) {
    return launch(
        data, settings(data, settings), List.of(NATIVE, "-cp", libraries(), program.getName()));
  }

  /** Launches a program on the libraries that Lastword has, too. */
  static Contender bare(Class<?> program, String argument) {
    return launch(NOWHERE, Map.of(), List.of("-cp", libraries(), program.getName(), argument));
  }

  /** Launches a program that needs what comes along for the bench alone. */
  static Contender foreign(Class<?> program, String argument) {
    return launch(NOWHERE, Map.of(), List.of("-cp", everything(), program.getName(), argument));
  }

  private static Map<String, String> settings(Path data, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("LASTWORD_PORT", "0");
    settings.put("LASTWORD_DATA", data.toString());
    return settings;
  }

  /** The jar, or the folder of a build. */
  private static Path program() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String everything() {
    return System.getProperty("java.class.path");
  }

  /** The jar brings its libraries; a folder does not. */
  private static String libraries() {
    Path program = program();
    return Files.isRegularFile(program) ? program.toString() : everything();
  }

  private static Contender launch(Path folder, Map<String, String> settings, List<String> program) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!OWN.matcher(option).matches()) {
        command.add(option);
      }
    }
    command.addAll(program);
    ProcessBuilder builder =
        JavaMachine.withoutSettings(
                new ProcessBuilder(Local.mortal(command.toArray(String[]::new))))
            // Settings in the folder of whoever starts this are not meant.
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(settings);
    return new Contender(Local.launch(builder));
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        note(line);
        Matcher accepting = ACCEPTING.matcher(line);
        if (accepting.find()) {
          port.complete(Integer.parseInt(accepting.group(1)));
        }
      }
    } catch (IOException e) {
      // Killed.
    }
    port.completeExceptionally(new IllegalStateException("a contender ended:\n" + log()));
  }

  private void note(String line) {
    synchronized (log) {
      if (log.length() < MAX_LOG_CHARACTERS) {
        log.append(line).append('\n');
      }
    }
  }

  private String log() {
    synchronized (log) {
      return log.toString();
    }
  }

  /**
   * Waits until it accepts requests.
   *
   * @throws IllegalStateException if it never does
   */
  int port() {
    try {
      return port.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IllegalStateException("a contender does not start:\n" + log(), e);
    }
  }

  /** The processor time that it has used so far, to 10 ms. */
  Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElseThrow(this::ended);
  }

  /** The bytes that it has in memory; on Linux. */
  long residentBytes() {
    try {
      Matcher resident =
          RESIDENT.matcher(
              Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
      if (!resident.find()) {
        throw ended();
      }
      return Long.parseLong(resident.group(1)) * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IllegalStateException ended() {
    return new IllegalStateException("a contender ended:\n" + log());
  }

  /** Has it collect its garbage, as {@code jcmd GC.run} does. */
  void collectGarbage() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.run")
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IllegalStateException("jcmd: " + said);
    }
  }

  /** Has it end by itself, and waits until it has. */
  void terminate() {
    process.destroy();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    Local.kill(process);
  }
}
