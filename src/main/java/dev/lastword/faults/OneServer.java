package dev.lastword.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One folder with a server on it, its users, and what they know: a place for one fault. */
final class OneServer extends Arena {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final Path data;

  /** What a server leaves outside its data when it is killed. */
  private final Path temporary;

  private final Path root;
  private final Map<String, String> settings = new HashMap<>(SETTINGS);
  private final long seed;
  private int lives;
  private double slowestRecoverySeconds;
  private final List<Server> rivals = new ArrayList<>();
  private @Nullable Server server;
  private @Nullable Http http;
  private @Nullable Users users;

  private OneServer(Path root, Map<String, String> difference, long seed) {
    this.root = root;
    this.data = root.resolve("data");
    this.temporary = root.resolve("tmp");
    this.settings.putAll(receiver.settings());
    this.settings.putAll(difference);
    this.seed = seed;
  }

  /** A fresh folder with a server that has its users. */
  static OneServer open(long seed, String... orders) throws IOException {
    return open(seed, Map.of(), orders);
  }

  /** The same with other settings. */
  static OneServer open(long seed, Map<String, String> difference, String... orders)
      throws IOException {
    OneServer arena = new OneServer(Files.createTempDirectory("lastword-faults"), difference, seed);
    boolean open = false;
    try {
      Files.createDirectory(arena.data);
      Files.createDirectory(arena.temporary);
      arena.start(List.of(), orders);
      open = true;
      return arena;
    } finally {
      if (!open) {
        arena.close();
      }
    }
  }

  /** Starts the server, for the first time or again, and waits until it serves. */
  void start(List<String> before, String... orders) throws IOException {
    long launched = System.nanoTime();
    launch(before, orders);
    serve(server().port());
    if (lives > 1) {
      double seconds = (System.nanoTime() - launched) / 1e9;
      slowestRecoverySeconds = Math.max(slowestRecoverySeconds, seconds);
    }
  }

  /** Launches the server and does not wait. */
  Server launch(List<String> before, String... orders) {
    closeServer();
    lives++;
    Server launched = Server.launch(data, temporary, settings, before, List.of(orders));
    server = launched;
    return launched;
  }

  /** Launches another server on the same folder, and does not wait; it lives as long as this. */
  Server rival() {
    Server launched = Server.launch(data, temporary, settings, List.of(), List.of());
    rivals.add(launched);
    return launched;
  }

  /** From now on that one serves. */
  void succeed(Server rival) throws IOException {
    closeServer();
    lives++;
    server = rival;
    serve(rival.port());
  }

  private void serve(int port) throws IOException {
    http = new Http(port);
    if (users == null) {
      users = new Users(data);
      users().create(http(), log);
    }
  }

  Server server() {
    return present(server);
  }

  @Override
  Http http() {
    return present(http);
  }

  @Override
  Users users() {
    return present(users);
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the server was not started");
    }
    return part;
  }

  @Override
  boolean serving() {
    return server().alive();
  }

  @Override
  String serverLog() {
    return server().log();
  }

  @Override
  Book book() throws SQLException {
    return Book.of(data);
  }

  @Override
  Duration patience() {
    return PATIENCE;
  }

  @Override
  long trafficSeed() {
    return seed * 1_000 + lives;
  }

  @Override
  double slowestRecoverySeconds() {
    return slowestRecoverySeconds;
  }

  /** Waits until the server is dead. */
  void awaitDeath(Duration patience) {
    awaitDeathOr(patience);
    if (server().alive()) {
      throw new Server.Trouble("the server lives on\n" + server().log());
    }
  }

  /** Waits until the server is dead, or so long. */
  void awaitDeathOr(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (server().alive() && System.nanoTime() - end < 0) {
      Traffic.pause(Duration.ofMillis(2));
    }
  }

  private void closeServer() {
    if (http != null) {
      http.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Override
  public void close() {
    closeServer();
    rivals.forEach(Server::close);
    receiver.close();
    delete(root);
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path root) {
    try (java.util.stream.Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
