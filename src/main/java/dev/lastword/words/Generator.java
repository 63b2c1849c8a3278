package dev.lastword.words;

/** Makes a source of words for each stream. Thread-safe. */
@FunctionalInterface
public interface Generator {

  /** A source that has not begun: nothing is asked of anybody before its first word is. */
  WordSource begin(Brief brief);
}
