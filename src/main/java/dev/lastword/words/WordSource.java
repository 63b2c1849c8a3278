package dev.lastword.words;

import dev.lastword.upstream.UpstreamFailure;
import java.util.Optional;

/**
 * Where one stream's words come from, one after the other. Taken by one thread; closed by any, once
 * or more often, which ends a wait for the next word.
 */
public interface WordSource extends AutoCloseable {

  /** What comes next. */
  sealed interface Next {
    /**
     * A word; it must not be sent before its time.
     *
     * @param text with the whitespace before it where the answer to a question is to be had to the
     *     letter, otherwise without
     * @param dueNanos when it is to be sent; if that is long ago, this process may have stood still
     */
    record Word(String text, long dueNanos) implements Next {}

    /**
     * There are no more words, or none before the deadline.
     *
     * @param cut whether there would have been, without a limit to length or time
     */
    record Over(boolean cut) implements Next {}

    record Failed(UpstreamFailure why) implements Next {}
  }

  /**
   * The next word, as soon as it is known.
   *
   * @param fromNanos when the last one was due, or was taken by a client that could not take it
   *     earlier
   * @param deadlineNanos it is of no use after that
   */
  Next next(long fromNanos, long deadlineNanos);

  /** The mean time between two words, as far as it is known: at first perhaps very long. */
  long meanNanos();

  /** What gives the same words again; empty if nothing does. */
  Optional<Long> seed();

  @Override
  void close();
}
