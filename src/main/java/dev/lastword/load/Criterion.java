package dev.lastword.load;

import java.util.ArrayList;
import java.util.List;

/** What a load run is judged by. */
enum Criterion {
  SUCCESS("success over 95 %"),
  REQUESTS("over 50 requests/s"),
  MEAN("mean under 30 s"),
  MEMES("memes over 100 requests/s"),
  EXACT("every word came, and was charged for");

  private static final double SUCCESS_SHARE = 0.95;
  private static final double REQUESTS_PER_SECOND = 50;
  private static final double MEMES_PER_SECOND = 100;
  private static final double MEAN_SECONDS = 30;

  /** A rate over less time than this is chance. */
  private static final double SHORTEST_SECONDS = 1;

  private final String text;

  Criterion(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** How a run stands to one criterion. */
  sealed interface Verdict {
    Criterion criterion();

    record Met(Criterion criterion, String found) implements Verdict {}

    record Missed(Criterion criterion, String found) implements Verdict {}

    /** The options decide, or chance, and not the server. */
    record NotJudged(Criterion criterion, String why) implements Verdict {}
  }

  /** The verdicts on all criteria that are about this product. */
  static List<Verdict> judge(Findings findings) {
    LoadPlan plan = findings.plan();
    Tally tally = findings.tally();
    List<Verdict> verdicts = new ArrayList<>();
    verdicts.add(
        verdict(
            SUCCESS,
            tally.successShare() > SUCCESS_SHARE,
            "%.2f %%".formatted(100 * tally.successShare())));
    verdicts.add(rate(REQUESTS, REQUESTS_PER_SECOND, plan, tally));
    verdicts.add(mean(plan, tally));
    if (plan.product() instanceof LoadPlan.Product.Memes) {
      verdicts.add(rate(MEMES, MEMES_PER_SECOND, plan, tally));
    }
    if (findings.words() != null) {
      verdicts.add(exact(findings.words()));
    }
    return verdicts;
  }

  private static Verdict rate(Criterion criterion, double more, LoadPlan plan, Tally tally) {
    double most = plan.mostRequestsPerSecond();
    if (most <= more) {
      return new Verdict.NotJudged(
          criterion,
          "not reachable with these options, which allow %,.1f requests/s at most".formatted(most));
    }
    double rate = tally.requestsPerSecond();
    if (rate <= more && tally.seconds() < SHORTEST_SECONDS && tally.good() > 0) {
      return new Verdict.NotJudged(criterion, "less than a second of load is no measure");
    }
    return verdict(criterion, rate > more, "%,.1f requests/s".formatted(rate));
  }

  private static Verdict mean(LoadPlan plan, Tally tally) {
    double least = plan.meanSeconds();
    if (least >= MEAN_SECONDS) {
      return new Verdict.NotJudged(
          MEAN,
          "not reachable with these options, by which a request takes %.1f s on average"
              .formatted(least));
    }
    return verdict(
        MEAN,
        tally.good() > 0 && tally.meanSeconds() < MEAN_SECONDS,
        tally.good() > 0 ? Times.ofMicros(1e6 * tally.meanSeconds()) : "nothing succeeded");
  }

  private static Verdict exact(WordTally words) {
    return verdict(
        EXACT,
        words.lost() == 0 && words.misCharged() == 0,
        "%,d words lost, %,d streams charged for other than what came"
            .formatted(words.lost(), words.misCharged()));
  }

  private static Verdict verdict(Criterion criterion, boolean met, String found) {
    return met ? new Verdict.Met(criterion, found) : new Verdict.Missed(criterion, found);
  }
}
