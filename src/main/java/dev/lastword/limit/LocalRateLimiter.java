package dev.lastword.limit;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Admits each user at most {@code limit} times in any window of the given length, wherever the
 * window starts. Exact: neither buckets nor an average, but the times themselves.
 *
 * <p>Thread-safe. A user's decisions are taken one after the other under that user's own lock, and
 * the clock is read inside it; users do not wait for each other.
 */
public final class LocalRateLimiter implements RateLimiter {
  /** The highest limit: a million times of 8 bytes for each user who makes full use of it. */
  public static final int MAX_LIMIT = 1_000_000;

  /** The longest window. */
  public static final Duration MAX_WINDOW = Duration.ofDays(1);

  private final int limit;
  private final long windowNanos;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, User> users = new ConcurrentHashMap<>();

  /**
   * @param limit admissions a user and window, 1 to {@link #MAX_LIMIT}
   * @param window 1 ns to {@link #MAX_WINDOW}
   * @param nanoTime a clock that never goes back, as {@link System#nanoTime()}; any origin
   * @throws IllegalArgumentException if the limit or the window is outside its range
   */
  public LocalRateLimiter(int limit, Duration window, LongSupplier nanoTime) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", not " + limit);
    }
    if (window.isNegative() || window.isZero() || window.compareTo(MAX_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "window must be 1 ns to " + MAX_WINDOW.toHours() + " h, not " + window);
    }
    this.limit = limit;
    this.windowNanos = window.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public Admission admit(String user) {
    while (true) {
      User known = knownOrNew(user);
      synchronized (known) {
        if (!known.retired) {
          return known.window.admit(nanoTime.getAsLong());
        }
      }
    }
  }

  /**
   * Counts a request that was admitted before a restart. Calls may come in any order of age, and
   * while requests are admitted. What has left the window is ignored, and of more than the limit
   * the newest count.
   *
   * @param ageNanos how long ago it was admitted; a negative age (of a clock that was ahead) counts
   *     as 0
   */
  public void restore(String user, long ageNanos) {
    if (ageNanos >= windowNanos) {
      return;
    }
    long age = Math.max(0, ageNanos);
    while (true) {
      User known = knownOrNew(user);
      synchronized (known) {
        if (!known.retired) {
          long now = nanoTime.getAsLong();
          known.window.restore(now - age, now);
          return;
        }
      }
    }
  }

  /**
   * Drops the users whose newest admission has left the window: they would be admitted as if they
   * had never been seen. For housekeeping, about once a window.
   *
   * @return how many were dropped
   */
  public int forgetIdle() {
    int forgotten = 0;
    for (var entry : users.entrySet()) {
      User user = entry.getValue();
      synchronized (user) {
        if (!user.retired && user.window.isIdle(nanoTime.getAsLong())) {
          user.retired = true;
          users.remove(entry.getKey(), user);
          forgotten++;
        }
      }
    }
    return forgotten;
  }

  /** How many users are remembered. */
  public int users() {
    return users.size();
  }

  private User knownOrNew(String user) {
    User known = users.get(user);
    return known != null
        ? known
        : users.computeIfAbsent(user, _ -> new User(new SlidingWindow(limit, windowNanos)));
  }

  /**
   * A window and its lock. Retired means that it is no longer in the map: whoever still held it
   * must look again, or two windows of one user would each admit the whole limit.
   */
  private static final class User {
    private final SlidingWindow window;
    private boolean retired;

    private User(SlidingWindow window) {
      this.window = window;
    }
  }
}
