package dev.lastword.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * One HTTP/1.1 connection, plain and blocking: a few kilobytes each, so that thousands of streams
 * fit in one process. Used by one thread at a time.
 */
final class Wire implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int BUFFER_BYTES = 1_024;
  private static final int MAX_LINE_BYTES = 8 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_BODY_BYTES = 1 << 20;

  /**
   * What came back.
   *
   * @param reusable whether the connection takes another request when the body has been read
   */
  record Head(int status, InputStream body, boolean reusable) {}

  private final Socket socket;
  private final InputStream input;

  private Wire(Socket socket, InputStream input) {
    this.socket = socket;
    this.input = input;
  }

  static Wire open(InetSocketAddress server) throws IOException {
    Socket socket = new Socket();
    boolean opened = false;
    try {
      socket.setTcpNoDelay(true);
      socket.connect(server, (int) PATIENCE.toMillis());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      Wire wire = new Wire(socket, new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
      opened = true;
      return wire;
    } finally {
      if (!opened) {
        socket.close();
      }
    }
  }

  /** Sends a whole request, and reads the head of its answer. */
  Head ask(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    int status;
    do {
      status = status(line());
      if (status < 200) {
        skipHeaders();
      }
    } while (status < 200);
    return head(status);
  }

  private static int status(String line) throws ProtocolException {
    if (!line.startsWith("HTTP/1.") || line.length() < 12) {
      throw new ProtocolException("no HTTP/1.1 answer");
    }
    try {
      return Integer.parseInt(line, 9, 12, 10);
    } catch (NumberFormatException e) {
      throw new ProtocolException("no HTTP/1.1 answer");
    }
  }

  private Head head(int status) throws IOException {
    boolean chunked = false;
    boolean reusable = true;
    int length = -1;
    String header;
    for (int count = 0; !(header = line()).isEmpty(); count++) {
      if (count == MAX_HEADERS) {
        throw new ProtocolException("too many headers");
      }
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = length(lower.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.endsWith("chunked");
      } else if (lower.startsWith("connection:")) {
        reusable = !lower.contains("close");
      }
    }
    if (chunked) {
      return new Head(status, new ChunkedInput(input), reusable);
    }
    if (length >= 0) {
      return new Head(status, whole(length), reusable);
    }
    return status == 204
        ? new Head(status, InputStream.nullInputStream(), reusable)
        : new Head(status, input, false);
  }

  private static int length(String text) throws ProtocolException {
    try {
      int length = Integer.parseInt(text);
      if (length >= 0 && length <= MAX_BODY_BYTES) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new ProtocolException("a body has 0 to " + MAX_BODY_BYTES + " bytes, not " + text);
  }

  private InputStream whole(int length) throws IOException {
    byte[] body = input.readNBytes(length);
    if (body.length < length) {
      throw cutOff();
    }
    return new ByteArrayInputStream(body);
  }

  private void skipHeaders() throws IOException {
    while (!line().isEmpty()) {
      // Of an interim answer.
    }
  }

  private String line() throws IOException {
    byte[] bytes = new byte[128];
    int length = 0;
    int octet;
    while ((octet = input.read()) != '\n') {
      if (octet < 0) {
        throw cutOff();
      }
      if (length == MAX_LINE_BYTES) {
        throw new ProtocolException("a header is too long");
      }
      if (length == bytes.length) {
        bytes = java.util.Arrays.copyOf(bytes, 2 * length);
      }
      bytes[length++] = (byte) octet;
    }
    int end = length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
  }

  private static EOFException cutOff() {
    return new EOFException("cut off in the middle of an answer");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing more to be had from it.
    }
  }
}
