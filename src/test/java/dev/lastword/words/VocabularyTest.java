package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class VocabularyTest {

  private final Vocabulary vocabulary = Vocabulary.load();

  @Test
  void thereAreAThousandDifferentWordsOfPlainLetters() {
    List<String> words = IntStream.range(0, vocabulary.size()).mapToObj(vocabulary::word).toList();
    assertThat(words)
        .hasSizeGreaterThanOrEqualTo(1_000)
        .doesNotHaveDuplicates()
        .allSatisfy(word -> assertThat(word).matches("[a-z]+"));
  }

  @Test
  void thereIsNoWordBeyondTheEnds() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> vocabulary.word(-1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> vocabulary.word(vocabulary.size()));
  }
}
