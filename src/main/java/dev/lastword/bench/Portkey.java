package dev.lastword.bench;

import dev.lastword.faults.servers.Local;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An open gateway to models, of the npm registry, in front of one of them; it runs on Node. It ends
 * with this process.
 */
final class Portkey implements AutoCloseable {

  private static final String PACKAGE = "@portkey-ai/gateway@1.15.2";
  private static final int INSTALLATION_SECONDS = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Process process;
  private final int port;
  private final int model;

  private Portkey(Path folder, Process process, int port, int model) {
    this.folder = folder;
    this.process = process;
    this.port = port;
    this.model = model;
  }

  /**
   * Installs it in a folder of its own and starts it.
   *
   * @param model the port of the model
   * @throws IOException if there is no Node, or the registry does not give it
   */
  static Portkey before(int model) throws IOException, InterruptedException {
    Path folder = Local.temporaryFolder("lastword-gateway");
    Local.atTheEnd(() -> Local.delete(folder));
    install(folder);
    int port = Local.freePort();
    Process process =
        Local.launch(
            new ProcessBuilder(
                    Local.mortal(
                        "node",
                        "node_modules/@portkey-ai/gateway/build/start-server.js",
                        "--headless",
                        "--port=" + port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
    Portkey portkey = new Portkey(folder, process, port, model);
    boolean answers = false;
    try {
      Local.await(PATIENCE, "the gateway to accept requests", portkey::accepts);
      answers = true;
      return portkey;
    } finally {
      if (!answers) {
        portkey.close();
      }
    }
  }

  private static void install(Path folder) throws IOException, InterruptedException {
    Process npm;
    try {
      npm =
          new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", PACKAGE)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new IOException("the row gateway needs node and npm on the path", e);
    }
    String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!npm.waitFor(INSTALLATION_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
      npm.destroyForcibly();
      throw new IOException("npm does not install " + PACKAGE + ":\n" + said);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** What tells it where the model is, each line with its end. */
  String headers() {
    return String.join(
        "",
        List.of(
            "x-portkey-provider: openai\r\n",
            "x-portkey-custom-host: http://127.0.0.1:" + model + "/v1\r\n"));
  }

  @Override
  public void close() {
    Local.kill(process);
    Local.delete(folder);
  }
}
