package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Stream;
import dev.lastword.faults.ClientLog.Unanswered;
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
final class Arena implements AutoCloseable {

  /** What {@link Allowance} counts on. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "LASTWORD_WORD_DELAY_MS", "25-50",
          "LASTWORD_CHUNK_MS", "2000",
          "LASTWORD_RATE_LIMIT", "999999/60s",
          "LASTWORD_DRAIN_SECONDS", "1");

  private static final int MAX_REPLAYS = 100;
  private static final Duration LONGEST_CLOSING = Duration.ofSeconds(20);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  final ClientLog log = new ClientLog();
  final Path data;

  /** What a server leaves outside its data when it is killed. */
  private final Path temporary;

  private final Path root;
  private final Map<String, String> settings = new HashMap<>(SETTINGS);
  private final long seed;
  private int lives;
  private double slowestRecoverySeconds;
  private @Nullable Server server;
  private @Nullable Http http;
  private @Nullable Users users;

  private Arena(Path root, Map<String, String> difference, long seed) {
    this.root = root;
    this.data = root.resolve("data");
    this.temporary = root.resolve("tmp");
    this.settings.putAll(difference);
    this.seed = seed;
  }

  /** A fresh folder with a server that has its users. */
  static Arena open(long seed, String... orders) throws IOException {
    return open(seed, Map.of(), orders);
  }

  /** The same with other settings. */
  static Arena open(long seed, Map<String, String> difference, String... orders)
      throws IOException {
    Arena arena = new Arena(Files.createTempDirectory("lastword-faults"), difference, seed);
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

  /** Launches another server on the same folder, and does not wait. */
  Server rival() {
    return Server.launch(data, temporary, settings, List.of(), List.of());
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

  Http http() {
    return present(http);
  }

  Users users() {
    return present(users);
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the server was not started");
    }
    return part;
  }

  double slowestRecoverySeconds() {
    return slowestRecoverySeconds;
  }

  /** Mixed load from now on. */
  Traffic traffic() {
    return Traffic.start(http(), users(), log, seed * 1_000 + lives);
  }

  /** Waits until clients have had so many more answers, or the server is dead. */
  void awaitAcknowledged(long more) {
    long goal = log.acknowledged.get() + more;
    long end = System.nanoTime() + LONGEST_RETRY.toNanos();
    while (log.acknowledged.get() < goal && server().alive()) {
      if (System.nanoTime() - end > 0) {
        throw new Server.Trouble("too few answers within " + LONGEST_RETRY + "\n" + server().log());
      }
      Traffic.pause(Duration.ofMillis(2));
    }
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

  /** Asks everything unanswered again, and judges; the server serves and nothing else runs. */
  Verdict judge(Allowance allowance) throws IOException, SQLException {
    for (Unanswered asked : List.copyOf(log.unanswered.values())) {
      Traffic.retry(http(), users(), log, asked);
    }
    for (Stream stream : new ArrayList<>(log.streams.values())) {
      if (stream.key != null && stream.charged < 0) {
        replay(stream);
      }
    }
    awaitClosedReceipts();
    return Judge.of(Book.of(data), log, allowance);
  }

  /** Streams whose clients have left end at once; one that does not is the judge's. */
  private void awaitClosedReceipts() throws SQLException {
    long end = System.nanoTime() + LONGEST_CLOSING.toNanos();
    while (Book.of(data).receipts().stream().anyMatch(receipt -> receipt.outcome() == null)
        && System.nanoTime() - end < 0) {
      Traffic.pause(Duration.ofMillis(20));
    }
  }

  /** The server may not have seen yet that the client of the first attempt has left. */
  private void replay(Stream stream) throws IOException {
    for (int attempt = 0; attempt < MAX_REPLAYS && stream.charged < 0; attempt++) {
      Stream again = Traffic.read(http(), users(), log, stream.body, stream.key, Integer.MAX_VALUE);
      if (again != null && again != stream) {
        log.wrong("the key of stream " + stream.charge + " was charged as " + again.charge);
        return;
      }
      if (stream.charged < 0) {
        Traffic.pause(Duration.ofMillis(20));
      }
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
    try (java.util.stream.Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
