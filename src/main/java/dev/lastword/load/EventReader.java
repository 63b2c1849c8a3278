package dev.lastword.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

/**
 * Reads server-sent events one after the other, as far as this service sends them: lines end with a
 * line feed, {@code data} has one line. Allocates nothing for an event whose data nobody asks for.
 * Not safe for use by several threads.
 */
final class EventReader {

  private static final int MAX_LINE_BYTES = 1_024;

  private final InputStream input;
  private final byte[] arrived = new byte[256];
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private final byte[] data = new byte[MAX_LINE_BYTES];
  private int arrivedFrom;
  private int arrivedTo;
  private int lineLength;
  private int dataLength;
  private long id;
  private boolean end;

  EventReader(InputStream input) {
    this.input = input;
  }

  /** Waits for the next event; false if there is none any more. */
  boolean next() throws IOException {
    dataLength = 0;
    id = 0;
    end = false;
    while (readLine()) {
      if (lineLength == 0) {
        return true;
      }
      take();
    }
    return false;
  }

  /** The number that the event has; 0 if it has none. */
  long id() {
    return id;
  }

  /** Whether the event says how the stream ended. */
  boolean isEnd() {
    return end;
  }

  String data() {
    return new String(data, 0, dataLength, StandardCharsets.UTF_8);
  }

  private void take() {
    if (startsWith("data: ")) {
      dataLength = lineLength - 6;
      System.arraycopy(line, 6, data, 0, dataLength);
    } else if (startsWith("id: ")) {
      id = 0;
      for (int index = 4; index < lineLength; index++) {
        id = id * 10 + Character.digit(line[index], 10);
      }
    } else if (startsWith("event: end") && lineLength == 10) {
      end = true;
    }
  }

  private boolean startsWith(String text) {
    if (lineLength < text.length()) {
      return false;
    }
    for (int index = 0; index < text.length(); index++) {
      if (line[index] != text.charAt(index)) {
        return false;
      }
    }
    return true;
  }

  private boolean readLine() throws IOException {
    lineLength = 0;
    while (true) {
      if (arrivedFrom == arrivedTo) {
        int count = input.read(arrived, 0, arrived.length);
        if (count < 0) {
          return false;
        }
        arrivedFrom = 0;
        arrivedTo = count;
      }
      byte octet = arrived[arrivedFrom++];
      if (octet == '\n') {
        return true;
      }
      if (lineLength == MAX_LINE_BYTES) {
        throw new ProtocolException("an event's line is too long");
      }
      line[lineLength++] = octet;
    }
  }
}
