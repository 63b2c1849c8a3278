package dev.lastword.load;

import java.util.concurrent.atomic.LongAdder;

/** What the streams of a run brought. Thread-safe. */
final class WordTally {

  /** The kind of all that is in the timelines. */
  static final String WORDS = "words";

  private final Spread sinceRequest = new Spread();
  private final Spread sinceStream = new Spread();
  private final Timeline arrivals = new Timeline();
  private final Timeline lateness = new Timeline();
  private final LongAdder received = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder misCharged = new LongAdder();
  private final LongAdder ended = new LongAdder();

  /**
   * A word came.
   *
   * @param sinceStartNanos since the run began
   * @param lateNanos how late, if its stream had begun when it was asked for
   */
  void arrived(long sinceStartNanos, long lateNanos) {
    received.increment();
    sinceRequest.add(lateNanos);
    arrivals.add(WORDS, sinceStartNanos, lateNanos);
  }

  /**
   * A stream is over, so it is known when it can have begun, and how late a word of it came.
   *
   * @param sinceStartNanos when the word came, since the run began
   * @param lateNanos how late, by when its stream can have begun
   */
  void timed(long sinceStartNanos, long lateNanos) {
    sinceStream.add(lateNanos);
    lateness.add(WORDS, sinceStartNanos, lateNanos);
  }

  /** A stream said how it ended. */
  void ended(long got, long sent, long charged) {
    ended.increment();
    lost.add(Math.max(0, sent - got));
    if (charged != got) {
      misCharged.increment();
    }
  }

  /** Lateness by when the stream was asked for. */
  Spread sinceRequest() {
    return sinceRequest;
  }

  /** Lateness by when the stream began. */
  Spread sinceStream() {
    return sinceStream;
  }

  /** Every word when it came, with its lateness by when its stream was asked for. */
  Timeline arrivals() {
    return arrivals;
  }

  /** Words of streams that are over when they came, with their lateness by when these began. */
  Timeline lateness() {
    return lateness;
  }

  long received() {
    return received.sum();
  }

  /** Words that the server says it sent and that did not come. */
  long lost() {
    return lost.sum();
  }

  /** Streams that said how they ended. */
  long ended() {
    return ended.sum();
  }

  /** Of them, those that charged another number of words than came. */
  long misCharged() {
    return misCharged.sum();
  }
}
