package dev.lastword.words;

import java.util.Random;

/**
 * The endless sequence of words of one seed: the same seed gives the same words, on every machine
 * and in every year, because {@link Random} specifies its algorithm (D. E. Knuth, "The Art of
 * Computer Programming", volume 2, section 3.2.1). Not safe for use by several threads.
 */
public final class WordSequence {

  private final Vocabulary vocabulary;
  private final Random random;

  /** The sequence from its beginning; every {@code long} is a seed. */
  public WordSequence(Vocabulary vocabulary, long seed) {
    this.vocabulary = vocabulary;
    this.random = new Random(seed);
  }

  /** The next word; there always is one. */
  public String next() {
    return vocabulary.word(random.nextInt(vocabulary.size()));
  }
}
