package dev.lastword.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class WordCountersTest {

  private static final String STREAM =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none \r\nA\r\nthirteen2 \r\n";

  /** Settings, a ping, the head of stream 1 and two words of it. */
  private static final byte[] FRAMES =
      HexFormat.of()
          .parseHex(
              "000000040000000000"
                  + "000008060000000000"
                  + "0102030405060708"
                  + "000001010400000001"
                  + "88"
                  + "000004000000000001"
                  + "6f6e6520"
                  + "000002000000000001"
                  + "6120");

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final WritableByteChannel back = Channels.newChannel(sent);

  private int http1(String... pieces) {
    Http1Words counter = new Http1Words();
    int words = 0;
    for (String piece : pieces) {
      words += counter.words(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)), back);
    }
    return words;
  }

  @Test
  void chunksAreCountedWhereverTheyAreCut() {
    for (int cut = 0; cut <= STREAM.length(); cut++) {
      assertThat(http1(STREAM.substring(0, cut), STREAM.substring(cut))).isEqualTo(2);
    }
  }

  @Test
  void aStreamThatEndsOrFailsIsNoNumber() {
    assertThatThrownBy(() -> http1(STREAM + "0\r\n\r\n"))
        .isInstanceOf(WrongAnswer.class)
        .hasMessageContaining("ended");
    assertThatThrownBy(() -> http1("HTTP/1.1 429 Too Many\r\n\r\n"))
        .isInstanceOf(WrongAnswer.class)
        .hasMessageContaining("429");
    assertThatThrownBy(() -> http1(STREAM + "3\r\none\r\n"))
        .isInstanceOf(WrongAnswer.class)
        .hasMessageContaining("no word");
  }

  @Test
  void framesAreCountedWhereverTheyAreCutAndAnswered() throws IOException {
    for (int cut = 0; cut <= FRAMES.length; cut++) {
      sent.reset();
      Http2Words counter = new Http2Words();
      int words = counter.words(ByteBuffer.wrap(FRAMES, 0, cut), back);
      words += counter.words(ByteBuffer.wrap(FRAMES, cut, FRAMES.length - cut), back);

      assertThat(words).isEqualTo(2);
      assertThat(HexFormat.of().formatHex(sent.toByteArray()))
          .isEqualTo("000000040100000000" + "000008060100000000" + "0102030405060708");
    }
  }

  @Test
  void anotherStatusAResetAndAnEndAreNoWords() {
    for (String frame :
        new String[] {
          "000001010400000001" + "8d", "000004030000000001" + "00000008", "000000000100000001"
        }) {
      assertThatThrownBy(
              () -> new Http2Words().words(ByteBuffer.wrap(HexFormat.of().parseHex(frame)), back))
          .as(frame)
          .isInstanceOf(WrongAnswer.class);
    }
  }
}
