package dev.lastword.ledger;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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
  private int changes;
  private volatile @Nullable Throwable failure;

  void add(Snapshot snapshot, Receipt receipt) {
    snapshots.put(new Counter(snapshot.incarnation(), snapshot.meter()), snapshot);
    receipts.put(receipt.id(), receipt);
    changes++;
  }

  int changes() {
    return changes;
  }

  Settlement settlement(String holder, long epoch) {
    List<Receipt> ordered = new ArrayList<>(receipts.values());
    ordered.sort((one, other) -> one.id().compareTo(other.id()));
    return new Settlement(holder, epoch, snapshots.values(), ordered);
  }

  /** Says how it ended; only the first word counts. */
  void finish(@Nullable Throwable reason) {
    if (done.getCount() > 0) {
      failure = reason;
      done.countDown();
    }
  }

  /**
   * Waits until the batch is durable, whatever interrupts.
   *
   * @throws LedgerFailure if it is not
   */
  void await() {
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
  }
}
