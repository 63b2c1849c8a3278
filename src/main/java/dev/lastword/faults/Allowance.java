package dev.lastword.faults;

/**
 * What a stream may have paid beyond what its client counted.
 *
 * @param cutWords a stream that the server's end cut off: at most one chunk
 * @param leftWords a stream whose client left: the words that were on their way when it did
 */
record Allowance(long cutWords, long leftWords) {

  /** Words every 25 to 50 ms, paid for half a second at a time. */
  private static final long CHUNK_WORDS = 13;

  static final Allowance CRASH = new Allowance(CHUNK_WORDS, CHUNK_WORDS);

  /** Nothing was cut off. */
  static final Allowance ORDER = new Allowance(0, CHUNK_WORDS);

  /** Words that were due while the server stood still are written all at once. */
  static final Allowance STANDSTILL = new Allowance(0, Traffic.MAX_STREAM_WORDS);
}
