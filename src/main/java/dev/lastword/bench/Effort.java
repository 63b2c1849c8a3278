package dev.lastword.bench;

import java.time.Duration;

/**
 * How thoroughly to measure.
 *
 * @param rounds that are counted, 1 or more; each measures both sides
 * @param interval how long a side is measured in a round
 */
public record Effort(int rounds, Duration interval) {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int MOST_ROUNDS = 1_000;

  /** Rounds before those that are counted: the machines compile meanwhile. */
  static final int WARM_UPS = 3;

  public Effort {
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException("--rounds must be 1 to " + MOST_ROUNDS);
    }
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("--seconds must be 0.1 to 600");
    }
  }

  /** Whole seconds, at least 1. */
  long wholeSeconds() {
    return Math.max(1, interval.toSeconds());
  }
}
