package dev.lastword.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** A real Redis 7 on a free port with data of its own. It ends with this process. */
public final class RedisServer implements AutoCloseable {

  private static final Path BINARY = unpacked();

  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(String... options) {
    try {
      folder = Files.createTempDirectory("lastword-redis");
      port = freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.options = List.of(options);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    start();
  }

  /** Redis Cluster wants a second port, 10,000 above. */
  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (free.getLocalPort() < 50_000) {
          return free.getLocalPort();
        }
      }
    }
  }

  private static Path unpacked() {
    String name =
        "/redis-server-7.0.15-linux-"
            + (System.getProperty("os.arch").toLowerCase(Locale.ROOT).contains("aarch64")
                ? "arm64"
                : "amd64");
    try (InputStream in = RedisServer.class.getResourceAsStream(name)) {
      Path binary = Files.createTempFile("redis-server", "");
      Files.copy(in, binary, StandardCopyOption.REPLACE_EXISTING);
      binary.toFile().setExecutable(true);
      binary.toFile().deleteOnExit();
      return binary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that keeps what it has, as the documentation tells to run it. */
  public static RedisServer own(String... options) {
    return new RedisServer(options);
  }

  /** Starts it, again after {@link #kill} on the same data and port. */
  public void start() {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--pdeathsig",
                "KILL",
                BINARY.toString(),
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
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(this::answers);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Redis did not start: " + folder.resolve("log"));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write("PING\r\n".getBytes());
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

  /** As {@code kill -9}. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
  }
}
