package dev.lastword.accounts;

import java.time.Instant;

/**
 * That a balance fell to a level: told once for each level between two credits, since the total
 * credited is part of what it is.
 *
 * @param credited units ever added when it fell
 * @param left units that were left then, {@code level} or fewer
 * @param at when it was committed, to the millisecond
 * @param attempts how often somebody was told in vain
 */
public record Notice(
    long incarnation,
    String accountId,
    Meter meter,
    long credited,
    long level,
    long left,
    Instant at,
    int attempts) {

  /** The fall: no two notices of a store have the same. */
  public String key() {
    return "%d_%s_%d_%d".formatted(incarnation, meter.word(), credited, level);
  }

  /** The same however often it is told, and another in every other store. */
  public String id() {
    return "msg_" + key() + "_" + at.toEpochMilli();
  }
}
