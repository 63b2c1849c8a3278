package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Words are the same wherever the pieces of a text end. */
final class WordSplitterTest {

  private static List<String> split(List<String> pieces) {
    WordSplitter splitter = new WordSplitter();
    List<String> words = new ArrayList<>();
    for (String piece : pieces) {
      splitter.add(piece);
      drain(splitter, words);
    }
    splitter.end();
    drain(splitter, words);
    return words;
  }

  private static void drain(WordSplitter splitter, List<String> words) {
    for (String word = splitter.poll(); word != null; word = splitter.poll()) {
      words.add(word);
    }
  }

  @Test
  void thePiecesBoundariesMeanNothing() {
    String text =
        "  Once\tupon\r\n\na\u00a0time \ud83d\ude00\ud83d\ude00 \u4f60\u597d \ud83d x\u0007y "
            + "\ud83d\ude00".repeat(130)
            + " end";
    List<String> whole = split(List.of(text));
    assertThat(whole)
        .startsWith("Once", "upon", "a", "time", "\ud83d\ude00\ud83d\ude00", "\u4f60\u597d")
        .contains("\ufffd", "xy")
        .endsWith("end")
        .allMatch(word -> word.length() <= WordSplitter.MAX_CHARACTERS + 1)
        .noneMatch(word -> word.isBlank());
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      List<String> pieces = new ArrayList<>();
      for (int from = 0; from < text.length(); ) {
        int to = Math.min(text.length(), from + random.nextInt(4));
        pieces.add(text.substring(from, to));
        from = to;
      }
      assertThat(split(pieces)).isEqualTo(whole);
    }
  }
}
