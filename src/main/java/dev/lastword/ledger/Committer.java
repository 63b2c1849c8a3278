package dev.lastword.ledger;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes durable by group commit, without a timer: while one commit runs, the next batch
 * gathers. After a commit that failed nothing is committed or acknowledged any more. Thread-safe.
 */
final class Committer implements AutoCloseable {

  private final Accounts accounts;
  private final String holder;
  private final long epoch;
  private final World world;
  private final CommitObserver observer;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private Batch gathering = new Batch();
  private Batch taken = new Batch();
  private boolean closing;
  private volatile @Nullable Throwable failure;
  private volatile long lastCommitNanos;
  private final ReentrantLock confirming = new ReentrantLock();
  private volatile long acceptedSince;

  Committer(
      Accounts accounts,
      String holder,
      long epoch,
      World world,
      CommitObserver observer,
      Consumer<Throwable> onFailure) {
    this.accounts = accounts;
    this.holder = holder;
    this.epoch = epoch;
    this.world = world;
    this.observer = observer;
    this.acceptedSince = world.nanoTime().getAsLong() - 1;
    this.onFailure = onFailure;
    taken.finish(null);
    this.thread = world.threads().newThread(this::run);
    thread.setName("ledger-committer");
    thread.start();
  }

  /**
   * Adds a change; call it under the account's lock, so that batches hold each account's changes in
   * order. The change is durable when the batch is.
   */
  Batch enqueue(Snapshot snapshot, Receipt receipt) {
    lock.lock();
    try {
      Throwable reason = failure;
      if (reason != null || closing) {
        throw new LedgerFailure("the ledger is closed", reason == null ? stopped() : reason);
      }
      Batch batch = gathering;
      batch.add(snapshot, receipt);
      if (batch.changes() == 1) {
        work.signal();
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The batch that is durable when everything is that was enqueued before.
   *
   * @throws LedgerFailure if some of it never will be
   */
  Batch newest() {
    lock.lock();
    try {
      demandHealthy();
      return gathering.changes() > 0 ? gathering : taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Must hold before anything is said about money that is not itself enqueued: after a failed
   * commit, memory knows of spending that never was.
   *
   * @throws LedgerFailure if a commit has failed
   */
  void demandHealthy() {
    Throwable reason = failure;
    if (reason != null) {
      throw new LedgerFailure("a commit has failed", reason);
    }
  }

  private static IllegalStateException stopped() {
    return new IllegalStateException("stopped");
  }

  private void run() {
    Batch batch = null;
    try {
      while ((batch = next()) != null) {
        commit(batch);
      }
    } catch (RuntimeException | Error e) {
      fail(batch, e);
    }
  }

  private IllegalStateException takenOver() {
    return new IllegalStateException("another process has taken over as " + holder);
  }

  /**
   * Asks with a settlement of nothing whether settlements are still accepted; of many who ask at
   * once, one does it for all.
   */
  void confirm() {
    long asked = world.nanoTime().getAsLong();
    confirming.lock();
    try {
      if (acceptedSince - asked >= 0) {
        return;
      }
      long begun = world.nanoTime().getAsLong();
      if (accounts.settle(new Settlement(holder, epoch, List.of(), List.of())) == Settled.REFUSED) {
        throw new LedgerFailure("nothing more may be delivered", takenOver());
      }
      acceptedSince = begun;
    } finally {
      confirming.unlock();
    }
  }

  private @Nullable Batch next() {
    lock.lock();
    try {
      while (gathering.changes() == 0) {
        if (closing) {
          return null;
        }
        work.awaitUninterruptibly();
      }
      taken = gathering;
      gathering = new Batch();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void commit(Batch batch) {
    world.steps().at(Step.COMMIT_TAKEN);
    long begun = world.nanoTime().getAsLong();
    if (accounts.settle(batch.settlement(holder, epoch)) == Settled.REFUSED) {
      throw takenOver();
    }
    lastCommitNanos = world.nanoTime().getAsLong() - begun;
    acceptedSince = begun;
    batch.finish(null);
    world.steps().at(Step.COMMIT_TOLD);
    observer.committed(batch.changes(), lastCommitNanos);
  }

  /** Whoever waits is told first, whatever happens to the rest. */
  private void fail(@Nullable Batch batch, Throwable reason) {
    failure = reason;
    if (batch != null) {
      batch.finish(reason);
    }
    lock.lock();
    try {
      gathering.finish(reason);
    } finally {
      lock.unlock();
    }
    onFailure.accept(reason);
  }

  boolean healthy() {
    return failure == null;
  }

  int queued() {
    lock.lock();
    try {
      return gathering.changes();
    } finally {
      lock.unlock();
    }
  }

  long lastCommitMillis() {
    return TimeUnit.NANOSECONDS.toMillis(lastCommitNanos);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
