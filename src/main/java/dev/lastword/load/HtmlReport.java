package dev.lastword.load;

import dev.lastword.load.Criterion.Verdict;
import dev.lastword.load.Plot.Column;
import dev.lastword.load.Plot.Point;
import dev.lastword.load.Timeline.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * What a run found, as a page that needs nothing but itself: no script, no network, and a policy
 * that allows neither.
 */
final class HtmlReport {

  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx");

  private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 99.99, 100};
  private static final String SECONDS = "seconds since the start";

  private final Findings findings;
  private final List<Verdict> verdicts;
  private final Occasion occasion;
  private final Markup page = new Markup();

  private HtmlReport(Findings findings, List<Verdict> verdicts, Occasion occasion) {
    this.findings = findings;
    this.verdicts = verdicts;
    this.occasion = occasion;
  }

  /** The whole page. */
  static String page(Findings findings, List<Verdict> verdicts, Occasion occasion) {
    HtmlReport report = new HtmlReport(findings, verdicts, occasion);
    report.write();
    return report.page.toString();
  }

  private void write() {
    String title = "Lastword load: " + (findings.words() == null ? "memes" : "words");
    page.open("html", "lang", "en");
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", title).element("style", styles()).close();
    page.open("body").open("main");
    page.element("h1", title).element("p", findings.plan().description());
    tiles();
    criteria();
    requests();
    if (findings.words() != null) {
      words(findings.words());
    }
    summary();
    occasion();
    page.close().close().close();
  }

  private static String styles() {
    try (InputStream styles =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"))) {
      return new String(styles.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tiles() {
    Tally tally = findings.tally();
    WordTally words = findings.words();
    page.open("dl", "class", "tiles");
    tile("good requests", "%,d".formatted(tally.good()));
    tile("failed", "%,d".formatted(tally.requests() - tally.good()));
    tile("requests/s", "%,.1f".formatted(tally.requestsPerSecond()));
    if (words == null) {
      tile("latency p50", percentile(tally.latencies(), 50));
      tile("latency p99", percentile(tally.latencies(), 99));
      tile("latency max", percentile(tally.latencies(), 100));
    } else {
      tile("words/s", "%,.1f".formatted(findings.wordsPerSecond()));
      tile("words late p99", percentile(words.sinceStream().micros(), 99));
      tile(
          "words within " + LoadSummary.IN_TIME_MILLIS + " ms",
          "%.2f %%".formatted(100 * words.sinceStream().shareWithin(LoadSummary.IN_TIME_MILLIS)));
    }
    page.close();
  }

  private void tile(String name, String text) {
    page.open("div").element("dt", name).element("dd", text).close();
  }

  private void criteria() {
    page.open("section").element("h2", "Criteria").open("table");
    for (Verdict verdict : verdicts) {
      LoadSummary.Line line = LoadSummary.of(verdict);
      String style =
          switch (verdict) {
            case Verdict.Met _ -> "met";
            case Verdict.Missed _ -> "missed";
            case Verdict.NotJudged _ -> "open";
          };
      page.open("tr").element("th", line.name(), "class", style, "scope", "row");
      page.element("td", line.text()).close();
    }
    page.close().close();
  }

  private void requests() {
    Tally tally = findings.tally();
    List<Slice> slices = tally.timeline().slices();
    List<Curve> curves = List.of(new Curve("s1", "latency", tally.latencies()));
    page.open("section").element("h2", "Requests");
    if (slices.isEmpty()) {
      page.element("p", "No request was sent.");
    } else {
      page.open("div", "class", "figures");
      if (tally.good() == 0) {
        page.element("p", "No request succeeded, so there are no latencies.");
      } else {
        over(slices, "latency", "Latency over time", "of good requests, by when they were over");
        spread("Latency by percentile", "of good requests", "latency", curves);
        percentiles(curves);
      }
      throughput(slices, "requests/s", "Throughput", "by what became of the requests");
      page.close();
    }
    page.close();
  }

  private void words(WordTally tally) {
    List<Slice> arrivals = tally.arrivals().slices();
    List<Curve> curves =
        List.of(
            new Curve("s1", "by when the stream can have begun", tally.sinceStream().micros()),
            new Curve("s2", "had it begun when asked for", tally.sinceRequest().micros()));
    page.open("section").element("h2", "Words");
    if (arrivals.isEmpty()) {
      page.element("p", "No word came.");
    } else {
      page.open("div", "class", "figures");
      over(
          tally.lateness().slices(),
          "lateness",
          "Lateness of words over time",
          "after their time, by when their streams can have begun");
      spread("Lateness of words by percentile", "after their time", "lateness", curves);
      percentiles(curves);
      throughput(arrivals, "words/s", "Words", "of all streams, by when they came");
      page.close();
    }
    page.close();
  }

  /** How long things took, slice by slice. */
  private void over(List<Slice> slices, String what, String title, String explanation) {
    List<Slice> some = slices.stream().filter(slice -> slice.micros().getTotalCount() > 0).toList();
    double least = some.stream().mapToDouble(slice -> time(slice, 50)).min().orElseThrow();
    double most = some.stream().mapToDouble(slice -> time(slice, 100)).max().orElseThrow();
    Scale y =
        Scale.powers(
            Math.max(1, least), Math.max(1, most), what + " (log scale)", HtmlReport::time);
    new Plot(seconds(slices), y)
        .line("s3", "max", points(slices, 100))
        .line("s2", "p99", points(slices, 99))
        .line("s1", "p50", points(slices, 50))
        .draw(page, title, explanation + "; each point is " + width(slices));
  }

  private static List<Point> points(List<Slice> slices, double percentile) {
    return slices.stream()
        .map(slice ->
            new Point(
                (slice.fromSeconds() + slice.toSeconds()) / 2,
                slice.micros().getTotalCount() == 0 ? Double.NaN : time(slice, percentile)))
        .toList();
  }

  private static double time(Slice slice, double percentile) {
    return (double) slice.micros().getValueAtPercentile(percentile);
  }

  private record Curve(String style, String name, Histogram micros) {}

  /** How times are spread. */
  private void spread(String title, String explanation, String what, List<Curve> curves) {
    long count =
        curves.stream().mapToLong(curve -> curve.micros().getTotalCount()).max().orElseThrow();
    double most =
        curves.stream().mapToDouble(curve -> (double) curve.micros().getMaxValue()).max().orElse(0);
    Plot plot =
        new Plot(
            Scale.percentiles(count, "percentile"), Scale.beyond(most, what, HtmlReport::time));
    for (Curve curve : curves) {
      List<Point> points = new ArrayList<>();
      for (HistogramIterationValue value : curve.micros().percentiles(5)) {
        points.add(
            new Point(value.getPercentileLevelIteratedTo(), (double) value.getValueIteratedTo()));
      }
      plot.line(curve.style(), curve.name(), points);
    }
    plot.draw(page, title, explanation);
  }

  /** How many things happened a second, stacked by kind. */
  private void throughput(List<Slice> slices, String unit, String title, String explanation) {
    List<String> kinds = List.copyOf(slices.getFirst().counts().keySet());
    double most =
        slices.stream()
            .mapToDouble(slice -> kinds.stream().mapToDouble(slice::perSecond).sum())
            .max()
            .orElseThrow();
    Plot plot = new Plot(seconds(slices), Scale.beyond(most, unit, HtmlReport::number));
    double[] heights = new double[slices.size()];
    int failure = 0;
    for (String kind : kinds) {
      List<Column> columns = new ArrayList<>();
      for (int index = 0; index < heights.length; index++) {
        Slice slice = slices.get(index);
        double bottom = heights[index];
        heights[index] += slice.perSecond(kind);
        columns.add(new Column(slice.fromSeconds(), slice.toSeconds(), bottom, heights[index]));
      }
      boolean good = kind.equals(Tally.GOOD) || kind.equals(WordTally.WORDS);
      long count = slices.stream().mapToLong(slice -> slice.count(kind)).sum();
      plot.columns(good ? "s1" : "f" + ++failure, "%s: %,d".formatted(kind, count), columns);
    }
    plot.draw(page, title, explanation + "; each column is " + width(slices));
  }

  private static Scale seconds(List<Slice> slices) {
    return Scale.to(slices.getLast().toSeconds(), SECONDS, HtmlReport::number);
  }

  private static String width(List<Slice> slices) {
    return Times.ofMicros(1e6 * slices.getFirst().seconds());
  }

  /** The same in figures. */
  private void percentiles(List<Curve> curves) {
    page.open("table", "class", "numbers");
    page.open("tr").element("th", "percentile", "scope", "col");
    curves.forEach(curve -> page.element("th", curve.name(), "scope", "col"));
    page.close();
    for (double percentile : PERCENTILES) {
      String name = percentile == 100 ? "max" : number(percentile) + " %";
      page.open("tr").element("th", name, "scope", "row");
      curves.forEach(curve -> page.element("td", percentile(curve.micros(), percentile)));
      page.close();
    }
    page.close();
  }

  private void summary() {
    page.open("section").element("h2", "In figures").open("table");
    for (LoadSummary.Line line : LoadSummary.of(findings)) {
      page.open("tr").element("th", line.name(), "scope", "row");
      page.element("td", line.text()).close();
    }
    page.close().close();
  }

  private void occasion() {
    page.open("section").element("h2", "What was run").open("table");
    row("command", occasion.command());
    row("plan", findings.plan().description());
    row("began", DATE.format(occasion.began()));
    row("took", "%.1f s".formatted(findings.tally().seconds()));
    row("server", occasion.server().getRawAuthority());
    row("load from", occasion.machine());
    page.close().close();
  }

  private void row(String name, String text) {
    page.open("tr").element("th", name, "scope", "row").element("td", text).close();
  }

  private static String percentile(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0
        ? "none"
        : Times.ofMicros((double) micros.getValueAtPercentile(percentile));
  }

  /** Beside an axis: in the unit in which it is short. */
  private static String time(double micros) {
    if (micros <= 0) {
      return "0";
    }
    return micros < 1_000
        ? number(micros) + " µs"
        : micros < 1_000_000 ? number(micros / 1_000) + " ms" : number(micros / 1_000_000) + " s";
  }

  private static String number(double value) {
    return value >= 1_000
        ? "%,.0f".formatted(value)
        : new BigDecimal(value, new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
