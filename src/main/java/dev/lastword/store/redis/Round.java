package dev.lastword.store.redis;

import dev.lastword.accounts.Meter;
import dev.lastword.ledger.LedgerFailure;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Accounts whose changes become safe together. Filled under the flusher's lock. */
final class Round {

  /** Versions of an account that are safe, and in which epoch they are. */
  record Safe(long epoch, long tokensVersion, long wordsVersion) {}

  private final Set<String> ids = new LinkedHashSet<>();
  private final Map<String, Safe> safe = new HashMap<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;

  void add(String id) {
    ids.add(id);
  }

  Set<String> ids() {
    return ids;
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  /** Before {@link #finish}. */
  void safe(String id, Safe versions) {
    safe.put(id, versions);
  }

  /** Says how it ended; only the first word counts. */
  void finish(@Nullable Throwable reason) {
    if (done.getCount() > 0) {
      failure = reason;
      done.countDown();
    }
  }

  /**
   * Waits, whatever interrupts, until it is known whether a change is safe.
   *
   * @throws LedgerFailure if that is not known, or it is not
   */
  void demandSafe(String id, long epoch, Meter meter, long version) {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable reason = failure;
    if (reason != null) {
      throw new LedgerFailure("the charge could not be made durable", reason);
    }
    Safe versions = safe.get(id);
    if (versions == null || versions.epoch() != epoch || reached(versions, meter) < version) {
      throw new LedgerFailure("Redis lost the charge before it was durable");
    }
  }

  private static long reached(Safe versions, Meter meter) {
    return switch (meter) {
      case TOKENS -> versions.tokensVersion();
      case WORDS -> versions.wordsVersion();
    };
  }
}
