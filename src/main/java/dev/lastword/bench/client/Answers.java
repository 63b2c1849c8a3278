package dev.lastword.bench.client;

import java.nio.ByteBuffer;

/** Knows where an answer ends, and whether it is a good one. Thread-safe. */
public interface Answers {

  /** What {@link #length} says of an answer that is not whole yet. */
  int UNFINISHED = -1;

  /**
   * How many bytes the answer at the beginning of the buffer has, up to its limit; its position
   * says nothing and stays.
   *
   * @return {@link #UNFINISHED} if more bytes must come first
   * @throws WrongAnswer if it is none, or not the right one
   */
  int length(ByteBuffer bytes);
}
