package dev.lastword.bench.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Many streams over one HTTP/2 connection, with prior knowledge (RFC 9113): a DATA frame a word.
 */
final class Http2Words implements WordCounter {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int FRAME_HEAD_BYTES = 9;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int WIDEST = Integer.MAX_VALUE;
  private static final int DEFAULT_WINDOW = 65_535;

  // From HPACK's static table (RFC 7541, appendix A): whole headers, and names alone.
  private static final int POST = 0x83;
  private static final int HTTP = 0x86;
  private static final int STATUS_200 = 0x88;
  private static final int AUTHORITY = 1;
  private static final int PATH = 4;

  private final ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD_BYTES + 64 * 1024);

  Http2Words() {
    frame.limit(FRAME_HEAD_BYTES);
  }

  /**
   * All that the client ever asks: so many streams of words, and room for all their bytes.
   *
   * @param streams as many as the server allows at once
   */
  static ByteBuffer requests(int streams, String token) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(
        frame(
            SETTINGS,
            0,
            0,
            ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(WIDEST).array()));
    all.writeBytes(
        frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(WIDEST - DEFAULT_WINDOW).array()));
    byte[] headers = headers(token);
    for (int stream = 0; stream < streams; stream++) {
      all.writeBytes(frame(HEADERS, END_HEADERS | END_STREAM, 2 * stream + 1, headers));
    }
    return ByteBuffer.allocateDirect(all.size()).put(all.toByteArray()).flip();
  }

  private static byte[] headers(String token) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(POST);
    block.write(HTTP);
    // Literals that are not indexed (RFC 7541, 6.2.2); Helidon knows these names by their place
    // alone.
    block.write(PATH);
    text(block, "/generate-data");
    block.write(AUTHORITY);
    text(block, "localhost");
    block.write(0);
    text(block, "authorization");
    text(block, "Bearer " + token);
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      int rest = length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(FRAME_HEAD_BYTES + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  @Override
  public int words(ByteBuffer bytes, WritableByteChannel back) throws IOException {
    int words = 0;
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), frame.remaining());
      frame.put(frame.position(), bytes, bytes.position(), count);
      frame.position(frame.position() + count);
      bytes.position(bytes.position() + count);
      if (!frame.hasRemaining() && frame.limit() == FRAME_HEAD_BYTES) {
        int length = ((frame.get(0) & 0xff) << 16) | (frame.getShort(1) & 0xffff);
        if (length > frame.capacity() - FRAME_HEAD_BYTES) {
          throw new WrongAnswer("a frame of " + length + " bytes");
        }
        frame.limit(FRAME_HEAD_BYTES + length);
      }
      if (!frame.hasRemaining()) {
        words += whole(back);
        frame.clear().limit(FRAME_HEAD_BYTES);
      }
    }
    return words;
  }

  private int whole(WritableByteChannel back) throws IOException {
    int type = frame.get(3);
    int flags = frame.get(4);
    int length = frame.limit() - FRAME_HEAD_BYTES;
    switch (type) {
      case DATA -> {
        if ((flags & END_STREAM) != 0) {
          throw new WrongAnswer("a stream has ended");
        }
        if (length > 0) {
          byte last = frame.get(frame.limit() - 1);
          if (last != ' ') {
            throw WordCounter.noWord(last);
          }
          return 1;
        }
      }
      case HEADERS -> {
        if (length == 0 || (frame.get(FRAME_HEAD_BYTES) & 0xff) != STATUS_200) {
          throw new WrongAnswer("not 200 over HTTP/2");
        }
      }
      case SETTINGS -> {
        if ((flags & ACK) == 0) {
          back.write(ByteBuffer.wrap(frame(SETTINGS, ACK, 0, new byte[0])));
        }
      }
      case PING -> {
        byte[] payload = new byte[length];
        frame.get(FRAME_HEAD_BYTES, payload);
        back.write(ByteBuffer.wrap(frame(PING, ACK, 0, payload)));
      }
      case RST_STREAM, GOAWAY ->
          throw new WrongAnswer(
              "the server ends a stream or a connection with "
                  + new String(
                      frame.array(), FRAME_HEAD_BYTES, length, StandardCharsets.ISO_8859_1));
      default -> {
        // Says nothing about words.
      }
    }
    return 0;
  }
}
