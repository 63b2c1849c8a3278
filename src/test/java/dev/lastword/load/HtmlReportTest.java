package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

final class HtmlReportTest {

  private static final String HOSTILE =
      "</td><script src=\"http://evil.example/\">alert('1')</script> & \u0000\u001b[31m \ud800 é 字";

  private static final Occasion OCCASION =
      new Occasion(
          "./lastword load memes --full",
          ZonedDateTime.of(2026, 3, 4, 5, 6, 7, 0, ZoneId.of("+02:00")),
          URI.create("http://server.example:8080"),
          "a machine");

  private static final Pattern POINT = Pattern.compile("[ML]([0-9.]+) ([0-9.]+)");

  private static String page(Findings findings) {
    return HtmlReport.page(findings, Criterion.judge(findings), OCCASION);
  }

  private static Findings memes(int good, int bad) {
    Tally tally = new Tally();
    for (int request = 0; request < good + bad; request++) {
      Reply reply = request % (good + bad) < good ? Reply.answered(200) : Reply.answered(402);
      long at = TimeUnit.MICROSECONDS.toNanos(100L * request + 1);
      tally.add(reply, TimeUnit.MICROSECONDS.toNanos(50 + 37L * request % 9_000), at);
    }
    return new Findings(LoadPlanTest.plan(LoadPlanTest.MEMES, "--full"), tally, null);
  }

  private static Findings words(int streams) {
    Tally tally = new Tally();
    WordTally words = new WordTally();
    for (int stream = 0; stream < streams; stream++) {
      for (int word = 1; word <= 3; word++) {
        long at = TimeUnit.MILLISECONDS.toNanos(stream + 700L * word);
        words.arrived(at, TimeUnit.MILLISECONDS.toNanos(word));
        words.timed(at, TimeUnit.MICROSECONDS.toNanos(stream % 100));
      }
      words.ended(3, 3, 3);
      long over = TimeUnit.MILLISECONDS.toNanos(stream + 2_100L);
      tally.add(Reply.answered(200), over, over);
    }
    return new Findings(LoadPlanTest.plan(LoadPlanTest.words(3L), "--full"), tally, words);
  }

  private static Findings failing(String error) {
    Tally tally = new Tally();
    for (int request = 0; request < 20; request++) {
      tally.add(new Reply(0, error), 1_000, 1_000_000L * request);
    }
    return new Findings(LoadPlanTest.plan(LoadPlanTest.MEMES, ""), tally, null);
  }

  private static Findings failingInManyWays() {
    Findings findings = failing("x");
    for (int way = 0; way < 1_000; way++) {
      findings.tally().add(new Reply(way, "y".repeat(1_000) + way), 5, 5);
      findings.tally().add(new Reply(0, way + "z".repeat(1_000)), 5, 5);
    }
    return findings;
  }

  static Stream<Findings> runs() {
    return Stream.of(
        memes(0, 0),
        memes(1, 0),
        memes(50, 0),
        memes(4_000, 200),
        memes(500_000, 10),
        memes(0, 20),
        words(0),
        words(1),
        words(500),
        failing("no connection"),
        failing(HOSTILE),
        failingInManyWays());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyPageIsWholeAndNeedsNothingButItself(Findings findings) throws Exception {
    String html = page(findings);

    Element page = Pages.parse(html);
    assertThat(html).hasSizeLessThan(200_000);
    assertThat(html.replace(HOSTILE, ""))
        .doesNotContainPattern("(?i)<(script|link|img|iframe|object|base|a)\\b")
        .doesNotContainPattern("(?i)<[^>]*\\b(src|href|style|on\\w+)=")
        .doesNotContain("@import", "url(");
    assertThat(html.replaceAll("&lt;script src=&quot;http://evil", "")).doesNotContain("://");
    Element policy = (Element) page.getElementsByTagName("meta").item(1);
    assertThat(policy.getAttribute("content")).startsWith("default-src 'none';");
    assertThat(Pages.texts(page, "style").getFirst()).doesNotContain("<", ">", "&", "\"");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void figuresAreThoseOfTheSummary(Findings findings) throws Exception {
    Element page = Pages.parse(page(findings));

    List<String> cells = Pages.texts(page, "td");
    for (LoadSummary.Line line : LoadSummary.of(findings)) {
      assertThat(cells).contains(Pages.readable(line.text()));
    }
    for (Criterion.Verdict verdict : Criterion.judge(findings)) {
      assertThat(cells).contains(LoadSummary.of(verdict).text());
    }
    assertThat(cells)
        .contains(
            "./lastword load memes --full",
            "2026-03-04 05:06:07 +02:00",
            "server.example:8080",
            "a machine",
            findings.plan().description());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everythingIsDrawnWithinItsPlot(Findings findings) throws Exception {
    Element page = Pages.parse(page(findings));

    for (Element path : Pages.elements(page, "path")) {
      assertThat(path.getAttribute("d")).matches("[MLHVZh0-9. ]*");
      Matcher points = POINT.matcher(path.getAttribute("d"));
      while (points.find()) {
        assertThat(Double.parseDouble(points.group(1))).isBetween(72.0, 456.0);
        assertThat(Double.parseDouble(points.group(2))).isBetween(30.0, 234.0);
      }
    }
    for (Element text : Pages.elements(page, "text")) {
      assertThat(text.getTextContent()).isNotBlank().doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void aRunOfMemesHasThreePlotsAndOneOfWordsSix() throws Exception {
    assertThat(captions(memes(4_000, 200)))
        .containsExactly("Latency over time", "Latency by percentile", "Throughput");
    assertThat(captions(words(500)))
        .containsExactly(
            "Latency over time",
            "Latency by percentile",
            "Throughput",
            "Lateness of words over time",
            "Lateness of words by percentile",
            "Words");
    assertThat(captions(memes(0, 20))).containsExactly("Throughput");
    assertThat(captions(memes(0, 0))).isEmpty();
  }

  private static List<String> captions(Findings findings) throws Exception {
    return Pages.texts(Pages.parse(page(findings)), "strong");
  }

  @Test
  void throughputTellsWhatBecameOfEachRequest() throws Exception {
    assertThat(Pages.texts(Pages.parse(page(memes(4_000, 200))), "li"))
        .contains("max", "p99", "p50", "latency", "good: 4,000", "402: 200");
  }

  /** Half of a run's requests are twice as many a second where it took half of the time. */
  @Test
  void columnsAreAsHighAsTheirRates() throws Exception {
    Tally tally = new Tally();
    for (int request = 0; request < 2_000; request++) {
      long at =
          request < 1_000 ? 500_000L * request : 500_000_000L + 1_000_000L * (request - 1_000);
      tally.add(Reply.answered(200), 1_000_000, at);
    }
    Findings findings = new Findings(LoadPlanTest.plan(LoadPlanTest.MEMES, "--full"), tally, null);

    List<String> columns = new ArrayList<>();
    for (Element path : Pages.elements(Pages.parse(page(findings)), "path")) {
      if (path.getAttribute("class").equals("columns s1")) {
        columns.addAll(List.of(path.getAttribute("d").split("Z")));
      }
    }

    double first = height(columns.get(1));
    double last = height(columns.get(columns.size() - 2));
    assertThat(first / last).isBetween(1.95, 2.05);
  }

  /** Of a column that is drawn as M x y V y H x V y. */
  private static double height(String column) {
    String[] numbers = column.substring(1).split("[ VH]");
    return Double.parseDouble(numbers[1]) - Double.parseDouble(numbers[2]);
  }

  @Test
  void hostileTextIsShownAndNothingElse() throws Exception {
    String html = page(failing(HOSTILE));

    Element page = Pages.parse(html);
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(Pages.texts(page, "td")).contains(Pages.readable(HOSTILE) + ": 20");
    assertThat(html).contains("&lt;/td&gt;&lt;script src=&quot;http").contains("é 字");
    assertThat(html.getBytes(StandardCharsets.UTF_8)).doesNotContain((byte) 0, (byte) 0x1b);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(html)).isTrue();
  }
}
