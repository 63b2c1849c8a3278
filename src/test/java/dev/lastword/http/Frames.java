package dev.lastword.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One HTTP/2 connection, frame by frame: for what no client would send. */
final class Frames implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  /** By their place in the static table; Helidon takes them by it alone. */
  private static final List<String> PSEUDO_HEADERS =
      List.of("-", ":authority", ":method", "-", ":path", "-", ":scheme", "-", ":status");

  private static final int PATIENCE_MILLIS = 10_000;
  private static final int STATUS_200 = 0x88;

  private final Socket socket;
  private final DataInputStream input;

  /** Connects and says hello. */
  Frames(int port) throws IOException {
    this(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send(SETTINGS, 0, 0, new byte[0]);
  }

  Frames(int port, String preface) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    input = new DataInputStream(socket.getInputStream());
    raw(preface.getBytes(StandardCharsets.US_ASCII));
  }

  record Frame(int type, int flags, int stream, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  Frames raw(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // The server may have closed the connection before it has read all of it.
      return this;
    }
    return this;
  }

  Frames send(int type, int flags, int stream, byte[] payload) {
    return raw(frame(type, flags, stream, payload));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The head of a JSON request, whose body is still to come. */
  static byte[] post(int stream, String path, String token) {
    return frame(
        HEADERS, END_HEADERS, stream, headers(postHeaders(path, token).toArray(String[]::new)));
  }

  /** The headers of a JSON request: name, value, name, value. */
  static List<String> postHeaders(String path, String token) {
    return List.of(
        ":method",
        "POST",
        ":scheme",
        "http",
        ":authority",
        "x",
        ":path",
        path,
        "authorization",
        "Bearer " + token,
        "content-type",
        "application/json");
  }

  /** Headers as name, value, name, value; nothing indexed, nothing compressed. */
  static byte[] headers(String... headers) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int index = 0; index < headers.length; index += 2) {
      int known = PSEUDO_HEADERS.indexOf(headers[index]);
      block.write(Math.max(known, 0));
      if (known < 0) {
        string(block, headers[index]);
      }
      string(block, headers[index + 1]);
    }
    return block.toByteArray();
  }

  /** A length has 7 bits, and goes on in groups of 7 where they do not suffice. */
  private static void string(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      length -= 127;
      while (length >= 128) {
        block.write(length & 127 | 128);
        length >>= 7;
      }
      block.write(length);
    }
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Frame read() throws IOException {
    int length = input.readUnsignedByte() << 16 | input.readUnsignedShort();
    int type = input.readUnsignedByte();
    int flags = input.readUnsignedByte();
    int stream = input.readInt();
    return new Frame(type, flags, stream, input.readNBytes(length));
  }

  /**
   * How a stream ends: the status of its answer, as far as 200 or the problem's own, {@code reset},
   * or {@code closed} with the whole connection.
   */
  String end(int stream) throws IOException {
    String status = "?";
    try {
      while (true) {
        Frame frame = read();
        if (frame.type() == GOAWAY) {
          return "closed";
        }
        if (frame.stream() != stream) {
          continue;
        }
        if (frame.type() == RST_STREAM) {
          return "reset";
        }
        if (frame.type() == HEADERS && (frame.payload()[0] & 0xff) == STATUS_200) {
          status = "200";
        }
        if (frame.type() == DATA && status.equals("?")) {
          status = frame.text().replaceAll("(?s).*\"status\":(\\d+).*", "$1");
        }
        if ((frame.flags() & END_STREAM) != 0 && frame.type() != CONTINUATION) {
          return status;
        }
      }
    } catch (EOFException | SocketException e) {
      return "closed";
    }
  }

  /** Every frame until the server closes the connection, which it must. */
  List<Frame> readAll() throws IOException {
    List<Frame> frames = new ArrayList<>();
    try {
      while (true) {
        frames.add(read());
      }
    } catch (EOFException | SocketException e) {
      return frames;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
