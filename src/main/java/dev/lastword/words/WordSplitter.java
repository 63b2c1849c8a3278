package dev.lastword.words;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes words of pieces of text whose boundaries mean nothing: a word is what stands between
 * whitespace. Control characters are left out, halves of characters marked, and what is longer than
 * {@value #MAX_CHARACTERS} is several words. Not safe for use by several threads.
 */
final class WordSplitter {

  /** UTF-16 units of a word. */
  static final int MAX_CHARACTERS = 100;

  private final boolean literal;
  private final Deque<String> words = new ArrayDeque<>();
  private final StringBuilder space = new StringBuilder();
  private final StringBuilder word = new StringBuilder();

  /** One that gives words alone. */
  WordSplitter() {
    this(false);
  }

  /**
   * One that perhaps keeps the text as it is.
   *
   * @param literal whether a word is given with the whitespace that stands before it
   */
  WordSplitter(boolean literal) {
    this.literal = literal;
  }

  /** Adds what comes next. */
  void add(String text) {
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
        end();
        if (literal) {
          space.append(character);
        }
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
      words.add(space + whole(word));
      space.setLength(0);
      word.setLength(0);
    }
  }

  /** The next word that is complete; null if none is. */
  @Nullable String poll() {
    return words.poll();
  }

  /** All words that are left, when nothing more comes. */
  List<String> rest() {
    end();
    List<String> rest = List.copyOf(words);
    words.clear();
    return rest;
  }

  private static String whole(CharSequence text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .map(one -> Character.getType(one) == Character.SURROGATE ? '\uFFFD' : one)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
