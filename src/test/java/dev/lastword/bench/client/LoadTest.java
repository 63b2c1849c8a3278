package dev.lastword.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the load must count, and what it must not. How fast it is decides nothing here. */
final class LoadTest {

  private static final String GOOD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  private static final String REQUEST = "POST / HTTP/1.1\r\n\r\n";

  /** Answers each request with what the script says; a request is as long as {@link #REQUEST}. */
  private static final class Fake implements AutoCloseable {
    final AtomicInteger answered = new AtomicInteger();
    private final ServerSocket listening =
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    interface Script {
      void answer(int number, Socket client) throws Exception;
    }

    Fake(Script script) throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            while (true) {
              Socket client;
              try {
                client = listening.accept();
              } catch (IOException e) {
                return;
              }
              Thread.ofVirtual().start(() -> serve(client, script));
            }
          });
    }

    private void serve(Socket client, Script script) {
      try (client) {
        while (client.getInputStream().readNBytes(REQUEST.length()).length == REQUEST.length()) {
          script.answer(answered.getAndIncrement(), client);
        }
      } catch (Exception e) {
        // The load has left.
      }
    }

    Target target() {
      ByteBuffer request = ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII));
      return new Target(
          listening.getLocalPort(),
          Target.inTurn(List.of(request, request)),
          new HttpAnswers(200, "{"));
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  private static void write(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }

  @Test
  void everyAnswerIsCounted() throws Exception {
    try (Fake server = new Fake((number, client) -> write(client, GOOD))) {
      Load.Result result = Load.closed(server.target(), 8, Duration.ofMillis(200));

      assertThat(result.all()).isEqualTo(server.answered.get()).isGreaterThanOrEqualTo(8);
      assertThat(result.latencies().getTotalCount()).isEqualTo(result.all());
      assertThat(result.inTime()).isBetween(1L, result.all());
      assertThat(result.seconds()).isEqualTo(0.2);
    }
  }

  @Test
  void aConnectionGoesOnUntilTheEnd() throws Exception {
    try (Fake server = new Fake((number, client) -> write(client, GOOD))) {
      assertThat(Load.closed(server.target(), 1, Duration.ofMillis(500)).all())
          .isEqualTo(server.answered.get())
          .isGreaterThan(1);
    }
  }

  /** What comes after the end is waited for, so that the books can be compared, and not counted. */
  @Test
  void anAnswerAfterTheEndIsNoThroughput() throws Exception {
    try (Fake server =
        new Fake((number, client) -> {
          TimeUnit.MILLISECONDS.sleep(400);
          write(client, GOOD);
        })) {
      Load.Result result = Load.closed(server.target(), 3, Duration.ofMillis(100));

      assertThat(result.all()).isEqualTo(3);
      assertThat(result.inTime()).isZero();
      assertThat(result.rate()).isZero();
    }
  }

  @Test
  void anAnswerMayComeInPieces() throws Exception {
    try (Fake server =
        new Fake((number, client) -> {
          client.setTcpNoDelay(true);
          for (int at = 0; at < GOOD.length(); at++) {
            write(client, GOOD.substring(at, at + 1));
            if (at % 7 == 0) {
              TimeUnit.MILLISECONDS.sleep(1);
            }
          }
        })) {
      Load.Result result = Load.some(server.target(), 2, 10);

      assertThat(result.all()).isEqualTo(10).isEqualTo(server.answered.get());
    }
  }

  @Test
  void soManyAreSentAndNoMore() throws Exception {
    try (Fake server = new Fake((number, client) -> write(client, GOOD))) {
      assertThat(Load.some(server.target(), 8, 3).all()).isEqualTo(3);
      assertThat(Load.some(server.target(), 2, 30).all()).isEqualTo(30);
      assertThat(server.answered).hasValue(33);
    }
  }

  @Test
  void oneRefusalAmongManyAnswersEndsIt() throws Exception {
    try (Fake server =
        new Fake((number, client) ->
            write(client, number == 20 ? "HTTP/1.1 402 Payment Required\r\n\r\nno money" : GOOD))) {
      assertThatThrownBy(() -> Load.closed(server.target(), 4, Duration.ofSeconds(30)))
          .isInstanceOf(WrongAnswer.class)
          .hasMessageContaining("402 Payment Required");
    }
  }

  @Test
  void aConnectionThatEndsIsNoAnswer() throws Exception {
    try (Fake server =
        new Fake((number, client) -> {
          write(client, number == 5 ? GOOD.substring(0, 20) : GOOD);
          if (number == 5) {
            client.close();
          }
        })) {
      assertThatThrownBy(() -> Load.closed(server.target(), 2, Duration.ofSeconds(30)))
          .isInstanceOf(WrongAnswer.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void twoAnswersToOneRequestAreWrong() throws Exception {
    try (Fake server = new Fake((number, client) -> write(client, GOOD + GOOD))) {
      assertThatThrownBy(() -> Load.closed(server.target(), 1, Duration.ofSeconds(30)))
          .isInstanceOf(WrongAnswer.class)
          .hasMessageContaining("more came than one answer");
    }
  }

  /**
   * The first answer takes 300 ms, and with one connection those behind wait: each of the 20 that
   * were due in the first 200 ms took more than 100.
   */
  @Test
  void anOpenLoopCountsFromWhenARequestWasDue() throws Exception {
    try (Fake server =
        new Fake((number, client) -> {
          if (number == 0) {
            TimeUnit.MILLISECONDS.sleep(300);
          }
          write(client, GOOD);
        })) {
      Load.Result result = Load.open(server.target(), 1, 100, Duration.ofMillis(400));

      assertThat(result.all()).isEqualTo(40).isEqualTo(server.answered.get());
      assertThat(
              result
                  .latencies()
                  .getCountBetweenValues(TimeUnit.MILLISECONDS.toNanos(100), Long.MAX_VALUE))
          .isGreaterThanOrEqualTo(20);
    }
  }
}
