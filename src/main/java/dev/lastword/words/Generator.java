package dev.lastword.words;

import org.jspecify.annotations.Nullable;

/** Makes a source of words for each stream. Thread-safe. */
@FunctionalInterface
public interface Generator {

  /**
   * A source that has not begun: nothing is asked of anybody before its first word is.
   *
   * @param seed the same one gives the same words, as far as the generator can; null for any
   * @param maxWords how many are wanted at most; null if that is open
   */
  WordSource begin(@Nullable Long seed, @Nullable Long maxWords);
}
