package dev.lastword.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/** How a run goes at a moment, in one line: what happened lately, not on average. Thread-safe. */
final class Live {

  private static final int LEAST_BAR = 5;

  private final Findings findings;

  Live(Findings findings) {
    this.findings = findings;
  }

  /**
   * For a line that is written over and over.
   *
   * @param atNanos since the run began
   * @param spanNanos lately is about so long
   * @param width of the line, in characters
   */
  String bar(long atNanos, long spanNanos, int width) {
    double share = share(atNanos);
    String before = "%3.0f %% [".formatted(Math.floor(100 * share));
    String after =
        "] %d s  %s".formatted(TimeUnit.NANOSECONDS.toSeconds(atNanos), now(atNanos, spanNanos));
    int room = Math.max(LEAST_BAR, width - before.length() - after.length());
    int done = (int) (share * room);
    String line = before + "=".repeat(done) + " ".repeat(room - done) + after;
    return line.substring(0, Math.min(width, line.length()));
  }

  /** For a log, where each line stands for itself. */
  String line(long atNanos, long spanNanos) {
    return "after %d s (%.0f %%): %s"
        .formatted(
            TimeUnit.NANOSECONDS.toSeconds(atNanos),
            Math.floor(100 * share(atNanos)),
            now(atNanos, spanNanos));
  }

  private String now(long atNanos, long spanNanos) {
    WordTally words = findings.words();
    String rate;
    Timeline.Slice lately;
    if (words == null) {
      lately = findings.tally().timeline().last(atNanos, spanNanos);
      rate = "%,.0f requests/s, ".formatted(lately.perSecond(Tally.GOOD));
    } else {
      lately = words.arrivals().last(atNanos, spanNanos);
      rate = "%,.0f words/s, late ".formatted(lately.perSecond(WordTally.WORDS));
    }
    long failed = findings.tally().requests() - findings.tally().good();
    return rate + percentiles(lately.micros()) + ", %,d failed".formatted(failed);
  }

  private static String percentiles(AbstractHistogram micros) {
    return micros.getTotalCount() == 0
        ? "p50 -, p99 -"
        : "p50 %s, p99 %s"
            .formatted(
                Times.ofMicros((double) micros.getValueAtPercentile(50)),
                Times.ofMicros((double) micros.getValueAtPercentile(99)));
  }

  /** How much of the run is done, by whatever ends it first; 0 to 1. */
  private double share(long atNanos) {
    LoadPlan plan = findings.plan();
    double share = 0;
    if (plan.duration() != null) {
      // The last requests begin when the time is over.
      share = atNanos / 1e9 / (plan.duration().toNanos() / 1e9 + plan.meanSeconds());
    }
    if (plan.bounded()) {
      share = Math.max(share, (double) findings.tally().requests() / plan.requests());
      share = Math.max(share, wordsShare(plan, findings.words()));
    }
    return Math.min(share, 1);
  }

  private static double wordsShare(LoadPlan plan, @Nullable WordTally tally) {
    return tally != null
            && plan.product() instanceof LoadPlan.Product.Words words
            && words.maxWords() != null
        ? (double) tally.received() / words.maxWords() / plan.requests()
        : 0;
  }
}
