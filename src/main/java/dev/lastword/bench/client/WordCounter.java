package dev.lastword.bench.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Finds the words in what one connection brings. Used by one thread. */
interface WordCounter {

  /**
   * Reads on.
   *
   * @param bytes that came next; all of them are taken
   * @param back where the protocol may want an answer
   * @return how many words have ended in them
   * @throws WrongAnswer if it is anything but words without end
   */
  int words(ByteBuffer bytes, WritableByteChannel back) throws IOException;

  /** What is wrong with a chunk that does not end as a word does. */
  static WrongAnswer noWord(byte last) {
    return new WrongAnswer("a chunk is no word: it ends with " + last);
  }
}
