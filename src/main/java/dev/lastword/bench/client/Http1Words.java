package dev.lastword.bench.client;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** One stream over HTTP/1.1: a head, and a chunk a word. */
final class Http1Words implements WordCounter {

  private static final String STATUS = "HTTP/1.1 200";
  private static final int MAX_HEAD_BYTES = 8 * 1024;
  private static final int LINE_END = 2;

  private enum At {
    HEAD,
    SIZE,
    CHUNK
  }

  private final StringBuilder head = new StringBuilder();
  private At at = At.HEAD;
  private int size;

  /** Bytes of the chunk and its line end that have not come yet. */
  private int left;

  @Override
  public int words(ByteBuffer bytes, WritableByteChannel back) {
    int words = 0;
    while (bytes.hasRemaining()) {
      byte octet = bytes.get();
      switch (at) {
        case HEAD -> head(octet);
        case SIZE -> size(octet);
        case CHUNK -> {
          if (left == LINE_END + 1) {
            if (octet != ' ') {
              throw WordCounter.noWord(octet);
            }
            words++;
          }
          if (--left == 0) {
            at = At.SIZE;
            size = 0;
          }
        }
      }
    }
    return words;
  }

  private void head(byte octet) {
    head.append((char) (octet & 0xff));
    if (head.length() == STATUS.length() && !head.toString().equals(STATUS)) {
      throw new WrongAnswer("not 200: " + head);
    }
    if (head.length() > MAX_HEAD_BYTES) {
      throw new WrongAnswer("a head without end");
    }
    if (octet == '\n' && head.indexOf("\r\n\r\n") >= 0) {
      head.setLength(0);
      head.trimToSize();
      at = At.SIZE;
    }
  }

  private void size(byte octet) {
    if (octet == '\n') {
      if (size == 0) {
        throw new WrongAnswer("a stream has ended");
      }
      left = size + LINE_END;
      at = At.CHUNK;
    } else if (octet != '\r') {
      int digit = Character.digit(octet, 16);
      if (digit < 0) {
        throw new WrongAnswer(
            "no chunk: " + new String(new byte[] {octet}, StandardCharsets.ISO_8859_1));
      }
      size = size * 16 + digit;
    }
  }
}
