package dev.lastword.simulation;

import java.util.List;

/** What became of one seed. */
public sealed interface Verdict {

  long seed();

  Counts counts();

  /**
   * What happened in it.
   *
   * @param steps slices that were run, after each of which everything was judged
   * @param lives of the process: one more than it crashed
   * @param charges that were acknowledged
   * @param words that were delivered
   * @param credits that were acknowledged
   */
  record Counts(long steps, long lives, long charges, long words, long credits) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          steps + other.steps,
          lives + other.lives,
          charges + other.charges,
          words + other.words,
          credits + other.credits);
    }
  }

  /** Every promise was kept. */
  record Passed(long seed, Counts counts) implements Verdict {}

  /**
   * One was not.
   *
   * @param trace all that happened, step by step; the same at every run of the seed
   */
  record Failed(long seed, Counts counts, Breach breach, List<String> trace) implements Verdict {}
}
