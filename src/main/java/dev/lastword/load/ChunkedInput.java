package dev.lastword.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/**
 * The content of a chunked body (RFC 9112, 7.1). A read returns what has arrived of one chunk and
 * never waits for the next; at the end of the content the trailers have been read too, and the
 * connection stands before the next answer. Not safe for use by several threads.
 */
final class ChunkedInput extends InputStream {

  private static final int MAX_LINE_BYTES = 8 * 1024;
  private static final int MAX_SIZE_DIGITS = 15;

  private final InputStream connection;
  private long left;
  private boolean begun;
  private boolean ended;

  ChunkedInput(InputStream connection) {
    this.connection = connection;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * {@inheritDoc}
   *
   * @throws EOFException if the connection ends before the body does
   * @throws ProtocolException if this is no chunked body
   */
  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    int count = connection.read(bytes, from, (int) Math.min(length, left));
    if (count < 0) {
      throw cutOff();
    }
    left -= count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (begun && line() > 0) {
      throw new ProtocolException("a chunk is longer than it says");
    }
    begun = true;
    left = size();
    if (left > 0) {
      return true;
    }
    while (line() > 0) {
      // Trailers.
    }
    ended = true;
    return false;
  }

  private long size() throws IOException {
    long size = 0;
    int digits = 0;
    int octet = octet();
    for (int digit; (digit = Character.digit(octet, 16)) >= 0; octet = octet()) {
      size = size * 16 + digit;
      if (++digits > MAX_SIZE_DIGITS) {
        throw new ProtocolException("a chunk is too long");
      }
    }
    if (digits == 0 || (octet != '\r' && octet != ';' && octet != ' ')) {
      throw new ProtocolException("a chunk does not say how long it is");
    }
    // What stands between the size and the end of the line is an extension.
    line();
    return size;
  }

  /** How many bytes the line had, its end not counted. */
  private int line() throws IOException {
    int count = 0;
    int octet;
    while ((octet = octet()) != '\n') {
      if (octet != '\r' && ++count > MAX_LINE_BYTES) {
        throw new ProtocolException("a line is too long");
      }
    }
    return count;
  }

  private int octet() throws IOException {
    int octet = connection.read();
    if (octet < 0) {
      throw cutOff();
    }
    return octet;
  }

  private static EOFException cutOff() {
    return new EOFException("cut off in the middle of an answer");
  }
}
