package dev.lastword.faults;

/**
 * What a stream may have paid beyond what its client counted.
 *
 * @param cutWords a stream that the server's end cut off: at most one chunk
 * @param leftWords a stream whose client left: the words that were on their way when it did
 */
record Allowance(long cutWords, long leftWords) {

  /** Of words every 25 to 50 ms: the longest chunk there is, however slow the disk. */
  private static final long CHUNK_WORDS = 32;

  /** Half a second of words: what a busy client is behind when it leaves. */
  private static final long WORDS_ON_THE_WAY = 20;

  static final Allowance CRASH = new Allowance(CHUNK_WORDS, CHUNK_WORDS);

  /** Nothing was cut off. */
  static final Allowance ORDER = new Allowance(0, WORDS_ON_THE_WAY);

  /** A node may stand still, and be killed. */
  static final Allowance NODES = new Allowance(CHUNK_WORDS, Traffic.MAX_STREAM_WORDS);

  /** Words that were due while the server stood still are written all at once. */
  static final Allowance STANDSTILL = new Allowance(0, Traffic.MAX_STREAM_WORDS);
}
