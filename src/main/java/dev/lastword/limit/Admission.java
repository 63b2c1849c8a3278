package dev.lastword.limit;

/** What the rate limit says to one request. */
public sealed interface Admission {

  /** How many more requests would be admitted at this instant; 0 to the limit. */
  int remaining();

  /**
   * Nanoseconds until the next unit comes back, that is until the oldest admitted request leaves
   * the window: the {@code t} of the {@code RateLimit} header, once rounded up to seconds. More
   * than 0, the window at most.
   */
  long resetNanos();

  /** The request is admitted, and counted. */
  record Admitted(int remaining, long resetNanos) implements Admission {}

  /**
   * The window is full; nothing was counted.
   *
   * @param retryAfterNanos until the next request can be admitted: refused at any time before,
   *     admitted from then on. More than 0, the window at most
   */
  record Refused(long retryAfterNanos) implements Admission {

    @Override
    public int remaining() {
      return 0;
    }

    @Override
    public long resetNanos() {
      return retryAfterNanos;
    }
  }
}
