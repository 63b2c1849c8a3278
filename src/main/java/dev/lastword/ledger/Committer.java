package dev.lastword.ledger;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes durable by group commit: while one commit runs, the next batch gathers. A batch for
 * which nobody waits yet gathers a little longer. After a commit that failed nothing is committed
 * or acknowledged any more; but with patience, a store that cannot be reached is asked again with
 * the same batch until it answers, and nothing new is paid meanwhile. Thread-safe.
 */
final class Committer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Committer.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** How long an ending ledger still tries to reach the store, in patiences. */
  private static final int LAST_ATTEMPTS = 3;

  /**
   * For whom it commits.
   *
   * @param patience how long whoever waits for a batch waits at most while the store is away; null
   *     where a failure is final
   * @param linger how long a batch for which nobody waits goes on gathering
   */
  record Terms(String holder, long epoch, @Nullable Duration patience, Duration linger) {}

  private final Accounts accounts;
  private final Terms terms;
  private final World world;
  private final CommitObserver observer;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private Batch gathering = new Batch();
  private Batch taken = new Batch();
  private boolean closing;
  private long closingSince;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable AccountsFailure away;
  private volatile long lastCommitNanos;
  private final ReentrantLock confirming = new ReentrantLock();
  private volatile long acceptedSince;

  Committer(
      Accounts accounts,
      Terms terms,
      World world,
      CommitObserver observer,
      Consumer<Throwable> onFailure) {
    this.accounts = accounts;
    this.terms = terms;
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
    return add(snapshot, receipt, true);
  }

  /** The same; whoever adds it waits for it later, if ever. */
  Batch enqueueAhead(Snapshot snapshot, Receipt receipt) {
    return add(snapshot, receipt, false);
  }

  private Batch add(Snapshot snapshot, Receipt receipt, boolean awaited) {
    lock.lock();
    try {
      Throwable reason = failure;
      if (reason != null || closing) {
        throw new LedgerFailure("the ledger is closed", reason == null ? stopped() : reason);
      }
      Batch batch = gathering;
      batch.add(snapshot, receipt);
      boolean hurried = awaited && !batch.isAwaited();
      if (hurried) {
        batch.becomesAwaited();
      }
      if (hurried || batch.changes() == 1) {
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
   * @throws LedgerFailure if a commit has failed, or does not succeed at the moment
   */
  void demandHealthy() {
    Throwable reason = failure;
    if (reason != null) {
      throw new LedgerFailure("a commit has failed", reason);
    }
    demandReachable();
  }

  /**
   * Must hold before anything more is paid: it could not be waited for.
   *
   * @throws LedgerFailure if the store is away
   */
  void demandReachable() {
    AccountsFailure reason = away;
    if (reason != null) {
      throw new LedgerFailure("the system of record is away: " + reason.getMessage());
    }
  }

  /**
   * Waits for a batch, as long as the terms say.
   *
   * @return false if it is not durable in time, but will be
   */
  boolean isDurable(Batch batch) {
    if (!batch.isAwaited() && !batch.isFinished()) {
      lock.lock();
      try {
        batch.becomesAwaited();
        work.signal();
      } finally {
        lock.unlock();
      }
    }
    return batch.await(terms.patience());
  }

  /** What whoever could not wait any longer is told. */
  static LedgerFailure tooLate() {
    return new LedgerFailure("the system of record takes too long");
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
    return new IllegalStateException("another process has taken over as " + terms.holder());
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
      if (accounts.settle(new Settlement(terms.holder(), terms.epoch(), List.of(), List.of()))
          == Settled.REFUSED) {
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
      linger();
      taken = gathering;
      gathering = new Batch();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Until somebody waits for the batch that gathers, but not for long. */
  private void linger() {
    long left = terms.linger().toNanos();
    while (left > 0 && !gathering.isAwaited() && !closing) {
      try {
        left = work.awaitNanos(left);
      } catch (InterruptedException e) {
        // Means nothing: it is not long.
      }
    }
  }

  private void commit(Batch batch) {
    world.steps().at(Step.COMMIT_TAKEN);
    long begun = world.nanoTime().getAsLong();
    if (settled(batch.settlement(terms.holder(), terms.epoch())) == Settled.REFUSED) {
      throw takenOver();
    }
    lastCommitNanos = world.nanoTime().getAsLong() - begun;
    acceptedSince = begun;
    batch.finish(null);
    world.steps().at(Step.COMMIT_TOLD);
    observer.committed(batch.changes(), lastCommitNanos);
  }

  /** Settling is harmless to repeat, so with patience it is repeated until it is answered. */
  private Settled settled(Settlement settlement) {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        Settled settled = accounts.settle(settlement);
        if (away != null) {
          away = null;
          LOG.log(Level.INFO, "the system of record is back");
        }
        return settled;
      } catch (AccountsFailure e) {
        Duration patience = terms.patience();
        if (patience == null || closingNanos() > patience.multipliedBy(LAST_ATTEMPTS).toNanos()) {
          throw e;
        }
        if (away == null) {
          LOG.log(Level.WARNING, "the system of record is away; trying until it is back", e);
        }
        away = e;
      }
      rest(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private long closingNanos() {
    lock.lock();
    try {
      return closing ? System.nanoTime() - closingSince : 0;
    } finally {
      lock.unlock();
    }
  }

  private static void rest(Duration pause) {
    LockSupport.parkNanos(pause.toNanos());
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
    return failure == null && away == null;
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
      closingSince = System.nanoTime();
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
