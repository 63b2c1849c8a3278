package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.http.Wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests whose end can be read in two ways, with a second request hidden where another reader, a
 * proxy before us, would not see one: bytes on a socket, the answers to all of them, and what they
 * cost. The hidden request buys a meme with the victim's own token, so a balance shows it.
 */
@Timeout(60)
final class SmugglingTest {

  private static final int TOKENS = 1_000;
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String MEME = "{\"query\":\"x\"}";
  private static final String CHUNK = "d\r\n" + MEME + "\r\n";
  private static final String END = "0\r\n\r\n";

  @TempDir private static Path folder;
  private static RunningService server;
  private static String victim;
  private static String hidden;

  private final List<Row> rows = new ArrayList<>();

  /**
   * What is sent, and what may come of it.
   *
   * @param answers each the statuses of one right outcome; empty is a close without a word
   */
  private record Row(String name, String bytes, List<String> answers) {}

  @BeforeAll
  static void start() {
    server = RunningService.start(folder);
    victim = server.user("victim", TOKENS, 1_000);
    hidden = post("") + "Content-Length: 13\r\n\r\n" + MEME;
  }

  @AfterAll
  static void stop() {
    assertThat(server.audit().discrepancies()).isEmpty();
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> nothingIsServedThatTheRequestDidNotPlainlyAskFor() {
    addTwoLengths();
    addTransferEncodings();
    addContentLengths();
    addChunks();
    addLines();
    addNamesAndValues();
    addHosts();
    addTargets();
    addVersions();
    addBodies();
    addPipelines();
    assertThat(rows).hasSizeGreaterThan(150);
    assertThat(rows.stream().map(Row::name)).doesNotHaveDuplicates();
    return rows.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> serve(row)));
  }

  private static void serve(Row row) throws IOException {
    long before = server.stats(victim).number("tokens_left");
    List<Response> answers;
    try (Wire wire = new Wire(server.port())) {
      answers = wire.send(row.bytes()).sendNoMore().readAll();
    }
    assertThat(
            answers.stream()
                .map(answer -> Integer.toString(answer.status()))
                .collect(Collectors.joining(" ")))
        .as(row.name() + ": " + answers)
        .isIn(row.answers());
    long memes =
        answers.stream().filter(one -> one.headers().containsKey("lastword-charged")).count();
    assertThat(before - server.stats(victim).number("tokens_left")).isEqualTo(memes);
    try (Wire wire = new Wire(server.port())) {
      assertThat(wire.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").read().status())
          .isEqualTo(200);
    }
  }

  private void addTwoLengths() {
    refused(
        "CL.TE: the length ends before what is hidden",
        post("") + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" + END + "G" + hidden);
    refused(
        "CL.TE: the length holds what is hidden",
        post("")
            + "Content-Length: "
            + (END.length() + hidden.length())
            + "\r\nTransfer-Encoding: chunked\r\n\r\n"
            + END
            + hidden);
    refused(
        "TE.CL: a chunk holds what is hidden",
        post("")
            + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
            + Integer.toHexString(hidden.length())
            + "\r\n"
            + hidden
            + "\r\n"
            + END);
    refused(
        "both, the length right",
        post("")
            + "Content-Length: 23\r\nTransfer-Encoding: chunked\r\n\r\n"
            + CHUNK
            + END
            + hidden);
    refused(
        "both, the length 0",
        post("") + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden);
    refused(
        "both, the encoding unknown",
        post("") + "Content-Length: 13\r\nTransfer-Encoding: x\r\n\r\n" + MEME + hidden);
    refused(
        "both, the encoding empty",
        post("") + "Content-Length: 13\r\nTransfer-Encoding:\r\n\r\n" + MEME + hidden);
    refused(
        "both, in a GET",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
            + END
            + hidden);
  }

  /** TE.TE: one reader takes it for chunked, another does not. */
  private void addTransferEncodings() {
    for (String header :
        List.of(
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
            " Transfer-Encoding: chunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunkedx",
            "Transfer-Encoding: chunked x",
            "Transfer-Encoding: chunked;q=1",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: 'chunked'",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-encoding: x",
            "Transfer-Encoding:\r\n chunked",
            "Transfer-Encoding: chun\r\n ked",
            "Transfer-Encoding: chunked\0",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding: \u000cchunked",
            "Transfer-Encoding: chunked\u00a0",
            "Transfer-Encoding: \u0085chunked",
            "Transfer-Encoding: \u007fchunked",
            "Transfer\u00adEncoding: chunked",
            "Transfer-Encoding\0: chunked",
            "X: x\nTransfer-Encoding: chunked",
            "X: x\rTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\nX: x",
            "Foo\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding chunked",
            ": chunked")) {
      refused("TE.TE " + visible(header), post(header + "\r\n") + "\r\n" + CHUNK + END + hidden);
    }
    for (String header :
        List.of("Transfer_Encoding: chunked", "Transfer.Encoding: chunked", "Encoding: chunked")) {
      // Another header: there is no body, and what follows is no request.
      row("no body by " + header, post(header + "\r\n") + "\r\n" + CHUNK, "400 400");
    }
    for (String header :
        List.of(
            "Transfer-Encoding: chunked",
            "transfer-encoding: chunked",
            "TRANSFER-ENCODING: CHUNKED",
            "Transfer-Encoding: cHuNkEd",
            "Transfer-Encoding:chunked",
            "Transfer-Encoding:\tchunked",
            "Transfer-Encoding: \t chunked \t")) {
      row(
          "plainly chunked: " + visible(header),
          post(header + "\r\n") + "\r\n" + CHUNK + END + hidden,
          "200 200");
    }
  }

  private void addContentLengths() {
    for (String length :
        List.of(
            "+13",
            "-13",
            "-0",
            "0x0d",
            "13.0",
            "1e1",
            "13,13",
            "13, 13",
            "13, 0",
            "0, 13",
            "13;",
            "13 13",
            "1 3",
            "'13'",
            "\"13\"",
            "13\u000b",
            "\u000c13",
            "13\0",
            "13\u00a0",
            "\u0661\u0663",
            "1_3",
            "thirteen",
            "",
            " ",
            "9223372036854775808",
            "99999999999999999999999999",
            "13\r\nContent-Length: 13",
            "13\r\nContent-Length: 0",
            "0\r\nContent-Length: 13",
            "0\r\ncontent-length: 13",
            "13\r\n Content-Length: 0",
            "13\nContent-Length: 0")) {
      refused(
          "Content-Length " + visible(length),
          post("Content-Length: " + length + "\r\n") + "\r\n" + MEME + hidden);
    }
    row(
        "Content-Length enormous",
        post("Content-Length: 9223372036854775807\r\n") + "\r\n" + MEME + hidden,
        "413");
    row(
        "Content-Length with zeros before",
        post("Content-Length: 0000000013\r\n") + "\r\n" + MEME + hidden,
        "200 200",
        "400");
    row(
        "Content-Length with white space around",
        post("Content-Length: \t 13 \t\r\n") + "\r\n" + MEME + hidden,
        "200 200");
    refused("Content-Length : 13", post("Content-Length : 13\r\n") + "\r\n" + MEME + hidden);
    row(
        "Content_Length is another header",
        post("Content_Length: 13\r\n") + "\r\n" + MEME,
        "400 400",
        "400");
  }

  private void addChunks() {
    for (String size :
        List.of(
            "-d",
            "+d",
            "0xd",
            "0Xd",
            "d ",
            " d",
            "\td",
            "d;",
            "d ;x",
            "d;x=y",
            "d;x=\"\r\n\"",
            "d;" + "x".repeat(70_000),
            "0" + "0".repeat(70_000) + "d",
            "d\0",
            "\u00ff",
            "g",
            "",
            " ",
            "d,d",
            "d\r\nd",
            "7fffffff",
            "80000000",
            "ffffffff",
            "fffffffff",
            "10000000d",
            "ffffffffffffffff",
            "1000000000000000d")) {
      body("chunk size " + visible(size), size + "\r\n" + MEME + "\r\n" + END + hidden);
    }
    body("chunk size ended by LF", "d\n" + MEME + "\r\n" + END + hidden);
    body("chunk size ended by CR", "d\r" + MEME + "\r\n" + END + hidden);
    body("chunk size ended by CR CR LF", "d\r\r\n" + MEME + "\r\n" + END + hidden);
    body("chunk without its line end", "d\r\n" + MEME + END + hidden);
    body("chunk with other bytes for its line end", "d\r\n" + MEME + "xx" + END + hidden);
    body("chunk ended by LF", "d\r\n" + MEME + "\n" + END + hidden);
    body("chunk ended by LF LF", "d\r\n" + MEME + "\n\n" + END + hidden);
    body("chunk ended by CR CR", "d\r\n" + MEME + "\r\r" + END + hidden);
    body("chunk longer than it says", "c\r\n" + MEME + "\r\n" + END + hidden);
    body("chunk shorter than it says", "e\r\n" + MEME + "\r\n" + END + hidden);
    body("last chunk ended by LF", CHUNK + "0\n\n" + hidden);
    body("last chunk with bytes for its line end", CHUNK + "0\r\nxx" + hidden);
    body("something behind the last chunk", CHUNK + "0\r\nx\r\n" + hidden);
    body("no line end behind the last chunk", CHUNK + "0\r\n" + hidden);
    body("last chunk missing", CHUNK + hidden);
    body("last chunk with an extension", CHUNK + "0;x=y\r\n\r\n" + hidden);
    body("last chunk negative", CHUNK + "-0\r\n\r\n" + hidden);
    for (String trailer :
        List.of(
            "X: y",
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            "Authorization: Bearer x",
            "Host: y",
            "X: " + "y".repeat(70_000))) {
      body("trailer " + visible(trailer), CHUNK + "0\r\n" + trailer + "\r\n\r\n" + hidden);
    }
    for (String end : List.of("00\r\n\r\n", "000000000000\r\n\r\n")) {
      row("last chunk written " + visible(end), chunked(CHUNK + end + hidden), "200 200", "400");
    }
    row("sizes in upper case", chunked("D\r\n" + MEME + "\r\n" + END + hidden), "200 200");
    StringBuilder single = new StringBuilder();
    MEME.chars().forEach(one -> single.append("1\r\n").append((char) one).append("\r\n"));
    row("a byte a chunk", chunked(single + END + hidden), "200 200");
    row(
        "a body that nobody reads, in good chunks",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + CHUNK
            + END
            + hidden,
        "200 200");
    for (String chunks :
        List.of(
            "d\r\n" + MEME + "xx" + END,
            "zz\r\n",
            "+d\r\n" + MEME + "\r\n" + END,
            CHUNK + "0\r\nX: y\r\n\r\n",
            "fffffffff\r\n")) {
      row(
          "a body that nobody reads, in bad chunks: " + visible(chunks),
          "GET /health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              + chunks
              + hidden,
          "200",
          "400");
    }
  }

  private void addLines() {
    String rest = "Host: x\r\n\r\n";
    for (String line :
        List.of(
            "GET /health/live HTTP/1.1\n",
            "GET /health/live HTTP/1.1\r",
            "GET /health/live HTTP/1.1\r\r\n",
            "GET  /health/live HTTP/1.1\r\n",
            "GET /health/live  HTTP/1.1\r\n",
            "GET /health/live HTTP/1.1 \r\n",
            " GET /health/live HTTP/1.1\r\n",
            "GET\t/health/live HTTP/1.1\r\n",
            "GET /health/live\tHTTP/1.1\r\n",
            "GET /health live HTTP/1.1\r\n",
            "GET /health/live\0 HTTP/1.1\r\n",
            "GET\0 /health/live HTTP/1.1\r\n",
            "GET /health/live\u0001 HTTP/1.1\r\n",
            "GET /health/live\u007f HTTP/1.1\r\n",
            "GET /health/live\u00ff HTTP/1.1\r\n",
            "GET\r\n /health/live HTTP/1.1\r\n",
            "/health/live\r\n",
            "GET /health/live\r\n",
            "GET\r\n",
            "GET /health/live HTTP\r\n",
            "GET /health/live HTTP/1\r\n",
            "GET /health/live HTTP/1.11\r\n",
            "GET /health/live http/1.1\r\n",
            "GET /health/live HTTP/1.1\u0000\r\n",
            "GET /health/live HTTP/1.1 HTTP/1.1\r\n",
            "GET HTTP/1.1\r\n",
            " \r\n",
            "\0\r\n",
            "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\r\n")) {
      row("line " + visible(line), line + rest + hidden, "400", "");
    }
    for (String method : List.of("GETX", "G", "X".repeat(200), "G-T", "!")) {
      row(
          "method " + visible(method),
          method + " /health/live HTTP/1.1\r\n" + rest + hidden,
          "405 200");
    }
    for (String method :
        List.of("get", "Get", "gET", "G(T", "G\u00e4T", "G@T", "G,T", "\"GET\"", "GET/", "{GET}")) {
      refused("method " + visible(method), method + " /health/live HTTP/1.1\r\n" + rest + hidden);
    }
    row(
        "method of 9,000 letters",
        "X".repeat(9_000) + " /health/live HTTP/1.1\r\n" + rest + hidden,
        "413");
    row(
        "line ends before the request",
        "\r\n\r\nGET /health/live HTTP/1.1\r\n" + rest + hidden,
        "200 200",
        "400");
    row(
        "a line end between two requests",
        "GET /health/live HTTP/1.1\r\n" + rest + "\r\n" + hidden,
        "200 200",
        "200 400");
  }

  private void addNamesAndValues() {
    for (String header :
        List.of(
            "A\0: b",
            "A\u0001: b",
            "A\u007f: b",
            "A\u00ff: b",
            "A b: c",
            "A\t: c",
            "A : c",
            "(A): b",
            "A@: b",
            "A[]: b",
            "\"A\": b",
            ": b",
            " : b",
            "A",
            "A: b\0c",
            "A: b\u0001c",
            "A: b\u001bc",
            "A: b\u007fc",
            "A: b\rc",
            "A: b\nc",
            "A: b\r\r\nX: y",
            "A: b\n\nGET / HTTP/1.1\n",
            "A: b\r\n\tc",
            "A: b\r\n c",
            " A: b",
            "\tA: b")) {
      refused(
          "header " + visible(header),
          "GET /health/live HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n" + hidden);
    }
    refused(
        "white space before the first header",
        "GET /health/live HTTP/1.1\r\n Host: x\r\n\r\n" + hidden);
    row(
        "header of 17,000 letters",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nA: " + "b".repeat(17_000) + "\r\n\r\n" + hidden,
        "413");
    row(
        "header name of 17,000 letters",
        "GET /health/live HTTP/1.1\r\nHost: x\r\n" + "b".repeat(17_000) + ": x\r\n\r\n" + hidden,
        "413");
    row(
        "5,000 headers",
        "GET /health/live HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(5_000) + "\r\n" + hidden,
        "413");
  }

  private void addHosts() {
    String line = "GET /health/live HTTP/1.1\r\n";
    refused("no Host", line + "\r\n" + hidden);
    for (String host :
        List.of(
            "",
            " ",
            "a b",
            "a:b",
            "a:",
            "a:99999999999",
            "a/b",
            "a@b",
            "a\0b",
            "a\\b",
            "a,b",
            "[::1",
            "a\tb",
            "<a>",
            "a\"b")) {
      row(
          "Host " + visible(host),
          line + "Host: " + host + "\r\n\r\n" + hidden,
          "400",
          // A character that a name may have, as RFC 3986 counts, is no way to hide anything.
          host.equals("a,b") ? "200 200" : "400");
    }
    refused("two Hosts", line + "Host: a\r\nHost: b\r\n\r\n" + hidden);
    refused("one Host twice", line + "Host: a\r\nhost: a\r\n\r\n" + hidden);
    refused("Host folded", line + "Host: a\r\n b\r\n\r\n" + hidden);
  }

  private void addTargets() {
    for (String target :
        List.of(
            "/health/../health/live",
            "/./health/live",
            "//health/live",
            "/health//live",
            "/health/live/",
            "/health/live;x=y",
            "/;/health/live",
            "/health%2Flive",
            "/health/%2e%2e/health/live",
            "/%2e/health/live",
            "/health/live%20",
            "/health/live%00",
            "/HEALTH/LIVE",
            "*",
            "x",
            "?",
            "health/live",
            "localhost:80",
            "http:///health/live/",
            "/..;/health/live")) {
      row(
          "target " + target,
          "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
          "404 200",
          "400");
    }
    for (String target :
        List.of(
            "/health/live%",
            "/health/live%0",
            "/health/live%zz",
            "/health/live%ff",
            "/health\\live",
            "/health/live#x",
            "/health/<live>",
            "/health/live?<x>",
            "/health/live?%",
            "/health/l\u00efve")) {
      row(
          "target " + visible(target),
          "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
          "400 200",
          "400");
    }
    for (String target :
        List.of(
            "/health/live",
            "/health/live?",
            "/health/live?x",
            "/health/liv%65",
            "/%68ealth/live",
            "http://x",
            "http://other/health/live",
            "HTTP://x:80/health/live",
            "http://user@x/health/live")) {
      row(
          "target " + target,
          "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
          "200 200",
          "404 200",
          "400");
    }
    row("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n" + hidden, "404 200", "204 200");
    row(
        "CONNECT",
        "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n" + hidden,
        "404 200",
        "400");
    row(
        "a path of 9,000 letters",
        "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
        "413");
  }

  private void addVersions() {
    for (String version :
        List.of(
            "HTTP/0.9", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/3", "HTTP/9.9", "HTTPS/1.1")) {
      row(version, "GET /health/live " + version + "\r\nHost: x\r\n\r\n" + hidden, "400", "");
    }
    row(
        "HTTP/1.0 that keeps alive",
        "GET /health/live HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n" + hidden,
        "400",
        "");
    row("the preface of HTTP/2, cut", "PRI * HTTP/2.0\r\n" + hidden, "400", "");
    row(
        "the preface of HTTP/2 in lower case",
        "pri * http/2.0\r\n\r\nsm\r\n\r\n" + hidden,
        "400",
        "");
    row(
        "h2c upgrade",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
            + hidden,
        "200 200");
    row(
        "h2c upgrade with a body",
        post("Connection: Upgrade, HTTP2-Settings\r\n")
            + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 13\r\n\r\n"
            + MEME
            + hidden,
        "200 200");
    row(
        "websocket upgrade",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n"
            + hidden,
        "200 200");
  }

  private void addBodies() {
    row(
        "body longer than it says",
        post("") + "Content-Length: 13\r\n\r\n" + MEME + "xxxx\r\n\r\n" + hidden,
        "200 400");
    row(
        "body shorter than it says: the rest is what follows",
        post("") + "Content-Length: 50\r\n\r\n" + MEME + hidden,
        "400 400");
    row(
        "body shorter than it says",
        post("") + "Content-Length: 5000\r\n\r\n" + MEME + hidden,
        "400");
    row("a body said and none sent", post("") + "Content-Length: 13\r\n\r\n", "400");
    row(
        "GET with a body",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + hidden.length()
            + "\r\n\r\n"
            + hidden,
        "200");
    row(
        "HEAD with a body",
        "DELETE /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + hidden.length()
            + "\r\n\r\n"
            + hidden,
        "404");
    row(
        "a body that a refusal leaves unread",
        "POST /memes HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + hidden.length()
            + "\r\n\r\n"
            + hidden,
        "401");
    row(
        "a body where no length is said",
        "POST /memes HTTP/1.1\r\nHost: x\r\n\r\n" + MEME,
        "401 400");
    row(
        "100-continue",
        post("Expect: 100-continue\r\n") + "Content-Length: 13\r\n\r\n" + MEME + hidden,
        "200 200");
    row(
        "100-continue, and a refusal before the body",
        "POST /memes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
            + hidden.length()
            + "\r\n\r\n"
            + hidden,
        "401");
    row(
        "100-continue without a body",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n" + hidden,
        "200 200");
    for (String expectation : List.of("200-ok", "100-continue, x", "", "100-continue;x=y")) {
      row(
          "expectation " + expectation,
          post("Expect: " + expectation + "\r\n") + "Content-Length: 13\r\n\r\n" + MEME + hidden,
          "200 200",
          "417 200",
          "417",
          "400");
    }
  }

  private void addPipelines() {
    String live = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    row("three at once", live + hidden + live, "200 200 200");
    row("fifty at once", live.repeat(50), "200 ".repeat(50).strip());
    row(
        "the last one closes",
        live + "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + hidden,
        "200 200");
    row(
        "close among others",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: x, close\r\n\r\n" + hidden,
        "200");
    row(
        "close in capitals",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: CLOSE\r\n\r\n" + hidden,
        "200");
    row(
        "close that carries a body",
        post("Connection: close\r\n") + "Content-Length: 13\r\n\r\n" + MEME + hidden,
        "200");
    row(
        "Connection names what frames the body",
        post("Connection: Content-Length\r\n") + "Content-Length: 13\r\n\r\n" + MEME + hidden,
        "200 200",
        "400");
    row("half a second request", live + "GET /health/li", "200 400");
    row("half a second head", live + "GET /health/live HTTP/1.1\r\nHost: x\r\n", "200 400");
    row("half a head", "GET /health/live HTTP/1.1\r\nHost: x\r\n", "", "400");
    row("half a header", "GET /health/live HTTP/1.1\r\nHo", "", "400");
    row("nothing", "", "");
  }

  /** It gets one 400, and the connection closes: what follows is not looked at. */
  private void refused(String name, String bytes) {
    row(name, bytes, "400");
  }

  private void body(String name, String chunks) {
    row(name, chunked(chunks), "400", name.contains("fffff") ? "413" : "400");
  }

  private void row(String name, String bytes, String... answers) {
    rows.add(new Row(name, bytes, List.of(answers)));
  }

  private static String post(String headers) {
    return "POST /memes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + victim
        + "\r\n"
        + JSON
        + headers;
  }

  private static String chunked(String chunks) {
    return post("Transfer-Encoding: chunked\r\n") + "\r\n" + chunks;
  }

  private static String visible(String text) {
    StringBuilder shown = new StringBuilder();
    for (char one : text.substring(0, Math.min(60, text.length())).toCharArray()) {
      shown.append(one < ' ' || one > '~' ? "<%x>".formatted((int) one) : one);
    }
    return shown.toString();
  }
}
