package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkedInputTest {

  private static final String WIKI =
      "4\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\n\r\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 1_000})
  void theContentIsTheSameHoweverTheConnectionSplitsIt(int bytesAtATime) throws IOException {
    InputStream chunked = new ChunkedInput(trickle(WIKI, bytesAtATime));

    assertThat(new String(chunked.readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("Wikipedia in \r\n\r\nchunks.");
  }

  @Test
  void oneByteAtATimeCanBeRead() throws IOException {
    InputStream chunked = new ChunkedInput(trickle("2\r\n\u007fb\r\n0\r\n\r\n", 1));

    assertThat(chunked.read()).isEqualTo(0x7f);
    assertThat(chunked.read()).isEqualTo('b');
    assertThat(chunked.read()).isEqualTo(-1);
    assertThat(chunked.read()).isEqualTo(-1);
  }

  @Test
  void aWordIsReadWithoutWaitingForWhatFollowsIt() throws IOException {
    InputStream connection =
        new ByteArrayInputStream("5\r\nhello".getBytes(StandardCharsets.US_ASCII));
    InputStream chunked = new ChunkedInput(connection);

    assertThat(chunked.read(new byte[100])).isEqualTo(5);
  }

  @Test
  void extensionsAndTrailersAreSkippedAndTheNextAnswerIsLeftAlone() throws IOException {
    InputStream connection =
        trickle(
            "a;name=\"v\"\r\n0123456789\r\n0\r\nLastword-Charged: 1\r\nB: c\r\n\r\nHTTP/1.1", 4);
    InputStream chunked = new ChunkedInput(connection);

    assertThat(chunked.readAllBytes()).hasSize(10);
    assertThat(connection.readAllBytes()).asString().isEqualTo("HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "0\r\n"})
  void aBodyThatIsCutOffIsNoWholeOne(String cut) {
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> new ChunkedInput(trickle(cut, 1)).readAllBytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "5x\r\nhello",
        "2\r\nhello\r\n",
        "1111111111111111\r\n"
      })
  void whatIsNoChunkIsRefused(String wrong) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> new ChunkedInput(trickle(wrong, 3)).readAllBytes());
  }

  @Test
  void anEndlessLineIsRefused() {
    String endless = "5;" + "x".repeat(10_000);
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> new ChunkedInput(trickle(endless, 100)).readAllBytes());
  }

  /** A connection that gives so many bytes a read at most. */
  static InputStream trickle(String text, int bytesAtATime) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int from, int length) {
        return super.read(to, from, Math.min(length, bytesAtATime));
      }
    };
  }
}
