package dev.lastword.faults.servers;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A real Redis 7 on a free port with data of its own. It ends with this process. */
public final class RedisServer implements AutoCloseable {

  private final Path folder = Local.temporaryFolder("lastword-redis");
  private final int port = Local.freePort();
  private final List<String> options;
  private Process process;

  private RedisServer(String... options) {
    this.options = List.of(options);
    Path binary = unpacked(folder);
    Local.atTheEnd(this::close);
    this.process = launch(binary);
    awaitAnswer();
  }

  private static Path unpacked(Path folder) {
    String name =
        "/redis-server-7.0.15-linux-"
            + (System.getProperty("os.arch").toLowerCase(Locale.ROOT).contains("aarch64")
                ? "arm64"
                : "amd64");
    Path binary = folder.resolve("redis-server");
    try (InputStream in = RedisServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "no Redis comes along here: start ./lastword in its source folder, on Linux");
      }
      Files.copy(in, binary, StandardCopyOption.REPLACE_EXISTING);
      if (!binary.toFile().setExecutable(true)) {
        throw new IllegalStateException("cannot make " + binary + " executable");
      }
      return binary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that keeps what it has, as the documentation tells to run it. */
  public static RedisServer own(String... options) {
    return new RedisServer(options);
  }

  /** Starts it again after {@link #kill}, on the same data and port. */
  public void start() {
    process = launch(folder.resolve("redis-server"));
    awaitAnswer();
  }

  private Process launch(Path binary) {
    List<String> command =
        new ArrayList<>(
            Local.mortal(
                binary.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--maxmemory-policy",
                "noeviction",
                "--enable-debug-command",
                "yes"));
    command.addAll(options);
    return Local.launch(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile()));
  }

  private void awaitAnswer() {
    Local.await(Duration.ofSeconds(20), "Redis answers", this::answers);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Redis did not start: " + folder.resolve("log"));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() == '+';
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** {@code kill -9}. */
  public void kill() {
    Local.kill(process);
  }

  /** Has an operator do something. */
  public <T> T command(Function<RedisCommands<String, String>, T> act) {
    RedisClient client = RedisClient.create(RedisURI.create(url()));
    try (var connection = client.connect()) {
      return act.apply(connection.sync());
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    kill();
    Local.delete(folder);
  }
}
