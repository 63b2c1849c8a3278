package dev.lastword.store.redis;

import dev.lastword.accounts.SharedAccounts;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.settlement.SettlementRoute;
import dev.lastword.store.redis.Functions.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this node knows of one partition: which epoch lives there, and until when this node may
 * answer in it. Thread-safe.
 *
 * <p>Its locks are held during I/O: of many requests that find no epoch, one looks for all.
 */
final class Tenure {

  /**
   * The right to answer in an epoch.
   *
   * @param untilNanos when it runs out, counted from before it was asked for
   * @param sinceNanos when this node first had it: older epochs were leased to nobody since
   */
  private record Lease(long epoch, long untilNanos, long sinceNanos) {}

  private static final Duration BETWEEN_SEALS = Duration.ofMillis(500);
  private static final int QUICK_ATTEMPTS = 3;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
  private static final Duration GIVING_WAY = Duration.ofMillis(250);

  private final Partition partition;
  private final Functions functions;
  private final SharedAccounts accounts;
  private final SettlementRoute route;
  private final Terms terms;
  private final ReentrantLock establishing = new ReentrantLock();
  private final ReentrantLock sealing = new ReentrantLock();
  private volatile Lease lease = new Lease(0, 0, 0);
  private volatile long over = -1;
  private long sealedAtNanos;
  private long sealedFor;

  Tenure(
      Partition partition,
      Functions functions,
      SharedAccounts accounts,
      SettlementRoute route,
      Terms terms) {
    this.partition = partition;
    this.functions = functions;
    this.accounts = accounts;
    this.route = route;
    this.terms = terms;
  }

  Partition partition() {
    return partition;
  }

  /** The epoch that this node has leased; 0 if it has none at this moment. Asks nobody. */
  long leased() {
    Lease held = lease;
    return held.epoch() > 0 && terms.now() - held.untilNanos() < 0 ? held.epoch() : 0;
  }

  /**
   * The epoch that lives, leased by this node; begins one where none lives.
   *
   * @throws LedgerFailure if there is none by the deadline
   */
  long epoch(long deadlineNanos) {
    long held = leased();
    if (held > 0) {
      return held;
    }
    establishing.lock();
    try {
      held = leased();
      return held > 0 ? held : establish(deadlineNanos);
    } finally {
      establishing.unlock();
    }
  }

  /**
   * Begins the next epoch where none lives. Where one lives that is over, another Redis has
   * succeeded the one that this node talks to; it gives way for as long as somebody sells there, or
   * each side would take the epoch from the other, and neither would have one for long enough.
   */
  private long establish(long deadlineNanos) {
    for (int attempt = 0; ; attempt++) {
      terms.demandTime(deadlineNanos, "no epoch of Redis could be leased");
      if (attempt > QUICK_ATTEMPTS) {
        terms.pause(LOOK_AGAIN);
      }
      List<String> found = functions.call(new Call("living", partition.epochKey(), List.of()));
      long epoch = Long.parseLong(found.get(0));
      boolean lives = found.get(1).equals("1");
      if (lives && epoch <= over && accounts.leasedWithin(partition.holder(), terms.fence())) {
        terms.demandTime(deadlineNanos, "another Redis has succeeded this node's, and is in use");
        terms.pause(GIVING_WAY);
        continue;
      }
      if (!lives || epoch <= over) {
        long next = accounts.takeEpoch(partition.holder());
        functions.call(
            new Call("begin", partition.epochKey(), List.of(found.get(0), Long.toString(next))));
        continue;
      }
      long asked = terms.now();
      if (accounts.lease(Map.of(partition.holder(), epoch)).isEmpty()) {
        granted(epoch, asked);
        return epoch;
      }
      over = epoch;
    }
  }

  /** The system of record has leased the epoch to this node, which asked at that time. */
  synchronized void granted(long epoch, long askedNanos) {
    long since = lease.epoch() == epoch ? lease.sinceNanos() : terms.now();
    lease = new Lease(epoch, askedNanos + terms.leaseNanos(), since);
  }

  /** Redis says that another epoch lives there. */
  synchronized void lost(long epoch) {
    if (lease.epoch() == epoch) {
      lease = new Lease(epoch, terms.now() - 1, lease.sinceNanos());
    }
  }

  /** The system of record says that it leases this epoch no more. */
  synchronized void over(long epoch) {
    over = Math.max(over, epoch);
    lost(epoch);
  }

  /**
   * Has everything before this epoch sealed, once nobody can hold a lease on it any more; returns
   * when it is time to look whether that has happened.
   *
   * @throws LedgerFailure if the deadline comes first
   */
  void sealOlder(long epoch, long deadlineNanos) {
    sealing.lock();
    try {
      Lease held = lease;
      if (held.epoch() != epoch) {
        return;
      }
      long safe = held.sinceNanos() + terms.fenceNanos();
      while (terms.now() - safe <= 0) {
        terms.demandTime(deadlineNanos, "an earlier life of Redis may still be answering");
        terms.pause(LOOK_AGAIN);
      }
      if (sealedFor != epoch || terms.now() - sealedAtNanos > BETWEEN_SEALS.toNanos()) {
        route.seal(partition.holder(), epoch - 1);
        sealedFor = epoch;
        sealedAtNanos = terms.now();
      }
    } finally {
      sealing.unlock();
    }
    if (route.leaseDecides()) {
      terms.demandTime(deadlineNanos, "an earlier life of Redis is not settled yet");
      terms.pause(LOOK_AGAIN);
    }
  }
}
