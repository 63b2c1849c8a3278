package dev.lastword.words;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Makes words of pieces of text whose boundaries mean nothing: a word is what stands between
 * whitespace. Control characters are left out, halves of characters marked, and what is longer than
 * {@value #MAX_CHARACTERS} is several words. Not safe for use by several threads.
 */
final class WordSplitter {

  /** UTF-16 units of a word. */
  static final int MAX_CHARACTERS = 100;

  private final Deque<String> words = new ArrayDeque<>();
  private final StringBuilder word = new StringBuilder();

  /** Adds what comes next. */
  void add(String text) {
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
        end();
      } else if (!Character.isISOControl(character)) {
        if (word.length() >= MAX_CHARACTERS && !Character.isLowSurrogate(character)) {
          end();
        }
        word.append(character);
      }
    }
  }

  /** What has been added so far ends here. */
  void end() {
    if (!word.isEmpty()) {
      words.add(whole(word.toString()));
      word.setLength(0);
    }
  }

  /** The next word that is complete; null if none is. */
  @Nullable String poll() {
    return words.poll();
  }

  private static String whole(String text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .map(one -> Character.getType(one) == Character.SURROGATE ? '\uFFFD' : one)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
