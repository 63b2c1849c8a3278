package dev.lastword.examples;

import static org.awaitility.Awaitility.await;

import dev.lastword.faults.servers.JavaMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A shell in a folder where {@code ./lastword} is, in which a reader types one block after the
 * other. What it started ends with it. For one thread.
 */
final class Terminal implements AutoCloseable {

  private static final Pattern SERVES =
      Pattern.compile("accepting requests at|It keeps serving at");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Process shell;
  private final Writer keys;
  private final BufferedReader screen;
  private int count;
  private String server = "";

  /** What a block did: what it wrote, and which of its commands failed, with what they said. */
  record Outcome(String output, String failures) {}

  Terminal(Path folder, Map<String, String> environment) throws IOException {
    this.folder = folder;
    Path program = folder.resolve("lastword");
    Files.writeString(
        program,
        "#!/bin/sh\nexec '%s' dev.lastword.Main \"$@\"\n"
            .formatted(String.join("' '", JavaMachine.command("512m"))));
    program.toFile().setExecutable(true);
    ProcessBuilder builder =
        new ProcessBuilder("bash").directory(folder.toFile()).redirectErrorStream(true);
    JavaMachine.withoutSettings(builder);
    builder.environment().putAll(environment);
    this.shell = builder.start();
    this.keys = shell.outputWriter();
    this.screen = shell.inputReader();
    // Each job in a process group of its own, so that it can be ended with all it started.
    type("set -m; trap 'echo \"$BASH_COMMAND\" >>failed' ERR");
  }

  private void type(String line) throws IOException {
    keys.write(line + "\n");
    keys.flush();
  }

  /** What the next line of the screen says behind a word; other lines are let pass. */
  private String read(String word) throws IOException {
    String line;
    while ((line = screen.readLine()) != null) {
      if (line.startsWith(word)) {
        return line.substring(word.length()).strip();
      }
    }
    throw new AssertionError("the shell ended");
  }

  private Path file(String suffix) {
    return folder.resolve("block-" + count + suffix);
  }

  private String block(String text) throws IOException {
    count++;
    Files.writeString(file(".sh"), text);
    return ". ./block-" + count + ".sh";
  }

  /** Types a block and waits for its end. */
  Outcome run(String text) throws IOException {
    Path failed = folder.resolve("failed");
    Files.deleteIfExists(failed);
    String block = block(text);
    type(block + " >block-" + count + ".out 2>block-" + count + ".err </dev/null; echo ended");
    read("ended");
    String failures =
        Files.exists(failed) ? Files.readString(failed) + Files.readString(file(".err")) : "";
    return new Outcome(Files.readString(file(".out")), failures);
  }

  /** Types a block in another window, in place of the one before, and waits until it serves. */
  void serve(String text, int servers) throws IOException {
    endServer();
    String block = block(text);
    type("(" + block + ") >block-" + count + ".out 2>&1 </dev/null & echo started $!");
    server = read("started");
    Path log = file(".out");
    await()
        .atMost(PATIENCE)
        .alias("it serves")
        .until(() -> SERVES.matcher(Files.readString(log)).results().count() == servers);
  }

  void save(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void endServer() throws IOException {
    if (!server.isEmpty()) {
      type("kill -- -" + server + "; wait " + server + "; echo ended");
      read("ended");
      server = "";
    }
  }

  @Override
  public void close() throws IOException {
    endServer();
    type("for job in $(jobs -p); do kill -- -$job; done; wait; exit 0");
    if (!ended()) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  private boolean ended() {
    try {
      return shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
