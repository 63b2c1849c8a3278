package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Stream;
import dev.lastword.faults.ClientLog.Unanswered;
import dev.lastword.faults.servers.HookReceiver;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What serves, its users, and what they know: a place for one fault. */
abstract class Arena implements AutoCloseable {

  /** What {@link Allowance} counts on. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "LASTWORD_WORD_DELAY_MS", "25-50",
          "LASTWORD_CHUNK_MS", "2000",
          "LASTWORD_RATE_LIMIT", "999999/60s",
          "LASTWORD_LOW_TOKENS", "5",
          "LASTWORD_DRAIN_SECONDS", "1");

  private static final int MAX_REPLAYS = 100;
  private static final int UNAVAILABLE = 503;
  private static final int TAKEN = 204;
  private static final int SILENCE = 0;

  final ClientLog log = new ClientLog();

  /**
   * Who is told of low balances: now and then it fails, or takes what it is told and says nothing.
   */
  final HookReceiver receiver = new HookReceiver();

  Arena() {
    receiver.answering(number -> number % 4 == 0 ? UNAVAILABLE : number % 7 == 0 ? SILENCE : TAKEN);
  }

  /** Requests go where somebody serves. */
  abstract Http http();

  abstract Users users();

  /** Whether anybody may still answer. */
  abstract boolean serving();

  /** What the servers said. */
  abstract String serverLog();

  /** The system of record as it is. */
  abstract Book book() throws SQLException;

  /** How long after the load a receipt may be open. */
  abstract Duration patience();

  /** How long after the load an answer may be 503; by default not at all. */
  Duration recovery() {
    return Duration.ZERO;
  }

  /** A number that differs for each load. */
  abstract long trafficSeed();

  /** The slowest start after a crash; 0 if there was none. */
  double slowestRecoverySeconds() {
    return 0;
  }

  /** Mixed load from now on. */
  Traffic traffic() {
    return Traffic.start(http(), users(), log, trafficSeed());
  }

  /** Waits until clients have had so many more answers, or nobody serves. */
  void awaitAcknowledged(long more) {
    long goal = log.acknowledged.get() + more;
    Duration longest = patience().plusSeconds(10);
    long end = System.nanoTime() + longest.toNanos();
    while (log.acknowledged.get() < goal && serving()) {
      if (System.nanoTime() - end > 0) {
        throw new Server.Trouble("too few answers within " + longest + "\n" + serverLog());
      }
      Traffic.pause(Duration.ofMillis(2));
    }
  }

  /** Asks everything unanswered again, and judges; somebody serves and nothing else runs. */
  Verdict judge(Allowance allowance) throws IOException, SQLException {
    long end = System.nanoTime() + recovery().toNanos();
    askAgain();
    while (!log.unanswered.isEmpty() && System.nanoTime() - end < 0) {
      Traffic.pause(Duration.ofMillis(50));
      askAgain();
    }
    for (Stream stream : new ArrayList<>(log.streams.values())) {
      if (stream.key != null && stream.charged < 0) {
        replay(stream);
      }
    }
    return Judge.of(settledBook(), log, receiver.taken(), allowance);
  }

  private void askAgain() throws IOException {
    for (Unanswered asked : List.copyOf(log.unanswered.values())) {
      Traffic.retry(http(), users(), log, asked);
    }
  }

  /** Streams whose clients have left end at once; one that does not is the judge's. */
  private Book settledBook() throws SQLException {
    long end = System.nanoTime() + patience().toNanos();
    Book book = book();
    while (!settled(book) && System.nanoTime() - end < 0) {
      Traffic.pause(Duration.ofMillis(100));
      book = book();
    }
    return book;
  }

  /** Whether that is all there will be. */
  boolean settled(Book book) {
    return book.receipts().stream().allMatch(receipt -> receipt.outcome() != null)
        && Judge.untold(book, receiver.taken()).isEmpty();
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

  @Override
  public abstract void close();
}
