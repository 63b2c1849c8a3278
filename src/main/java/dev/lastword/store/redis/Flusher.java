package dev.lastword.store.redis;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.settlement.SettlementRoute;
import dev.lastword.store.redis.Functions.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes the changes of one partition safe, in rounds and without a timer: while one round is under
 * way the next gathers. A round collects the newest snapshot of each account and all its receipts
 * that are not known to be safe, and settles them. Thread-safe.
 */
final class Flusher {

  private final Tenure tenure;
  private final Functions functions;
  private final SettlementRoute route;
  private final Terms terms;
  private final CommitObserver observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private Round gathering = new Round();
  private @Nullable Thread thread;
  private boolean closing;
  private boolean underWay;
  private volatile long lastNanos;

  Flusher(
      Tenure tenure,
      Functions functions,
      SettlementRoute route,
      Terms terms,
      CommitObserver observer) {
    this.tenure = tenure;
    this.functions = functions;
    this.route = route;
    this.terms = terms;
    this.observer = observer;
  }

  /** Has an account's changes made safe, those that are in Redis by now. */
  Round add(String id) {
    lock.lock();
    try {
      if (closing) {
        throw new LedgerFailure("the ledger is closed");
      }
      if (thread == null) {
        thread = terms.world().threads().newThread(this::run);
        thread.setName("flush-" + tenure.partition().holder());
        thread.start();
      }
      gathering.add(id);
      work.signal();
      return gathering;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Round round;
    while ((round = next()) != null) {
      try {
        flush(round);
      } catch (RuntimeException | Error e) {
        round.finish(e);
        if (e instanceof Error error) {
          throw error;
        }
      }
    }
  }

  private @Nullable Round next() {
    lock.lock();
    try {
      underWay = false;
      while (gathering.isEmpty()) {
        if (closing) {
          return null;
        }
        work.awaitUninterruptibly();
      }
      Round round = gathering;
      gathering = new Round();
      underWay = true;
      return round;
    } finally {
      lock.unlock();
    }
  }

  private void flush(Round round) {
    long begun = terms.now();
    long epoch = tenure.leased();
    if (epoch == 0) {
      throw new LedgerFailure("no lease on the life of Redis");
    }
    Partition partition = tenure.partition();
    List<String> ids = List.copyOf(round.ids());
    List<Call> collects = new ArrayList<>();
    for (String id : ids) {
      collects.add(new Call("collect", partition.accountKeys(id), List.of(Long.toString(epoch))));
    }
    List<List<String>> answers = functions.callAll(collects);
    List<Snapshot> snapshots = new ArrayList<>();
    List<Receipt> receipts = new ArrayList<>();
    List<Call> cleanings = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      switch (Reply.of(answers.get(i))) {
        case Reply.Done(_, List<String> told) -> {
          long incarnation = Long.parseLong(told.getFirst());
          List<Receipt> dirty = Coding.receipts(incarnation, told, 5);
          if (!dirty.isEmpty()) {
            snapshots.add(snapshot(incarnation, Meter.TOKENS, told, 1));
            snapshots.add(snapshot(incarnation, Meter.WORDS, told, 3));
            receipts.addAll(dirty);
            cleanings.add(cleaning(partition.accountKeys(ids.get(i)), epoch, dirty));
          }
          round.safe(
              ids.get(i),
              new Round.Safe(epoch, Long.parseLong(told.get(2)), Long.parseLong(told.get(4))));
        }
        case Reply.Stale _ -> tenure.lost(epoch);
        case Reply.Missing _ -> {
          // It has left, or never came; whoever waits for it is told so.
        }
        case Reply.Check _ -> throw new IllegalStateException("collect asked for a check");
      }
    }
    if (!receipts.isEmpty()) {
      receipts.sort((one, other) -> one.id().compareTo(other.id()));
      Settlement settlement = new Settlement(partition.holder(), epoch, snapshots, receipts);
      if (route.settle(settlement) == Settled.REFUSED) {
        tenure.over(epoch);
        throw new LedgerFailure("a newer life of Redis has begun");
      }
    }
    if (route.leaseDecides() && tenure.leased() != epoch) {
      throw new LedgerFailure("the lease on the life of Redis ran out");
    }
    lastNanos = terms.now() - begun;
    round.finish(null);
    cleanings.forEach(functions::send);
    observer.committed(receipts.size(), lastNanos);
  }

  private static Snapshot snapshot(long incarnation, Meter meter, List<String> told, int first) {
    return new Snapshot(
        incarnation, meter, Long.parseLong(told.get(first)), Long.parseLong(told.get(first + 1)));
  }

  private Call cleaning(List<String> keys, long epoch, List<Receipt> receipts) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Long.toString(epoch));
    arguments.add(route.leaseDecides() ? "0" : "1");
    for (Receipt receipt : receipts) {
      arguments.add(receipt.id());
      arguments.add(Long.toString(receipt.version()));
    }
    return new Call("clean", keys, arguments);
  }

  long lastNanos() {
    return lastNanos;
  }

  int queued() {
    lock.lock();
    try {
      return gathering.ids().size();
    } finally {
      lock.unlock();
    }
  }

  boolean idle() {
    lock.lock();
    try {
      return gathering.isEmpty() && !underWay;
    } finally {
      lock.unlock();
    }
  }

  /** Flushes what gathers and stops; does not wait for it. */
  @Nullable Thread close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
      return thread;
    } finally {
      lock.unlock();
    }
  }
}
