package dev.lastword.browser;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium with an empty profile, which finds this machine and nothing else. Tabs know
 * nothing of each other.
 */
final class Browser implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

  /** By the names that it goes by. */
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

  private final Process process;
  private final DevTools tools;

  private Browser(Process process, DevTools tools) {
    this.process = process;
    this.tools = tools;
  }

  /** Starts one; fails where none is installed. */
  static Browser start(Path profile) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(program().toString());
    command.addAll(
        List.of(
            "--headless=new",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-gpu",
            "--disable-sync",
            "--force-color-profile=srgb",
            "--hide-scrollbars",
            "--lang=en-US",
            "--mute-audio"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--no-sandbox");
    }
    command.add("about:blank");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      CompletableFuture<URI> address = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> read(process, address));
      return new Browser(process, DevTools.connect(address.get(30, TimeUnit.SECONDS)));
    } catch (Exception e) {
      end(process);
      throw e;
    }
  }

  private static Path program() {
    Optional<Path> found =
        NAMES.stream()
            .flatMap(name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseThrow(() ->
        new AssertionError(
            "no Chromium is installed; ./lastword test installs it, or: apt-get install"
                + " chromium"));
  }

  /** Reads to the end, so that the browser never waits for a reader. */
  private static void read(Process process, CompletableFuture<URI> address) {
    StringBuilder log = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      String line;
      while ((line = lines.readLine()) != null) {
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          address.complete(URI.create(listening.group(1)));
        } else if (!address.isDone()) {
          log.append(line).append('\n');
        }
      }
      address.completeExceptionally(new IllegalStateException("Chromium ended:\n" + log));
    } catch (IOException e) {
      address.completeExceptionally(e);
    }
  }

  /** Opens a page in a window without a past: no storage, no cookies, no cache. */
  Tab open(String url) {
    String context =
        tools.call("", "Target.createBrowserContext", Map.of()).get("browserContextId").asText();
    String target =
        tools
            .call(
                "",
                "Target.createTarget",
                Map.of("url", "about:blank", "browserContextId", context))
            .get("targetId")
            .asText();
    String session =
        tools
            .call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    Tab tab = new Tab(tools, session, context);
    tab.go(url);
    return tab;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    tools.close();
    end(process);
  }
}
