package dev.lastword.simulation;

import dev.lastword.simulation.Breach.Kind;
import dev.lastword.simulation.Verdict.Counts;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Ledger, committer, store and crashes in the calling thread, from one seed: the ledger's code is
 * the real one, its threads are virtual ones that run a slice at a time in an order drawn from the
 * seed, its clock and its store are simulated. The same seed is the same run. Safe to call from
 * several platform threads; not from a virtual one.
 *
 * <p>Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}, which {@code ./lastword faults}
 * gives.
 */
public final class Simulation {

  /** Slices after which a run takes no new requests; few come that far. */
  public static final int MAX_STEPS = 5_000;

  private Simulation() {}

  /**
   * What became of many seeds.
   *
   * @param breaches failed seeds by what failed; kinds that did not are absent
   * @param first the first that failed, with its trace
   */
  public record Report(
      long seeds, Counts counts, Map<Kind, Long> breaches, Optional<Verdict.Failed> first) {

    /** How many seeds failed so. */
    public long breaches(Kind kind) {
      return breaches.getOrDefault(kind, 0L);
    }
  }

  /**
   * Runs one seed; one that fails is run once more for its trace.
   *
   * @throws IllegalStateException if java.lang is not open
   */
  public static Verdict run(long seed, int maxSteps) {
    Verdict verdict = run(seed, maxSteps, false);
    return verdict instanceof Verdict.Failed ? run(seed, maxSteps, true) : verdict;
  }

  static Verdict run(long seed, int maxSteps, boolean traced) {
    return new Run(seed, maxSteps, traced).verdict();
  }

  /**
   * Runs that many seeds, beginning with the first.
   *
   * @param each is told of every verdict
   * @throws IllegalStateException if java.lang is not open
   */
  public static Report runAll(long firstSeed, int seeds, int maxSteps, Consumer<Verdict> each) {
    Counts counts = Counts.NONE;
    Map<Kind, Long> breaches = new EnumMap<>(Kind.class);
    Verdict.Failed first = null;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      Verdict verdict = run(seed, maxSteps, false);
      counts = counts.plus(verdict.counts());
      if (verdict instanceof Verdict.Failed failed) {
        breaches.merge(failed.breach().kind(), 1L, Long::sum);
        if (first == null && run(seed, maxSteps, true) instanceof Verdict.Failed traced) {
          first = traced;
        }
      }
      each.accept(verdict);
    }
    return new Report(seeds, counts, breaches, Optional.ofNullable(first));
  }
}
