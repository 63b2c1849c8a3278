package dev.lastword.limit;

import java.util.Arrays;

/**
 * The admitted times of one user that are still in the window, in a ring from oldest to newest (the
 * "sliding window log"): a request is admitted when fewer than the limit are left. Exact, to the
 * nanosecond, and O(1) amortized: every time enters once and leaves once.
 *
 * <p>Times are of a clock like {@link System#nanoTime()}: they may be negative or wrap around, and
 * are compared by their difference only. The ring starts small and grows up to the limit, so that a
 * quiet user costs little: about 100 bytes, and 900 with 100 times in it.
 *
 * <p>Not thread-safe: {@link LocalRateLimiter} guards each window by a lock of its own.
 */
final class SlidingWindow {
  private static final int FIRST_CAPACITY = 4;

  private final int limit;
  private final long windowNanos;
  private long[] times;
  private int oldest;
  private int size;

  SlidingWindow(int limit, long windowNanos) {
    this.limit = limit;
    this.windowNanos = windowNanos;
    this.times = new long[Math.min(FIRST_CAPACITY, limit)];
  }

  Admission admit(long now) {
    forgetBefore(now);
    if (size == limit) {
      return new Admission.Refused(untilOldestLeaves(now));
    }
    append(now);
    return new Admission.Admitted(limit - size, untilOldestLeaves(now));
  }

  /** Counts an admission of the past; when there are more than the limit, the newest count. */
  void restore(long time, long now) {
    forgetBefore(now);
    if (now - time >= windowNanos) {
      return;
    }
    if (size == limit) {
      if (time - at(0) <= 0) {
        return;
      }
      dropOldest();
    }
    append(time);
    for (int i = size - 1; i > 0 && at(i - 1) - at(i) > 0; i--) {
      swap(slot(i - 1), slot(i));
    }
  }

  boolean isIdle(long now) {
    forgetBefore(now);
    return size == 0;
  }

  private void forgetBefore(long now) {
    while (size > 0 && now - at(0) >= windowNanos) {
      dropOldest();
    }
  }

  private long untilOldestLeaves(long now) {
    return windowNanos - (now - at(0));
  }

  private void append(long time) {
    if (size == times.length) {
      grow();
    }
    size++;
    times[slot(size - 1)] = time;
  }

  private void grow() {
    long[] larger = Arrays.copyOf(times, Math.min(limit, times.length * 2));
    for (int i = 0; i < size; i++) {
      larger[i] = at(i);
    }
    times = larger;
    oldest = 0;
  }

  private void dropOldest() {
    oldest = slot(1);
    size--;
  }

  private long at(int index) {
    return times[slot(index)];
  }

  private int slot(int index) {
    int slot = oldest + index;
    return slot < times.length ? slot : slot - times.length;
  }

  private void swap(int one, int other) {
    long time = times[one];
    times[one] = times[other];
    times[other] = time;
  }
}
