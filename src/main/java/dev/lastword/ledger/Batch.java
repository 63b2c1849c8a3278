package dev.lastword.ledger;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Changes that become durable together. Filled under the committer's lock; the newest snapshot of
 * an account and the newest state of a receipt replace the older ones.
 */
final class Batch {

  private record Counter(long incarnation, Meter meter) {}

  private final Map<Counter, Snapshot> snapshots = new HashMap<>();
  private final Map<String, Receipt> receipts = new HashMap<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private final ReentrantLock finishing = new ReentrantLock();
  private final List<Runnable> afterwards = new ArrayList<>();
  private int changes;
  private volatile boolean awaited;
  private volatile @Nullable Throwable failure;

  void add(Snapshot snapshot, Receipt receipt) {
    snapshots.put(new Counter(snapshot.incarnation(), snapshot.meter()), snapshot);
    receipts.put(receipt.id(), receipt);
    changes++;
  }

  int changes() {
    return changes;
  }

  /** Whether somebody waits for it; if not, it may gather for a little longer. */
  boolean isAwaited() {
    return awaited;
  }

  void becomesAwaited() {
    awaited = true;
  }

  /** Whether it is known how it ended. */
  boolean isFinished() {
    return done.getCount() == 0;
  }

  Settlement settlement(String holder, long epoch) {
    List<Receipt> ordered = new ArrayList<>(receipts.values());
    ordered.sort((one, other) -> one.id().compareTo(other.id()));
    return new Settlement(holder, epoch, snapshots.values(), ordered);
  }

  /** Says how it ended; only the first word counts. */
  void finish(@Nullable Throwable reason) {
    if (!isFinished()) {
      List<Runnable> tasks;
      finishing.lock();
      try {
        failure = reason;
        done.countDown();
        tasks = List.copyOf(afterwards);
      } finally {
        finishing.unlock();
      }
      tasks.forEach(Runnable::run);
    }
  }

  /** Runs the task once it is known how the batch ended: now, or by whoever ends it. */
  void whenFinished(Runnable task) {
    if (!isFinished()) {
      finishing.lock();
      try {
        if (!isFinished()) {
          afterwards.add(task);
          return;
        }
      } finally {
        finishing.unlock();
      }
    }
    task.run();
  }

  /**
   * Waits until the batch is durable, whatever interrupts.
   *
   * @param patience how long at most; null: as long as it takes
   * @return false if it is not known in time; it may become durable later
   * @throws LedgerFailure if it never will be
   */
  boolean await(@Nullable Duration patience) {
    long end = patience == null ? 0 : System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    boolean known;
    while (true) {
      try {
        if (patience == null) {
          done.await();
          known = true;
        } else {
          known = done.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
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
    return known;
  }
}
