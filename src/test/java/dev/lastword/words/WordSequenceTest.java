package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class WordSequenceTest {

  private final Vocabulary vocabulary = Vocabulary.load();

  /** When this fails, words.txt was changed, and clients that repeat a seed get other words. */
  @Test
  void aSeedGivesTheSameWordsForEver() {
    assertThat(words(7, 8))
        .containsExactly("apple", "shawl", "boat", "sand", "chair", "pie", "adventure", "host");
    assertThat(words(Long.MIN_VALUE, 4)).containsExactly("green", "excellent", "dry", "present");
  }

  @Test
  void twoSequencesOfOneSeedAgree() {
    assertThat(words(123, 500)).isEqualTo(words(123, 500));
  }

  @Test
  void anotherSeedGivesOtherWords() {
    assertThat(words(1, 20)).isNotEqualTo(words(2, 20));
  }

  @Test
  void everyWordOccurs() {
    WordSequence sequence = new WordSequence(vocabulary, 1);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50 * vocabulary.size(); i++) {
      seen.add(sequence.next());
    }
    assertThat(seen).hasSize(vocabulary.size());
  }

  private List<String> words(long seed, int count) {
    return Stream.generate(new WordSequence(vocabulary, seed)::next).limit(count).toList();
  }
}
