package dev.lastword.words;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.Random;

/**
 * The waits before the words of one seed, uniform between two limits. Whoever knows the limits and
 * the seed knows the waits: {@link Random} specifies its algorithm. The seed is mixed first
 * (SplitMix64's finalizer: G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014), so that the waits tell nothing about the words of the same seed. Not safe for
 * use by several threads.
 */
public final class Pace {

  private static final long LONGEST_MILLIS = DAYS.toMillis(1);

  private final long minimumNanos;
  private final double choices;
  private final Random random;

  /**
   * The waits from the first one on; every {@code long} is a seed.
   *
   * @param minimumMillis the shortest wait, 0 or more
   * @param maximumMillis the longest wait, not less than the shortest, at most a day
   * @throws IllegalArgumentException if a limit is out of its range
   */
  public Pace(long minimumMillis, long maximumMillis, long seed) {
    if (minimumMillis < 0 || maximumMillis < minimumMillis || maximumMillis > LONGEST_MILLIS) {
      throw new IllegalArgumentException(
          "waits must be between 0 and "
              + LONGEST_MILLIS
              + " ms, the shorter first, not "
              + minimumMillis
              + " to "
              + maximumMillis);
    }
    minimumNanos = MILLISECONDS.toNanos(minimumMillis);
    choices = MILLISECONDS.toNanos(maximumMillis) - minimumNanos + 1;
    random = new Random(mix(seed));
  }

  /** The next wait, in nanoseconds; both limits can occur. */
  public long nextWaitNanos() {
    return minimumNanos + (long) (random.nextDouble() * choices);
  }

  /** What the waits come to on average. */
  public long meanNanos() {
    return minimumNanos + (long) (choices / 2);
  }

  private static long mix(long seed) {
    long mixed = seed + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
