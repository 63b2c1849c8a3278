package dev.lastword.accounts;

import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids that sort by the time they were made: 48 bits of milliseconds and 80 random bits in
 * Crockford's base 32, 26 characters (the ULID layout). Within one instance a later id is always
 * greater, also when the clock goes back. Thread-safe.
 */
public final class TimeOrderedIds {

  private static final String DIGIT_TEXT = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final char[] DIGITS = DIGIT_TEXT.toCharArray();

  private final InstantSource clock;
  private final RandomGenerator random;
  private long lastMillis = -1;
  private long lastHigh;
  private long lastLow;

  public TimeOrderedIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public synchronized String next() {
    long now = clock.millis();
    if (now > lastMillis) {
      lastMillis = now;
      // The top bit of each half stays free, so that counting on cannot overflow it.
      lastHigh = random.nextLong() & ((1L << 39) - 1);
      lastLow = random.nextLong() & ((1L << 39) - 1);
    } else {
      lastLow++;
    }
    return encode(lastMillis, lastHigh, lastLow);
  }

  /** The least id of that time: ids made since then are greater or equal. */
  public static String leastAt(Instant time) {
    return encode(Math.max(0, time.toEpochMilli()), 0, 0);
  }

  /** Whether an id looks as if it had been made here. */
  public static boolean isValid(String id) {
    return id.length() == 26 && id.chars().allMatch(digit -> DIGIT_TEXT.indexOf(digit) >= 0);
  }

  private static String encode(long millis, long high, long low) {
    char[] text = new char[26];
    write(text, 0, 10, millis);
    write(text, 10, 8, high);
    write(text, 18, 8, low);
    return new String(text);
  }

  private static void write(char[] text, int from, int length, long value) {
    for (int index = from + length - 1; index >= from; index--) {
      text[index] = DIGITS[(int) (value & 31)];
      value >>>= 5;
    }
  }
}
