package dev.lastword.load;

import org.jspecify.annotations.Nullable;

/**
 * What a run does and has found so far. Thread-safe, since its tallies are.
 *
 * @param words null for a run that asks for memes
 */
record Findings(LoadPlan plan, Tally tally, @Nullable WordTally words) {

  /** Words that came, over the whole run. */
  double wordsPerSecond() {
    return words == null || tally.seconds() == 0 ? 0 : words.received() / tally.seconds();
  }
}
