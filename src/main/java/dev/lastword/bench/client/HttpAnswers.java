package dev.lastword.bench.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** HTTP/1.1 answers of one status, with a Content-Length, whose bodies begin as they should. */
public final class HttpAnswers implements Answers {

  private static final int MAX_SHOWN_BYTES = 600;
  private static final byte[] LENGTH = bytes("content-length:");

  private final byte[] status;
  private final byte[] beginning;

  /**
   * @param status three digits
   * @param beginning of every body
   */
  public HttpAnswers(int status, String beginning) {
    this.status = bytes("HTTP/1.1 " + status);
    this.beginning = bytes(beginning);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int length(ByteBuffer bytes) {
    int limit = bytes.limit();
    if (limit < status.length) {
      return UNFINISHED;
    }
    if (!isAt(bytes, 0, status)) {
      throw wrong("not " + new String(status, StandardCharsets.UTF_8), bytes);
    }
    int length = -1;
    int line = after(bytes, status.length);
    while (line > 0 && line < limit) {
      byte first = bytes.get(line);
      if (first == '\r') {
        return line + 1 < limit ? whole(bytes, line + 2, length) : UNFINISHED;
      }
      if ((first | 0x20) == 'c' && isLength(bytes, line)) {
        length = number(bytes, line + LENGTH.length);
      }
      line = after(bytes, line);
    }
    return UNFINISHED;
  }

  private int whole(ByteBuffer bytes, int body, int length) {
    if (length < beginning.length) {
      throw wrong(length < 0 ? "no Content-Length" : "the body is too short", bytes);
    }
    if (bytes.limit() < body + length) {
      return UNFINISHED;
    }
    if (!isAt(bytes, body, beginning)) {
      throw wrong("the body is another one", bytes);
    }
    return body + length;
  }

  /** Where the next line begins; 0 if that has not come yet. */
  private static int after(ByteBuffer bytes, int from) {
    for (int at = from; at < bytes.limit(); at++) {
      if (bytes.get(at) == '\n') {
        return at + 1;
      }
    }
    return 0;
  }

  private static boolean isAt(ByteBuffer bytes, int at, byte[] what) {
    for (int i = 0; i < what.length; i++) {
      if (bytes.get(at + i) != what[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLength(ByteBuffer bytes, int line) {
    if (line + LENGTH.length >= bytes.limit()) {
      return false;
    }
    for (int i = 0; i < LENGTH.length - 1; i++) {
      if ((bytes.get(line + i) | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return bytes.get(line + LENGTH.length - 1) == ':';
  }

  /** A number that may be cut off here; then its line is not whole, and it is read again. */
  private static int number(ByteBuffer bytes, int from) {
    int number = 0;
    for (int at = from; at < bytes.limit() && bytes.get(at) != '\r'; at++) {
      byte digit = bytes.get(at);
      if (digit >= '0' && digit <= '9') {
        number = Math.addExact(Math.multiplyExact(number, 10), digit - '0');
      } else if (digit != ' ') {
        throw wrong("the Content-Length is no number", bytes);
      }
    }
    return number;
  }

  private static WrongAnswer wrong(String why, ByteBuffer bytes) {
    byte[] shown = new byte[Math.min(bytes.limit(), MAX_SHOWN_BYTES)];
    bytes.get(0, shown);
    return new WrongAnswer(why + ":\n" + new String(shown, StandardCharsets.UTF_8));
  }
}
