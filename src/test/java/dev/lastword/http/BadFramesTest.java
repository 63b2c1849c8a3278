package dev.lastword.http;

import static dev.lastword.http.Frames.CONTINUATION;
import static dev.lastword.http.Frames.DATA;
import static dev.lastword.http.Frames.END_HEADERS;
import static dev.lastword.http.Frames.END_STREAM;
import static dev.lastword.http.Frames.HEADERS;
import static dev.lastword.http.Frames.PING;
import static dev.lastword.http.Frames.PRIORITY;
import static dev.lastword.http.Frames.RST_STREAM;
import static dev.lastword.http.Frames.SETTINGS;
import static dev.lastword.http.Frames.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 that is malformed or means harm, frame by frame. */
@Timeout(60)
final class BadFramesTest {

  private static final byte[] MEME = "{\"query\":\"x\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING = {};

  @TempDir private static Path folder;
  private static RunningService server;
  private static String ann;

  private final List<Row> rows = new ArrayList<>();

  /** What is sent on stream 1, and how it may end. */
  private record Row(String name, byte[] frames, List<String> ends) {}

  @BeforeAll
  static void start() {
    server = RunningService.start(folder);
    ann = server.user("ann", 1_000, 1_000);
  }

  @AfterAll
  static void stop() {
    assertThat(server.audit().discrepancies()).isEmpty();
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> nothingIsServedThatIsMalformed() {
    addHeaders();
    addPaths();
    addLengths();
    addOrder();
    addFloods();
    assertThat(rows).hasSizeGreaterThan(50);
    assertThat(rows.stream().map(Row::name)).doesNotHaveDuplicates();
    return rows.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> serve(row)));
  }

  private static void serve(Row row) throws IOException {
    long before = server.stats(ann).number("tokens_left");
    String end;
    try (Frames frames = new Frames(server.port())) {
      end = frames.raw(row.frames()).end(1);
    }
    assertThat(end).as(row.name()).isIn(row.ends());
    long spent = before - server.stats(ann).number("tokens_left");
    assertThat(spent).isEqualTo(end.equals("200") ? 1 : 0);
    try (Frames frames = new Frames(server.port())) {
      assertThat(frames.raw(head(END_STREAM, ":path", "/health/live")).end(1)).isEqualTo("200");
    }
  }

  private void addHeaders() {
    row("a good request", join(meme(), data(END_STREAM, MEME)), "200");
    for (String[] bad :
        new String[][] {
          {"connection", "close"},
          {"connection", "keep-alive"},
          {"keep-alive", "timeout=5"},
          {"proxy-connection", "close"},
          {"transfer-encoding", "chunked"},
          {"upgrade", "h2c"},
          {"te", "gzip"},
          {"te", "trailers, chunked"},
          {"Upper-Case", "x"},
          {"Content-Type", "x"},
          {"", "x"},
          {"a b", "x"},
          {"a:b", "x"},
          {"a\r\nb", "x"},
          {"a\0b", "x"},
          {"x", "a\r\nb: c"},
          {"x", "a\nb"},
          {"x", "a\rb"},
          {"x", "a\0b"},
          {":status", "200"},
          {":unknown", "x"},
          {":method", "GET"},
          {":path", "/health"},
          {":scheme", "https"},
          {":authority", "y"},
          {"host", "other"},
          {"content-length", "x"},
          {"content-length", "-13"},
          {"content-length", "+13"},
          {"content-length", "13, 13"},
          {"content-length", "5"},
          {"content-length", "50"},
          {"content-length", "0"},
          {"authorization", "Bearer x"},
          {"idempotency-key", ""}
        }) {
      row(
          "header "
              + bad[0].replace("\r", "<CR>").replace("\n", "<LF>").replace("\0", "<NUL>")
              + ": "
              + bad[1].replace("\r", "<CR>").replace("\n", "<LF>").replace("\0", "<NUL>"),
          join(meme(bad), data(END_STREAM, MEME)),
          "400",
          "reset",
          "closed");
    }
    row(
        "two lengths",
        join(meme("content-length", "13", "content-length", "5"), data(END_STREAM, MEME)),
        "reset",
        "closed");
    for (String missing : List.of(":method", ":path", ":scheme", ":authority")) {
      row("no " + missing, join(without(missing), data(END_STREAM, MEME)), "reset", "closed");
    }
    row(
        "headers of 17,000 bytes",
        join(
            meme("a", "x".repeat(8_000), "b", "x".repeat(8_000), "c", "x".repeat(1_000)),
            data(END_STREAM, MEME)),
        "413",
        "reset",
        "closed");
    row("a table that unpacks to a thousand times its size", bomb(), "413", "reset", "closed");
    row(
        "a head that is no HPACK",
        Frames.frame(HEADERS, END_HEADERS | END_STREAM, 1, new byte[] {-1, -1, -1, -1, -1, -1}),
        "closed");
    row(
        "an index that is not there",
        Frames.frame(HEADERS, END_HEADERS | END_STREAM, 1, new byte[] {(byte) 0xfe}),
        "closed");
    row(
        "a table size above what was allowed",
        Frames.frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            1,
            new byte[] {0x3f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f}),
        "closed");
  }

  private void addPaths() {
    for (String path :
        List.of(
            "",
            " ",
            "/users/a b",
            "/memes HTTP/1.1\r\nX: y",
            "/memes\r\n\r\nGET /",
            "/memes\0",
            "memes",
            "//memes",
            "/../memes",
            "/memes;x",
            "/memes#x",
            "/%zz",
            "/<x>")) {
      row(
          "path " + path.replace("\r", "<CR>").replace("\n", "<LF>").replace("\0", "<NUL>"),
          join(meme(":path", path), data(END_STREAM, MEME)),
          "400",
          "404",
          "reset",
          "closed");
    }
    for (String method : List.of("POS", "P T", "POST\r\n", "", "P\0")) {
      row(
          "method " + method.replace("\r", "<CR>").replace("\n", "<LF>").replace("\0", "<NUL>"),
          join(meme(":method", method), data(END_STREAM, MEME)),
          "400",
          "405",
          "reset",
          "closed");
    }
  }

  private void addLengths() {
    row("less than it says", join(meme("content-length", "14"), data(END_STREAM, MEME)), "reset");
    row("more than it says", join(meme("content-length", "12"), data(END_STREAM, MEME)), "reset");
    row(
        "a head that says a body and ends",
        head(END_STREAM, ":method", "POST", ":path", "/memes", "content-length", "13"),
        "reset",
        "400",
        "401");
    byte[] part = new byte[16_000];
    Arrays.fill(part, (byte) ' ');
    row(
        "a body of 80,000 bytes",
        join(meme(), data(0, part), data(0, part), data(0, part), data(0, part), data(1, part)),
        "413");
  }

  private void addOrder() {
    row("data before a head", data(END_STREAM, MEME), "closed", "reset");
    row(
        "a stream of the server's",
        Frames.frame(HEADERS, END_HEADERS | END_STREAM, 2, NOTHING),
        "closed");
    row(
        "a head on the connection itself",
        Frames.frame(HEADERS, END_HEADERS | END_STREAM, 0, NOTHING),
        "closed");
    row("a continuation of nothing", Frames.frame(CONTINUATION, 4, 1, NOTHING), "closed");
    row(
        "a ping within a head",
        join(Frames.frame(HEADERS, 0, 1, NOTHING), Frames.frame(PING, 0, 0, new byte[8])),
        "closed");
    row(
        "another stream within a head",
        join(
            Frames.frame(HEADERS, 0, 1, NOTHING),
            Frames.frame(HEADERS, END_HEADERS | END_STREAM, 3, NOTHING)),
        "closed");
    row("a promise from a client", Frames.frame(Frames.PUSH_PROMISE, 4, 1, new byte[4]), "closed");
    row("a ping of 7 bytes", Frames.frame(PING, 0, 0, new byte[7]), "closed");
    row("a ping on a stream", Frames.frame(PING, 0, 1, new byte[8]), "closed");
    row("settings of 5 bytes", Frames.frame(SETTINGS, 0, 0, new byte[5]), "closed");
    row("settings on a stream", Frames.frame(SETTINGS, 0, 1, new byte[6]), "closed");
    row(
        "a window above 2^31",
        Frames.frame(SETTINGS, 0, 0, new byte[] {0, 4, -1, -1, -1, -1}),
        "closed");
    row("a window update of 0", Frames.frame(WINDOW_UPDATE, 0, 0, new byte[4]), "closed");
    row("a frame of 16 MiB", new byte[] {-1, -1, -1, 0, 0, 0, 0, 0, 1}, "closed");
    row("a reset of a stream that is not", Frames.frame(RST_STREAM, 0, 1, new byte[4]), "closed");
    row(
        "padding longer than the frame",
        join(meme(), Frames.frame(DATA, 8 | END_STREAM, 1, new byte[] {9, 0})),
        "closed",
        "reset");
  }

  private void addFloods() {
    row("20,000 pings", repeat(Frames.frame(PING, 0, 0, new byte[8]), 20_000), "closed");
    row("20,000 settings", repeat(Frames.frame(SETTINGS, 0, 0, NOTHING), 20_000), "closed");
    row("20,000 priorities", repeat(Frames.frame(PRIORITY, 0, 1, new byte[5]), 20_000), "closed");
    row(
        "20,000 empty continuations",
        join(
            Frames.frame(HEADERS, 0, 1, NOTHING),
            repeat(Frames.frame(CONTINUATION, 0, 1, NOTHING), 20_000)),
        "closed");
    row(
        "continuations without end",
        join(
            Frames.frame(HEADERS, 0, 1, NOTHING),
            repeat(Frames.frame(CONTINUATION, 0, 1, new byte[1_000]), 100)),
        "closed");
    row(
        "20,000 empty frames of data",
        join(meme(), repeat(data(0, NOTHING), 20_000)),
        "closed",
        "reset");
  }

  @Test
  void aThousandStreamsThatAreResetAtOnceCloseTheConnection() throws IOException {
    ByteArrayOutputStream resets = new ByteArrayOutputStream();
    for (int stream = 1; stream < 2_000; stream += 2) {
      resets.writeBytes(meme(stream));
      resets.writeBytes(Frames.frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
    }
    try (Frames frames = new Frames(server.port())) {
      assertThat(frames.raw(resets.toByteArray()).readAll()).hasSizeLessThan(1_000);
    }
    assertThat(server.stats(ann).status()).isEqualTo(200);
  }

  @Test
  void aMalformedPathHurtsNoOtherStreamOfTheConnection() throws IOException {
    try (Frames frames = new Frames(server.port())) {
      frames.raw(meme());
      frames.raw(
          Frames.frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              3,
              Frames.headers(
                  ":method", "GET", ":scheme", "http", ":authority", "x", ":path", "/a b")));
      assertThat(frames.end(3)).isIn("400", "404");
      assertThat(frames.raw(data(END_STREAM, MEME)).end(1)).isEqualTo("200");
    }
  }

  /** One long header in the dynamic table, and 15,000 references of one byte to it. */
  private static byte[] bomb() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(
        Frames.headers(
            ":method", "GET", ":scheme", "http", ":authority", "x", ":path", "/user/stats"));
    byte[] literal = Frames.headers("a", "x".repeat(4_000));
    literal[0] = 0x40;
    block.writeBytes(literal);
    byte[] references = new byte[10_000];
    Arrays.fill(references, (byte) (0x80 | 62));
    block.writeBytes(references);
    return Frames.frame(HEADERS, END_HEADERS | END_STREAM, 1, block.toByteArray());
  }

  private void row(String name, byte[] frames, String... ends) {
    rows.add(new Row(name, frames, List.of(ends)));
  }

  private static byte[] meme(String... more) {
    return meme(1, more);
  }

  /** A request for a meme on a stream, its body still to come; pseudo-headers replace others. */
  private static byte[] meme(int stream, String... more) {
    List<String> headers = new ArrayList<>(Frames.postHeaders("/memes", ann));
    if (more.length == 2
        && List.of(":path", ":method").contains(more[0])
        && !more[1].equals("GET")
        && !more[1].equals("/health")) {
      headers.set(headers.indexOf(more[0]) + 1, more[1]);
    } else {
      headers.addAll(List.of(more));
    }
    return Frames.frame(
        HEADERS, END_HEADERS, stream, Frames.headers(headers.toArray(String[]::new)));
  }

  private static byte[] without(String name) {
    List<String> headers =
        new ArrayList<>(
            List.of(":method", "POST", ":scheme", "http", ":authority", "x", ":path", "/memes"));
    int at = headers.indexOf(name);
    headers.remove(at);
    headers.remove(at);
    headers.addAll(List.of("authorization", "Bearer " + ann, "content-type", "application/json"));
    return Frames.frame(HEADERS, END_HEADERS, 1, Frames.headers(headers.toArray(String[]::new)));
  }

  private static byte[] head(int flags, String... more) {
    List<String> headers = new ArrayList<>(List.of(":scheme", "http", ":authority", "x"));
    headers.addAll(List.of(more));
    if (!headers.contains(":method")) {
      headers.addAll(0, List.of(":method", "GET"));
    }
    return Frames.frame(
        HEADERS, END_HEADERS | flags, 1, Frames.headers(headers.toArray(String[]::new)));
  }

  private static byte[] data(int flags, byte[] body) {
    return Frames.frame(DATA, flags, 1, body);
  }

  private static byte[] repeat(byte[] frame, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(frame.length * times);
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  private static byte[] join(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }
}
