package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TranscriptTest {

  private static final Vocabulary VOCABULARY = Vocabulary.load();

  @Test
  void whatIsEncodedIsReadAgain() {
    for (Transcript one :
        List.of(
            new Transcript.Seed(-7),
            new Transcript.Text(List.of()),
            new Transcript.Text(List.of("=", "?", "7")),
            new Transcript.Unknown())) {
      assertThat(Transcript.decoded(one.encoded())).isEqualTo(one);
    }
    assertThat(Transcript.decoded("42"))
        .as("receipts of earlier versions")
        .isEqualTo(new Transcript.Seed(42));
  }

  @Test
  void aSeedGivesItsWordsUpToTheStopWord() {
    List<String> words = new Transcript.Seed(7).words(VOCABULARY, 9, null);

    assertThat(words).hasSize(9);
    assertThat(new Transcript.Seed(7).words(VOCABULARY, 9, words.get(5)))
        .isEqualTo(words.subList(0, 5));
    assertThat(new Transcript.Unknown().words(VOCABULARY, 9, null)).isEmpty();
  }

  @Test
  void aTextIsKeptUpToItsLimit() {
    Transcript.Recorder recorder = new Transcript.Recorder(false);
    for (int i = 0; i < 100_000; i++) {
      recorder.add(i % 2 == 0 ? "wörd" : "x");
    }
    recorder.add("late");

    String encoded = recorder.transcript(false).encoded();

    assertThat(encoded.getBytes(StandardCharsets.UTF_8).length)
        .isBetween(Transcript.Recorder.MAX_BYTES - 8, Transcript.Recorder.MAX_BYTES);
    assertThat(encoded).startsWith("=wörd x wörd x ").doesNotContain("late");
  }

  @Test
  void anAnswerIsKeptToTheLetterAndSaysWhetherItWasCut() {
    for (boolean cut : new boolean[] {false, true}) {
      Transcript.Recorder recorder = new Transcript.Recorder(true);
      List<String> words = List.of("one", "\n\n\ttwo", "  " + "x".repeat(100), "yz");
      words.forEach(recorder::add);

      Transcript again = Transcript.decoded(recorder.transcript(cut).encoded());

      assertThat(again).isEqualTo(new Transcript.Literal(words, cut));
      assertThat(again.literally(VOCABULARY, 9)).isEqualTo(words);
      assertThat(again.literally(VOCABULARY, 2)).containsExactly("one", "\n\n\ttwo");
      assertThat(again.text(VOCABULARY, 9, 2)).isEqualTo("one\n\n\ttwo");
    }
    assertThat(new Transcript.Seed(7).literally(VOCABULARY, 3).get(1)).startsWith(" ");
  }

  @Test
  void whatALaterVersionWroteIsUnknown() {
    assertThat(Transcript.decoded("%5")).isEqualTo(new Transcript.Unknown());
    assertThat(Transcript.decoded("-5")).isEqualTo(new Transcript.Seed(-5));
  }
}
