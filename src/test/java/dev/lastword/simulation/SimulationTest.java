package dev.lastword.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class SimulationTest {

  private static final int SEEDS = 1_500;

  @Test
  void promises1To9HoldInEverySeed() {
    Simulation.Report report = Simulation.runAll(1, SEEDS, Simulation.MAX_STEPS, verdict -> {});

    assertThat(report.first()).isEmpty();
    assertThat(report.breaches()).isEmpty();
    assertThat(report.seeds()).isEqualTo(SEEDS);
    // It is no proof if nothing happened.
    assertThat(report.counts().lives()).isGreaterThan(2 * SEEDS);
    assertThat(report.counts().charges()).isGreaterThan(4 * SEEDS);
    assertThat(report.counts().words()).isGreaterThan(4 * SEEDS);
    assertThat(report.counts().credits()).isGreaterThan(SEEDS);
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = 1; seed <= 50; seed++) {
      List<String> once = trace(seed);
      assertThat(trace(seed)).isEqualTo(once).isNotEmpty();
    }
    assertThat(trace(1)).isNotEqualTo(trace(2));
  }

  private static List<String> trace(long seed) {
    Run run = new Run(seed, Simulation.MAX_STEPS, true);
    assertThat(run.verdict()).isInstanceOf(Verdict.Passed.class);
    return run.trace();
  }

  @Test
  void aRunThatIsCutShortStillEndsInOrder() {
    assertThat(Simulation.run(1, 20)).isInstanceOf(Verdict.Passed.class);
  }
}
