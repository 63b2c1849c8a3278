package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes does not depend on the pieces it comes in. */
final class Http1ScannerTest {

  private static final List<String> PIECES =
      List.of(
          "POST /memes HTTP/1.1\r\n",
          "GET / HTTP/1.1\r\n",
          "Host: here\r\n",
          "Content-Length: 5\r\n",
          "content-length: 5 \r\n",
          "Transfer-Encoding: chunked\r\n",
          "TRANSFER-ENCODING:\tchunked\t\r\n",
          "Connection: keep-alive, close\r\n",
          "Authorization: Bearer " + "x".repeat(700) + "\r\n",
          "\r\n",
          "hello",
          "5\r\nhello\r\n",
          "0\r\n\r\n",
          "a\u00e4: \u00ff\r\n",
          "bad header: x\r\n",
          ": x\r\n",
          "none\r\n",
          "x\n",
          "\r",
          "\u007f",
          "\t",
          "\u0001");

  /** Where it stopped, and as what. */
  private record Outcome(int taken, boolean refused, boolean over, boolean between, int stage) {}

  private static Outcome scan(byte[] bytes, Random cuts) {
    Http1Scanner scanner = new Http1Scanner();
    int taken = 0;
    while (taken < bytes.length) {
      int to = Math.min(bytes.length, taken + 1 + cuts.nextInt(40));
      int now = scanner.scan(Arrays.copyOfRange(bytes, taken, to));
      boolean stopped = now < to - taken;
      taken += now;
      if (stopped) {
        break;
      }
    }
    return new Outcome(
        taken,
        scanner.refusal() != null,
        scanner.isOver(),
        scanner.isBetweenRequests(),
        scanner.stage());
  }

  private static Outcome whole(byte[] bytes) {
    return scan(
        bytes,
        new Random() {
          @Override
          public int nextInt(int bound) {
            return bytes.length;
          }
        });
  }

  private static Outcome octetByOctet(byte[] bytes) {
    return scan(
        bytes,
        new Random() {
          @Override
          public int nextInt(int bound) {
            return 0;
          }
        });
  }

  @Test
  void anyPiecesAreReadAsTheWhole() {
    Random random = new Random(1);
    List<Outcome> outcomes = new ArrayList<>();
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("POST /memes HTTP/1.1\r\n");
      for (int piece = random.nextInt(12); piece > 0; piece--) {
        text.append(PIECES.get(random.nextInt(random.nextInt(3) == 0 ? PIECES.size() : 12)));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      Outcome outcome = whole(bytes);
      assertThat(octetByOctet(bytes)).as(text.toString()).isEqualTo(outcome);
      assertThat(scan(bytes, random)).as(text.toString()).isEqualTo(outcome);
      outcomes.add(outcome);
    }
    // Otherwise it would have compared one kind of end alone.
    assertThat(outcomes).anyMatch(Outcome::refused).anyMatch(Outcome::over);
    assertThat(outcomes).anyMatch(one -> one.between() && one.stage() > 1);
  }

  /** The request line does not count for the head's limit, but is limited with it until it ends. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void aHeadHasItsLimitHoweverItComes(int beyond) {
    int limit = Edge.MAX_LINE_BYTES + Edge.MAX_HEADER_BYTES;
    String head = "GET / HTTP/1.1\r\nA: " + "x".repeat(limit - 3 + beyond) + "\r\n\r\n";
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);

    Outcome outcome = whole(bytes);

    assertThat(outcome.refused()).isEqualTo(beyond > 0);
    assertThat(outcome.taken()).isEqualTo(beyond > 0 ? 16 + limit : bytes.length);
    assertThat(octetByOctet(bytes)).isEqualTo(outcome);
  }
}
