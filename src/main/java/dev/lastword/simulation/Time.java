package dev.lastword.simulation;

import java.time.Duration;
import java.time.Instant;

/** Simulated time: a clock that never goes back, and one on the wall that may. */
final class Time {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  private final Odds odds;
  private long nanos;
  private long turnedBackMillis;

  Time(Odds odds) {
    this.odds = odds;
  }

  /** A slice takes a while: mostly next to nothing, now and then very long. */
  void pass() {
    int chance = odds.below(1000);
    if (chance < 2) {
      pass(Duration.ofMinutes(5).plusSeconds(odds.below(30)));
    } else if (chance < 30) {
      pass(Duration.ofMillis(odds.below(30_000)));
    } else if (chance < 34) {
      turnedBackMillis += odds.below(90_000);
    } else {
      pass(Duration.ofNanos(odds.below(3_000_000)));
    }
  }

  void pass(Duration duration) {
    nanos += duration.toNanos();
  }

  long nanos() {
    return nanos;
  }

  /** Whole milliseconds, as every store keeps them. */
  Instant instant() {
    return START.plusMillis(nanos / 1_000_000 - turnedBackMillis);
  }
}
