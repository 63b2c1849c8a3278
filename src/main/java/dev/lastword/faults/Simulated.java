package dev.lastword.faults;

import dev.lastword.faults.Fault.Outcome;
import dev.lastword.simulation.Breach.Kind;
import dev.lastword.simulation.Simulation;
import java.util.List;
import java.util.Locale;

/** Ledger, committer, store and crashes in one thread, seed after seed. */
final class Simulated {

  private static final int SEEDS_A_ROUND = 100;

  private Simulated() {}

  static Fault fault() {
    return new Fault(
        "simulation",
        "ledger, committer, store and crashes in one thread, a seed a round",
        rounds -> SEEDS_A_ROUND * rounds,
        Simulated::run);
  }

  /** The columns count seeds here, not units. */
  private static Outcome run(int seeds, long firstSeed) {
    Simulation.Report report =
        Simulation.runAll(firstSeed, seeds, Simulation.MAX_STEPS, verdict -> {});
    List<String> breaches =
        report
            .first()
            .map(failed ->
                List.of(
                    "seed %d: %s; %s%n      %s"
                        .formatted(
                            failed.seed(),
                            failed.breach(),
                            report.breaches(),
                            String.join("\n      ", failed.trace()))))
            .orElse(List.of());
    return Outcome.of(
        seeds,
        new Verdict(
            report.counts().charges() + report.counts().credits(),
            report.breaches(Kind.LOST) + report.breaches(Kind.UNPAID),
            report.breaches(Kind.DOUBLED),
            report.breaches(Kind.OVERSPENT),
            report.breaches(Kind.LEAKED) + report.breaches(Kind.UNEXPLAINED),
            report.breaches(Kind.UNDELIVERED),
            breaches),
        String.format(
            Locale.ROOT,
            "%,d steps, %,d crashes, judged after each step",
            report.counts().steps(),
            report.counts().lives() - seeds));
  }
}
