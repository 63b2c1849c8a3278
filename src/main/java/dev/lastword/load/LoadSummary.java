package dev.lastword.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What a run found, in lines: the same for a terminal and for a report. */
final class LoadSummary {

  /** What a word may come late and still be in time. */
  static final long IN_TIME_MILLIS = 50;

  private final List<Line> lines = new ArrayList<>();

  private LoadSummary() {}

  /**
   * A line.
   *
   * @param name empty where it says more of what stands above it
   */
  record Line(String name, String text) {}

  static List<Line> of(Findings findings) {
    LoadSummary summary = new LoadSummary();
    summary.requests(findings.plan(), findings.tally());
    if (findings.words() != null) {
      summary.words(findings, findings.words());
    }
    return summary.lines;
  }

  private void requests(LoadPlan plan, Tally tally) {
    line("requests", "%,d, of them %,d good".formatted(tally.requests(), tally.good()));
    line("answers", counts(tally.statuses()));
    line("errors", counts(tally.errors()));
    line("success", "%.2f %%".formatted(100 * tally.successShare()));
    line(
        "rate",
        "%,.1f requests/s over %.1f s".formatted(tally.requestsPerSecond(), tally.seconds()));
    line("latency", percentiles(tally.latencies()));
    line(
        "",
        switch (plan.loop()) {
          case LoadPlan.Loop.Open _ -> "good ones, from when each was meant to start";
          case LoadPlan.Loop.Closed _ ->
              "good ones, as each worker saw them: a slow answer holds up the next request, and"
                  + " that wait is not counted; --rate counts it";
        });
  }

  private void words(Findings findings, WordTally tally) {
    line(
        "words",
        "%,d received, %,d lost; %,d streams said how they ended, %,d charged for other than what came"
            .formatted(tally.received(), tally.lost(), tally.ended(), tally.misCharged()));
    line("", "%,.1f words/s".formatted(findings.wordsPerSecond()));
    lateness("late", tally.sinceStream(), "after its time, by when its stream can have begun");
    lateness("", tally.sinceRequest(), "the same, had its stream begun when it was asked for");
  }

  private void lateness(String name, Spread spread, String what) {
    line(name, percentiles(spread.micros()));
    line(
        "",
        "%s; within %d ms: %.2f %%"
            .formatted(what, IN_TIME_MILLIS, 100 * spread.shareWithin(IN_TIME_MILLIS)));
  }

  /** How a run stands to a criterion. */
  static Line of(Criterion.Verdict verdict) {
    String criterion = verdict.criterion().text();
    return switch (verdict) {
      case Criterion.Verdict.Met(Criterion _, String found) ->
          new Line("met", criterion + ": " + found);
      case Criterion.Verdict.Missed(Criterion _, String found) ->
          new Line("MISSED", criterion + ": " + found);
      case Criterion.Verdict.NotJudged(Criterion _, String why) ->
          new Line("not judged", criterion + ": " + why);
    };
  }

  private static String percentiles(Histogram micros) {
    if (micros.getTotalCount() == 0) {
      return "none";
    }
    return "p50 %s, p90 %s, p99 %s, p99.9 %s, max %s, mean %s"
        .formatted(
            Times.ofMicros((double) micros.getValueAtPercentile(50)),
            Times.ofMicros((double) micros.getValueAtPercentile(90)),
            Times.ofMicros((double) micros.getValueAtPercentile(99)),
            Times.ofMicros((double) micros.getValueAtPercentile(99.9)),
            Times.ofMicros((double) micros.getMaxValue()),
            Times.ofMicros(micros.getMean()));
  }

  private static String counts(Map<?, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(one -> "%s: %,d".formatted(one.getKey(), one.getValue()))
            .collect(Collectors.joining(", "));
  }

  private void line(String name, String text) {
    lines.add(new Line(name, text));
  }
}
