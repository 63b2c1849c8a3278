package dev.lastword.bench.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Answers of Redis that are lists of texts and begin with {@code done} (RESP 2). */
public final class RespAnswers implements Answers {

  private static final byte[] DONE = "$4\r\ndone\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_SHOWN_BYTES = 300;

  @Override
  public int length(ByteBuffer bytes) {
    int at = lineEnd(bytes, 0);
    if (at == UNFINISHED) {
      return UNFINISHED;
    }
    int texts = number(bytes, 0, '*', at);
    if (bytes.limit() < at + DONE.length) {
      return UNFINISHED;
    }
    for (int i = 0; i < DONE.length; i++) {
      if (bytes.get(at + i) != DONE[i]) {
        throw wrong(bytes);
      }
    }
    for (int text = 0; text < texts; text++) {
      int end = lineEnd(bytes, at);
      if (end == UNFINISHED) {
        return UNFINISHED;
      }
      at = end + number(bytes, at, '$', end) + 2;
    }
    return at <= bytes.limit() ? at : UNFINISHED;
  }

  /** Where the next line begins. */
  private static int lineEnd(ByteBuffer bytes, int from) {
    for (int at = from; at < bytes.limit(); at++) {
      if (bytes.get(at) == '\n') {
        return at + 1;
      }
    }
    return UNFINISHED;
  }

  private static int number(ByteBuffer bytes, int from, char mark, int end) {
    if (bytes.get(from) != mark) {
      throw wrong(bytes);
    }
    int number = 0;
    for (int at = from + 1; at < end - 2; at++) {
      int digit = bytes.get(at) - '0';
      if (digit < 0 || digit > 9) {
        throw wrong(bytes);
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static WrongAnswer wrong(ByteBuffer bytes) {
    byte[] shown = new byte[Math.min(bytes.limit(), MAX_SHOWN_BYTES)];
    bytes.get(0, shown);
    return new WrongAnswer("Redis says\n" + new String(shown, StandardCharsets.UTF_8));
  }
}
