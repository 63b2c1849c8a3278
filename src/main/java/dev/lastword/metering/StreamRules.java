package dev.lastword.metering;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;

/**
 * How streams go.
 *
 * @param minimumDelayMillis shortest wait before a word
 * @param maximumDelayMillis longest wait before a word
 * @param maximum how long a stream may last
 * @param chunkMillis what the pace delivers in this time is paid for at once
 */
public record StreamRules(
    long minimumDelayMillis, long maximumDelayMillis, Duration maximum, long chunkMillis) {

  /** However fast the pace, no more words than these are paid ahead. */
  static final long MAX_CHUNK_WORDS = 32;

  /** However slow the commits, no more of the pace than this is paid ahead. */
  private static final long MAX_CHUNK_MILLIS = 2_000;

  /**
   * Words to pay for at once: one chunk's worth of the mean pace, or of twice the last commit's
   * duration where the committer cannot keep up with the chunks.
   *
   * @param meanNanos between two words
   */
  long chunkWords(long meanNanos, long commitMillis) {
    long millis = Math.max(chunkMillis, Math.min(2 * commitMillis, MAX_CHUNK_MILLIS));
    return Math.clamp(MILLISECONDS.toNanos(millis) / Math.max(1, meanNanos), 1, MAX_CHUNK_WORDS);
  }
}
