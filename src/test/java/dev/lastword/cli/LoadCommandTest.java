package dev.lastword.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lastword.RunningService;
import dev.lastword.accounts.Audit;
import dev.lastword.identity.OwnKey;
import dev.lastword.load.Pages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import picocli.CommandLine;

final class LoadCommandTest {

  @TempDir private Path folder;

  private record Ran(int exit, String out, String err) {}

  private Ran load(int port, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", "http://localhost:" + port, "--data", folder.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new LoadCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(all.toArray(String[]::new));
    // How a run goes is said there too, if this machine takes so long for it.
    String complaints =
        err.toString()
            .lines()
            .filter(line -> !line.matches("after \\d+ s .*"))
            .collect(Collectors.joining("\n"));
    return new Ran(exit, out.toString(), complaints);
  }

  /** The pause leaves success and mean to judge: how fast this machine is decides nothing. */
  @Test
  void fiftyMemesAreBoughtAndTheirUsersLeaveNothingButReceipts() {
    try (RunningService server = RunningService.start(folder)) {
      Ran ran = load(server.port(), "memes", "--quick", "--pause", "300ms");

      assertThat(ran.err()).isEmpty();
      assertThat(ran.out())
          .contains("50 requests, 10 at a time")
          .contains("50, of them 50 good")
          .contains("200: 50")
          .contains("success     100.00 %")
          .contains("not judged  over 50 requests/s: not reachable with these options");
      assertThat(ran.exit()).isZero();
      assertThat(server.send("GET", "/users", server.operator(), "").body())
          .doesNotContain("load-");
      Audit audit = server.audit();
      assertThat(audit.receipts()).isEqualTo(50);
      assertThat(audit.discrepancies()).isEmpty();
    }
  }

  @Test
  void fiftyStreamsOfThreeWordsLoseNoneAndChargeEach() {
    try (RunningService server = RunningService.start(folder)) {
      Ran ran =
          load(
              server.port(),
              "words",
              "--quick",
              "--max-words",
              "3",
              "--delay",
              "0-0",
              "--pause",
              "300ms");

      assertThat(ran.err()).isEmpty();
      assertThat(ran.out())
          .contains("50, of them 50 good")
          .contains("150 received, 0 lost; 50 streams said how they ended, 0 charged for other");
      assertThat(ran.exit()).isZero();
      assertThat(server.audit().receipts()).isEqualTo(50);
    }
  }

  @Test
  void aReportSaysWhatTheTerminalSays() throws Exception {
    Path file = folder.resolve("report.html");
    Files.writeString(file, "the report of another run, which was longer ".repeat(5_000));
    try (RunningService server = RunningService.start(folder)) {
      Ran ran =
          load(
              server.port(),
              "words",
              "--quick",
              "--workers",
              "5",
              "--max-words",
              "3",
              "--delay",
              "0-0",
              "--token",
              server.operator(),
              "--report",
              file.toString());

      assertThat(ran.err()).isEmpty();
      assertThat(ran.out()).contains("report      " + file);
      String html = Files.readString(file);
      assertThat(html).doesNotContain(server.operator(), "another run");
      Element page = Pages.parse(html);
      List<String> cells = Pages.texts(page, "td");
      assertThat(cells)
          .contains(
              "./lastword load words --quick --workers 5 --max-words 3 --delay 0-0",
              "localhost:" + server.port())
          .containsAll(said(ran));
      assertThat(Pages.texts(page, "li")).contains("good: 50", "words: 150");
    }
  }

  /** What stands behind the names of lines, from the first figure on. */
  private static List<String> said(Ran ran) {
    return ran.out()
        .lines()
        .skip(1)
        .filter(line -> !line.startsWith("report"))
        .map(line -> line.substring(12))
        .toList();
  }

  @Test
  void aReportThatCannotBeWrittenIsSaidBeforeAnythingIsAsked() throws IOException {
    Path nowhere = folder.resolve("no/such/folder/report.html");
    Path directory = Files.createDirectory(folder.resolve("report.html"));
    try (Fake server = new Fake(folder, exchange -> exchange.sendResponseHeaders(200, -1))) {
      Ran ran = load(server.port(), "memes", "--report", nowhere.toString());

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err())
          .contains("--report " + nowhere + " cannot be written: there is no such folder");
      assertThat(ran.out()).isEmpty();
      assertThat(load(server.port(), "memes", "--report", directory.toString()).err())
          .contains("--report " + directory + " cannot be written");
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void aRunThatDoesNotHappenLeavesTheReportsPlaceAsItWas() throws IOException {
    Path there = Files.writeString(folder.resolve("there.html"), "another run's");
    Path not = folder.resolve("not.html");
    for (Path file : List.of(there, not)) {
      Ran ran = load(1, "memes", "--report", file.toString());
      assertThat(ran.exit()).isEqualTo(1);
    }
    assertThat(there).hasContent("another run's");
    assertThat(not).doesNotExist();
  }

  @Test
  void whatAServerSaysIsNoPartOfTheReport() throws Exception {
    Path file = folder.resolve("report.html");
    String hostile = "<script>alert('1')</script> & so on";
    byte[] stream = end(1, 1, hostile).getBytes(StandardCharsets.UTF_8);
    String word = "id: 1\ndata: {}\n\n";
    try (Fake server =
        new Fake(
            folder,
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(word.getBytes(StandardCharsets.UTF_8));
              exchange.getResponseBody().write(stream);
            })) {
      Ran ran =
          load(
              server.port(),
              "words",
              "--quick",
              "--delay",
              "0-0",
              "--max-words",
              "1",
              "--report",
              file.toString());

      assertThat(ran.exit()).isEqualTo(1);
      Element page = Pages.parse(Files.readString(file));
      assertThat(page.getElementsByTagName("script").getLength()).isZero();
      assertThat(Pages.texts(page, "td")).contains("ended as " + hostile + ": 50");
    }
  }

  @Test
  void theClockStartsAsManyAsItSays() {
    try (RunningService server = RunningService.start(folder)) {
      Ran ran = load(server.port(), "memes", "--rate", "40", "--duration", "500ms");

      assertThat(ran.out()).contains("20, of them 20 good").contains("was meant to start");
      assertThat(ran.exit()).isZero();
      assertThat(
              load(server.port(), "memes", "--rate", "40", "--duration", "500ms", "--workers", "1")
                  .out())
          .contains("40.0 a second whatever happens, 1 at a time")
          .contains("20, of them 20 good");
    }
  }

  @Test
  void refusalsAndFailuresAreCountedAndMissTheCriteria() throws IOException {
    AtomicInteger next = new AtomicInteger();
    int[] statuses = {402, 429, 500, 200, 200};
    try (Fake server =
        new Fake(
            folder,
            exchange -> exchange.sendResponseHeaders(statuses[next.getAndIncrement() % 5], -1))) {
      Ran ran = load(server.port(), "memes", "--quick");

      assertThat(ran.out())
          .contains("50, of them 20 good")
          .contains("200: 20, 402: 10, 429: 10, 500: 10")
          .contains("errors      none")
          .contains("MISSED      success over 95 %: 40.00 %");
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(server.asked)
          .contains("POST /users", "POST /memes")
          .anyMatch(one -> one.startsWith("DELETE /users/load-"));
    }
  }

  @Test
  void aLostWordAWrongChargeAndAMissingEndAreFound() throws IOException {
    AtomicInteger next = new AtomicInteger();
    String word = "id: 1\ndata: {\"word\":\"a\"}\n\n";
    List<String> streams =
        List.of(
            word + end(1, 1, "completed"),
            word + end(2, 2, "completed"),
            word + end(1, 2, "completed"),
            word + end(1, 1, "exhausted"),
            word);
    try (Fake server =
        new Fake(
            folder,
            exchange -> {
              byte[] body =
                  streams.get(next.getAndIncrement() % 5).getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(body);
            })) {
      Ran ran = load(server.port(), "words", "--quick", "--delay", "0-0", "--max-words", "1");

      assertThat(ran.out())
          .contains("50, of them 10 good")
          .contains(
              "a stream without its end: 10, charged for other than what came: 10,"
                  + " ended as exhausted: 10, words lost or out of order: 10")
          .contains("50 received, 10 lost; 40 streams said how they ended, 20 charged for other")
          .contains(
              "MISSED      every word came, and was charged for: 10 words lost, 20 streams charged");
      assertThat(ran.exit()).isEqualTo(1);
    }
  }

  private static String end(int words, int charged, String outcome) {
    return "event: end\ndata: {\"words\":%d,\"charged\":%d,\"balance\":5,\"outcome\":\"%s\"}\n\n"
        .formatted(words, charged, outcome);
  }

  @Test
  void aFolderWithoutTheServersKeyIsSaidAndNoneIsMade() throws IOException {
    try (Fake server = new Fake(folder, exchange -> exchange.sendResponseHeaders(200, -1))) {
      Files.delete(folder.resolve(OwnKey.FILE_NAME));
      Ran ran = load(server.port(), "memes", "--quick");

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).contains("give it the server's data folder with --data");
      assertThat(folder.resolve(OwnKey.FILE_NAME)).doesNotExist();
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void onlyPlainHttpIsSpoken() {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new LoadCommand())
            .setErr(new PrintWriter(err, true))
            .execute("memes", "--url", "https://localhost:1", "--data", folder.toString());

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).contains("plain HTTP only");
  }

  /** Creates and deletes any user, and answers the rest as it is told. */
  private static final class Fake implements AutoCloseable {

    private interface Answer {
      void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

    private Fake(Path folder, Answer answer) throws IOException {
      OwnKey.open(folder, new SecureRandom());
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              String path = exchange.getRequestURI().getPath();
              asked.add(exchange.getRequestMethod() + " " + path);
              exchange.getRequestBody().readAllBytes();
              if (path.startsWith("/users")) {
                exchange.sendResponseHeaders(204, -1);
              } else {
                answer.to(exchange);
              }
            }
          });
      server.start();
    }

    private int port() {
      return server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
