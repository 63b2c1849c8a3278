package dev.lastword.load;

import java.util.concurrent.atomic.LongAdder;

/** What the streams of a run brought. Thread-safe. */
final class WordTally {

  private final Spread sinceRequest = new Spread();
  private final Spread sinceStream = new Spread();
  private final LongAdder received = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder misCharged = new LongAdder();
  private final LongAdder ended = new LongAdder();

  /**
   * A word came.
   *
   * @param sinceRequestNanos how late, if its stream had begun when it was asked for
   * @param sinceStreamNanos how late, by when its stream can have begun
   */
  void word(long sinceRequestNanos, long sinceStreamNanos) {
    received.increment();
    sinceRequest.add(sinceRequestNanos);
    sinceStream.add(sinceStreamNanos);
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
