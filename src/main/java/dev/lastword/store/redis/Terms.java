package dev.lastword.store.redis;

import dev.lastword.ledger.LedgerFailure;
import dev.lastword.world.Sleep;
import dev.lastword.world.World;
import java.time.Duration;

/**
 * How long things last between nodes. All nodes of a system must agree on the lease.
 *
 * @param lease how long a node may answer in an epoch after it asked for it
 * @param fence how long a newer epoch must have been current before older ones are sealed; no
 *     shorter than the lease
 * @param call how long a call of Redis may take to begin; later it is refused there
 * @param unsettled how long receipts may be unsettled before any node settles them
 * @param idle how long an account stays in Redis that nobody uses
 */
record Terms(
    Duration lease,
    Duration fence,
    Duration call,
    Duration unsettled,
    Duration idle,
    World world,
    Sleep sleep) {

  /** Beyond the fence: what a begin, a seal and a load take. */
  private static final Duration MARGIN = Duration.ofSeconds(3);

  long now() {
    return world.nanoTime().getAsLong();
  }

  long leaseNanos() {
    return lease.toNanos();
  }

  long fenceNanos() {
    return fence.toNanos();
  }

  void pause(Duration duration) {
    sleep.pause(duration);
  }

  /** Until when a request that begins now may wait for a life of Redis to be succeeded. */
  long deadlineNanos() {
    return now() + fenceNanos() + MARGIN.toNanos();
  }

  /**
   * Goes on only before the deadline.
   *
   * @throws LedgerFailure after it
   */
  void demandTime(long deadlineNanos, String otherwise) {
    if (now() - deadlineNanos > 0) {
      throw new LedgerFailure(otherwise);
    }
  }
}
