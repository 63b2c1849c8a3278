package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.load.Criterion.Verdict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CriterionTest {

  private static final LoadPlan MEMES = LoadPlanTest.plan(LoadPlanTest.MEMES, "--full");

  private static List<Verdict> judge(LoadPlan plan, Tally tally) {
    return Criterion.judge(new Findings(plan, tally, null));
  }

  /** So many good and bad answers, each of that latency, in a run of that length. */
  private static Tally tally(int good, int bad, long latencyMillis, long runMillis) {
    Tally tally = new Tally();
    for (int request = 0; request < good + bad; request++) {
      tally.add(
          Reply.answered(request < good ? 200 : 429),
          TimeUnit.MILLISECONDS.toNanos(latencyMillis),
          TimeUnit.MILLISECONDS.toNanos(runMillis));
    }
    return tally;
  }

  @Test
  void aGoodRunMeetsAllFour() {
    assertThat(judge(MEMES, tally(1_000, 0, 20, 5_000)))
        .containsExactly(
            new Verdict.Met(Criterion.SUCCESS, "100.00 %"),
            new Verdict.Met(Criterion.REQUESTS, "200.0 requests/s"),
            new Verdict.Met(Criterion.MEAN, "20 ms"),
            new Verdict.Met(Criterion.MEMES, "200.0 requests/s"));
  }

  @Test
  void ninetyFivePercentIsNotOverIt() {
    assertThat(judge(MEMES, tally(950, 50, 20, 5_000)))
        .contains(new Verdict.Missed(Criterion.SUCCESS, "95.00 %"));
    assertThat(judge(MEMES, tally(951, 49, 20, 5_000)))
        .contains(new Verdict.Met(Criterion.SUCCESS, "95.10 %"));
  }

  @Test
  void refusalsMakeNoRate() {
    assertThat(judge(MEMES, tally(0, 10_000, 1, 1_500)))
        .containsExactly(
            new Verdict.Missed(Criterion.SUCCESS, "0.00 %"),
            new Verdict.Missed(Criterion.REQUESTS, "0.0 requests/s"),
            new Verdict.Missed(Criterion.MEAN, "nothing succeeded"),
            new Verdict.Missed(Criterion.MEMES, "0.0 requests/s"));
  }

  @Test
  void aRateBetweenTheTwoMissesOne() {
    List<Verdict> verdicts = judge(MEMES, tally(150, 0, 20, 2_000));
    assertThat(verdicts)
        .contains(
            new Verdict.Met(Criterion.REQUESTS, "75.0 requests/s"),
            new Verdict.Missed(Criterion.MEMES, "75.0 requests/s"));
  }

  @Test
  void aRateOfLessThanASecondIsNotHeldAgainstTheServer() {
    assertThat(judge(MEMES, tally(50, 0, 20, 900)))
        .contains(
            new Verdict.NotJudged(Criterion.MEMES, "less than a second of load is no measure"));
  }

  @Test
  void whatTheOptionsRuleOutIsNotJudged() {
    LoadPlan minutes = LoadPlanTest.plan(LoadPlanTest.words(null), "--full");
    assertThat(judge(minutes, tally(5_000, 0, 60_000, 3_000_000)))
        .satisfiesExactly(
            success -> assertThat(success).isInstanceOf(Verdict.Met.class),
            rate -> assertThat(rate).isInstanceOf(Verdict.NotJudged.class),
            mean -> assertThat(mean).isInstanceOf(Verdict.NotJudged.class));
  }

  @Test
  void theMeanIsMissedWhereItCouldBeMet() {
    assertThat(judge(MEMES, tally(5_000, 0, 31_000, 40_000)))
        .contains(new Verdict.Missed(Criterion.MEAN, "31.00 s"));
  }

  @Test
  void aWordThatDidNotComeOrWasNotChargedMissesARunOfWords() {
    LoadPlan plan = LoadPlanTest.plan(LoadPlanTest.words(3L), "");
    WordTally words = new WordTally();
    words.ended(3, 3, 3);
    assertThat(Criterion.judge(new Findings(plan, tally(1, 0, 20, 900), words)))
        .contains(
            new Verdict.Met(
                Criterion.EXACT, "0 words lost, 0 streams charged for other than what came"));

    words.ended(3, 5, 4);
    assertThat(Criterion.judge(new Findings(plan, tally(2, 0, 20, 900), words)))
        .contains(
            new Verdict.Missed(
                Criterion.EXACT, "2 words lost, 1 streams charged for other than what came"));
  }
}
