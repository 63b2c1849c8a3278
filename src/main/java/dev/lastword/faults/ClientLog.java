package dev.lastword.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What clients know for certain, over all lives of one server. A request is noted before it is
 * sent, and its answer when all of it has come. Thread-safe.
 */
final class ClientLog {

  /** A keyed request that was sent and not answered: it may be asked again with its key. */
  record Unanswered(String user, String path, String body, String key) {}

  /** What was sold in one piece and came: a meme, or an answer in a chat. */
  record Bought(String user, String charge, String product, long amount, @Nullable String key) {}

  /** One stream as its client saw it. Changed by its own reader only. */
  static final class Stream {
    final String charge;
    final String body;
    final @Nullable String key;
    volatile int words;
    volatile boolean left;

    /** What the last event said was charged; -1 if none came. */
    volatile long charged = -1;

    Stream(String charge, String body, @Nullable String key) {
      this.charge = charge;
      this.body = body;
      this.key = key;
    }
  }

  /** Units credited to a user. */
  record Credited(String user, String meter, long amount) {}

  final Queue<Bought> bought = new ConcurrentLinkedQueue<>();
  final Map<String, Unanswered> unanswered = new ConcurrentHashMap<>();
  final Set<String> refusedKeys = ConcurrentHashMap.newKeySet();

  /** Memes asked for without a key whose answer never came. */
  final AtomicInteger strayMemes = new AtomicInteger();

  /** Streams whose head never came. */
  final AtomicInteger strayStreams = new AtomicInteger();

  final Map<String, Stream> streams = new ConcurrentHashMap<>();

  /** Users with what they were opened with and every credit that was acknowledged. */
  final Queue<Credited> credits = new ConcurrentLinkedQueue<>();

  /**
   * What an operator's settings may be: the one that was answered last, and all that were sent
   * since.
   */
  final Setting permissions = new Setting("[]");

  final Setting balance = new Setting("0");

  /** Values of one setting. */
  static final class Setting {
    private final Set<String> possible = ConcurrentHashMap.newKeySet();

    private Setting(String initial) {
      possible.add(initial);
    }

    void sent(String value) {
      possible.add(value);
    }

    void answered(String value) {
      possible.removeIf(other -> !other.equals(value));
    }

    boolean mayBe(String value) {
      return possible.contains(value);
    }

    @Override
    public String toString() {
      return possible.toString();
    }
  }

  /** Users whose deletion was answered and who were not asked for again. */
  final Set<String> deleted = ConcurrentHashMap.newKeySet();

  /** Answers to requests that the log has no place for, but that must never be. */
  final List<String> wrongAnswers = java.util.Collections.synchronizedList(new ArrayList<>());

  /** Accounts that were asked for, and those whose creation was answered. */
  final AtomicInteger creationsSent = new AtomicInteger();

  final AtomicInteger created = new AtomicInteger();

  final AtomicLong acknowledged = new AtomicLong();
  final AtomicLong unavailable = new AtomicLong();

  void wrong(String what) {
    if (wrongAnswers.size() < 20) {
      wrongAnswers.add(what);
    }
  }
}
