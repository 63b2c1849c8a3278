package dev.lastword.http;

import static dev.lastword.http.Frames.DATA;
import static dev.lastword.http.Frames.END_HEADERS;
import static dev.lastword.http.Frames.END_STREAM;
import static dev.lastword.http.Frames.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.ServerProcess;
import dev.lastword.TestClient;
import dev.lastword.metering.StreamRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take their time, and what they may not do to others. */
@Timeout(60)
final class SlowClientsTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration BRIEF = Duration.ofMillis(400);
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

  @TempDir private Path folder;
  private RunningService server;
  private String ann;

  @AfterEach
  void stop() {
    if (server != null) {
      assertThat(server.audit().discrepancies()).isEmpty();
      server.close();
    }
  }

  private void start(ConnectionLimits limits) {
    start(limits, UnaryOperator.identity());
  }

  private void start(ConnectionLimits limits, UnaryOperator<Configuration> more) {
    server =
        RunningService.start(
            folder,
            one ->
                RunningService.listening(
                    more.apply(one), new Edge.Listening(0, Optional.empty(), Set.of(), limits)));
    ann = server.user("ann", 1_000, 1_000_000);
  }

  private static ConnectionLimits idle(Duration idle) {
    return new ConnectionLimits(1_000, idle, idle, LONG, LONG, LONG, LOOK);
  }

  private static ConnectionLimits head(Duration head) {
    return new ConnectionLimits(1_000, LONG, LONG, head, LONG, LONG, LOOK);
  }

  private static ConnectionLimits body(Duration body) {
    return new ConnectionLimits(1_000, LONG, LONG, LONG, body, LONG, LOOK);
  }

  private static ConnectionLimits write(Duration write) {
    return new ConnectionLimits(1_000, LONG, LONG, LONG, LONG, write, LOOK);
  }

  @Test
  void aConnectionThatSaysNothingIsClosedWhenItsTimeIsOver() throws IOException {
    start(idle(BRIEF));
    long begun = System.nanoTime();
    try (Wire wire = new Wire(server.port())) {
      assertThat(wire.closed()).isTrue();
    }
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(BRIEF.toNanos());
    try (Wire wire = new Wire(server.port())) {
      assertThat(wire.send(LIVE).read().status()).isEqualTo(200);
      assertThat(wire.closed()).isTrue();
    }
    try (Frames frames = new Frames(server.port())) {
      assertThat(frames.raw(get(1, "/health/live")).end(1)).isEqualTo("200");
      assertThat(frames.readAll()).isNotNull();
    }
    assertThat(server.meme(ann).status()).isEqualTo(200);
  }

  @Test
  void aHeadThatComesByteByByteIsCutOff() throws IOException {
    start(head(BRIEF));
    for (String begin : List.of("", "GET /health/live HTTP/1.1\r\nX: ")) {
      long begun = System.nanoTime();
      drip(begin, "a");
      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(BRIEF.toNanos());
    }
    assertThat(server.meme(ann).status()).isEqualTo(200);
  }

  @Test
  void halfARequestIsCutOffAndAConnectionBetweenTwoIsNot() throws IOException {
    start(head(BRIEF));
    try (Wire idle = new Wire(server.port());
        Wire silent = new Wire(server.port());
        Frames calm = new Frames(server.port())) {
      assertThat(idle.send(LIVE).read().status()).isEqualTo(200);
      assertThat(calm.raw(get(1, "/health/live")).end(1)).isEqualTo("200");
      for (String half :
          List.of(
              "G",
              "PRI * HTTP/2.0\r\n\r\nS",
              "GET /health/live HTTP/1.1\r\n",
              "GET /health/live HTTP/1.1\r\nHost: x\r\n\r",
              LIVE + "GET /health/live HTTP/1.1\r\nHost: x\r\n")) {
        try (Wire wire = new Wire(server.port())) {
          assertThat(wire.send(half).readAll()).hasSize(half.startsWith(LIVE) ? 1 : 0);
        }
      }
      assertThat(idle.send(LIVE).read().status()).isEqualTo(200);
      assertThat(silent.send(LIVE).read().status()).isEqualTo(200);
      assertThat(calm.raw(get(3, "/health/live")).end(3)).isEqualTo("200");
    }
  }

  @Test
  void halfAHeadOfHttp2IsCutOff() throws IOException {
    start(head(BRIEF));
    try (Frames frames = new Frames(server.port())) {
      assertThat(frames.send(HEADERS, 0, 1, new byte[0]).end(1)).isEqualTo("closed");
    }
    assertThat(server.meme(ann).status()).isEqualTo(200);
  }

  @Test
  void halfAFrameOfHttp2IsCutOff() throws IOException {
    start(body(BRIEF));
    try (Frames frames = new Frames(server.port())) {
      assertThat(frames.raw(new byte[] {0, 0, 9}).end(1)).isEqualTo("closed");
    }
    try (Frames frames = new Frames(server.port())) {
      frames.raw(meme(1)).raw(new byte[] {0, 0, 13, DATA, END_STREAM, 0, 0, 0, 1, '{'});
      assertThat(frames.end(1)).isIn("400", "closed");
    }
    assertThat(server.stats(ann).number("tokens_left")).isEqualTo(1_000);
  }

  @Test
  void aBodyThatComesByteByByteIsCutOffAndNothingIsSold() throws IOException {
    start(body(BRIEF));
    String head = "POST /memes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ann + "\r\n";
    for (String begin :
        List.of(
            head + "Content-Length: 60000\r\n\r\n{\"query\":\"x\"}",
            head + "Transfer-Encoding: chunked\r\n\r\nffff\r\n{\"query\":\"x\"}",
            // Whom the answer has refused already, and whose body nobody wants.
            "POST /memes HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")) {
      long begun = System.nanoTime();
      drip(begin, " ");
      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(BRIEF.toNanos());
    }
    assertThat(server.stats(ann).number("tokens_left")).isEqualTo(1_000);
  }

  @Test
  void aBodyOverHttp2ThatDoesNotEndIsCutOffAndOtherStreamsAreNot() throws IOException {
    start(body(BRIEF));
    byte[] whole = "{\"query\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    try (Frames frames = new Frames(server.port())) {
      // It looks whole, and its client has not said that it is.
      frames.raw(meme(1)).send(DATA, 0, 1, whole);
      assertThat(frames.end(1)).isEqualTo("400");
      // And need not go on: no error, RFC 9113, 8.1.
      Frames.Frame told = frames.read();
      while (told.stream() != 1) {
        told = frames.read();
      }
      assertThat(told.type()).isEqualTo(Frames.RST_STREAM);
      assertThat(told.payload()).containsOnly(0);
      frames.raw(meme(3)).send(DATA, END_STREAM, 3, whole);
      assertThat(frames.end(3)).isEqualTo("200");
    }
    assertThat(server.stats(ann).number("tokens_left")).isEqualTo(999);
  }

  @Test
  void anAnswerThatNobodyReadsIsCutOff() throws Exception {
    start(write(BRIEF));
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(4_096);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      client
          .getOutputStream()
          .write(
              "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n"
                  .repeat(100)
                  .getBytes(StandardCharsets.US_ASCII));
      await().atMost(Duration.ofSeconds(9)).until(() -> isClosed(client));
    }
    try (Frames frames = new Frames(server.port())) {
      // More than the 64 KiB that go unread by default, and no word of having read any.
      for (int stream = 1; stream < 40; stream += 2) {
        frames.raw(get(stream, "/openapi.yaml"));
      }
      assertThat(frames.end(39)).isIn("closed", "reset");
    }
    assertThat(server.meme(ann).status()).isEqualTo(200);
  }

  /** Without reading from it. */
  private static boolean isClosed(Socket client) {
    try {
      client.getOutputStream().write('x');
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aStreamThatNobodyReadsIsCutOffLongBeforeItsEnd() throws Exception {
    start(
        write(BRIEF),
        one -> RunningService.streams(one, new StreamRules(0, 0, Duration.ofHours(1), 250)));
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(4_096);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      client
          .getOutputStream()
          .write(
              ("POST /generate-data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + ann
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      await()
          .atMost(Duration.ofSeconds(9))
          .until(() ->
              server
                  .send("GET", "/v1/charges", ann, "")
                  .body()
                  .contains("\"outcome\":\"disconnected\""));
    }
  }

  @Test
  void aStreamThatIsReadOutlivesEveryLimit() throws Exception {
    start(
        new ConnectionLimits(1_000, BRIEF, BRIEF, BRIEF, BRIEF, BRIEF, LOOK),
        RunningService.pace(100, 100));
    assertThat(server.words(ann, "{\"max_words\":9}").body().split(" ", -1)).hasSize(10);
    try (Frames frames = new Frames(server.port())) {
      frames
          .raw(Frames.post(1, "/generate-data", ann))
          .send(DATA, END_STREAM, 1, "{\"max_words\":9}".getBytes(StandardCharsets.UTF_8));
      assertThat(frames.end(1)).isEqualTo("200");
    }
    assertThat(server.stats(ann).number("words_left")).isEqualTo(1_000_000 - 18);
  }

  @Test
  void connectionsThatAreTooManyAreClosedAtOnceUntilOthersLeave() throws Exception {
    start(new ConnectionLimits(20, LONG, LONG, LONG, LONG, LONG, LOOK));
    List<Wire> silent = new ArrayList<>();
    while (connections() < 20) {
      silent.add(new Wire(server.port()));
    }
    long begun = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      try (Wire wire = new Wire(server.port())) {
        assertThat(wire.send(LIVE).readAll()).isEmpty();
      }
    }
    assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(5).toNanos());
    assertThat(server.meme(ann).status()).as("on a connection it has").isEqualTo(200);
    for (Wire wire : silent) {
      wire.close();
    }
    await()
        .atMost(Duration.ofSeconds(9))
        .untilAsserted(() -> {
          try (Wire wire = new Wire(server.port())) {
            assertThat(wire.send(LIVE).sendNoMore().readAll()).hasSize(1);
          }
        });
  }

  @Test
  void whenConnectionsRunShortTheIdleMakeRoom() throws Exception {
    start(new ConnectionLimits(20, LONG, BRIEF, LONG, LONG, LONG, LOOK));
    List<Wire> silent = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      silent.add(new Wire(server.port()));
    }
    await()
        .atMost(Duration.ofSeconds(9))
        .untilAsserted(() -> {
          try (Wire wire = new Wire(server.port())) {
            assertThat(wire.send(LIVE).sendNoMore().readAll()).hasSize(1);
          }
        });
    assertThat(server.meme(ann).status()).isEqualTo(200);
    for (Wire wire : silent) {
      wire.close();
    }
  }

  @Test
  void tenThousandConnectionsThatSayNothingDoNotSlowAnybodyDown() throws Exception {
    try (ServerProcess process = ServerProcess.start(folder, Map.of(), "");
        TestClient client = new TestClient(process.port())) {
      client.create(ServerProcess.operator(folder), "ann", 1_000, 0);
      String token = ServerProcess.issuer(folder).issue("ann", false, null, LONG);
      memes(client, token, 100);
      long alone = memes(client, token, 100);
      List<Socket> silent = new ArrayList<>();
      try {
        for (int i = 0; i < 10_000; i++) {
          silent.add(new Socket(InetAddress.getLoopbackAddress(), process.port()));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> connections(client) > 10_000);
        long among = memes(client, token, 100);
        assertThat(among)
            .as("nanoseconds for 100 memes, and alone " + alone)
            .isLessThan(3 * alone + Duration.ofSeconds(1).toNanos());
        try (Wire wire = new Wire(process.port())) {
          assertThat(wire.send(LIVE).read().status()).isEqualTo(200);
        }
      } finally {
        for (Socket socket : silent) {
          socket.close();
        }
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> connections(client) < 10);
    }
  }

  @Test
  void someDescriptorsAreLeftToTheDatabaseAndOthers() {
    assertThat(ConnectionLimits.connectionsFor(20_000)).isEqualTo(19_200);
    assertThat(ConnectionLimits.connectionsFor(1_024)).isEqualTo(922);
    assertThat(ConnectionLimits.connectionsFor(Long.MAX_VALUE)).isEqualTo(50_000);
    ConnectionLimits usual = ConnectionLimits.usual();
    assertThat(usual.leaving(50).maxConnections()).isEqualTo(usual.maxConnections() - 50);
    assertThat(usual.leaving(50_000).maxConnections()).isEqualTo((usual.maxConnections() + 1) / 2);
    assertThat(usual.maxConnections()).isGreaterThan(100);
  }

  private static long memes(TestClient client, String token, int count) {
    long begun = System.nanoTime();
    for (int i = 0; i < count; i++) {
      assertThat(client.send("POST", "/memes", token, "{\"query\":\"x\"}").status()).isEqualTo(200);
    }
    return System.nanoTime() - begun;
  }

  private int connections() {
    return connections(server.send("GET", "/metrics", "", "").body());
  }

  private static int connections(TestClient client) {
    return connections(client.send("GET", "/metrics", "", "").body());
  }

  private static int connections(String metrics) {
    return Integer.parseInt(
        metrics.replaceAll("(?s).*\nlastword_connections (\\d+)\\.0\n.*", "$1"));
  }

  /** Sends {@code begin}, and then one byte after the other until the server does not want more. */
  private void drip(String begin, String more) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
      await()
          .atMost(Duration.ofSeconds(9))
          .pollInterval(LOOK)
          .until(() -> {
            try {
              socket.getOutputStream().write(more.getBytes(StandardCharsets.US_ASCII));
              return false;
            } catch (SocketException e) {
              return true;
            }
          });
    }
  }

  private static byte[] get(int stream, String path) {
    return Frames.frame(
        HEADERS,
        END_HEADERS | END_STREAM,
        stream,
        Frames.headers(":method", "GET", ":scheme", "http", ":authority", "x", ":path", path));
  }

  /** The head of a request for a meme. */
  private byte[] meme(int stream) {
    return Frames.post(stream, "/memes", ann);
  }
}
