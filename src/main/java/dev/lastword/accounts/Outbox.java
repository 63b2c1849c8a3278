package dev.lastword.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The notices that a store has committed together with the spending they are about, until somebody
 * was told. Every method is durable when it returns, safe to call from many threads and nodes, and
 * throws {@link AccountsFailure} as the store does.
 */
public interface Outbox {

  /** Of a store that has no levels to look for. */
  Outbox EMPTY =
      new Outbox() {
        @Override
        public List<Notice> take(Instant now, Duration alone, int limit) {
          return List.of();
        }

        @Override
        public void note(Collection<Notice> told, Map<Notice, Instant> postponed) {}

        @Override
        public Waiting waiting() {
          return new Waiting(0, null);
        }
      };

  /**
   * Notices that are due, the longest due first, {@code limit} of them at most. No other node is
   * given them for that long; a store that one process owns need not remember it.
   */
  List<Notice> take(Instant now, Duration alone, int limit);

  /**
   * Notes what came of those that were taken.
   *
   * @param told are not given out again
   * @param postponed have one attempt more, and are due again then, unless they were told meanwhile
   */
  void note(Collection<Notice> told, Map<Notice, Instant> postponed);

  /** What was not told yet. */
  Waiting waiting();

  /**
   * How many notices wait.
   *
   * @param since when the oldest of them was committed; null if none waits
   */
  record Waiting(long notices, @Nullable Instant since) {}
}
