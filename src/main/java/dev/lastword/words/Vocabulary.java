package dev.lastword.words;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The words that streams are made of: common English ones, a to z only, each once. Immutable and
 * safe for use by many threads.
 *
 * <p>The list is a promise: to add, remove or move a word in {@code words.txt} changes what every
 * seed gives.
 */
public final class Vocabulary {

  private static final String RESOURCE = "words.txt";

  private final List<String> words;

  private Vocabulary(List<String> words) {
    this.words = words;
  }

  /**
   * Reads the list that comes with the program.
   *
   * @throws IllegalStateException if it is missing or cannot be read
   */
  public static Vocabulary load() {
    try (InputStream resource = Vocabulary.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      return new Vocabulary(new String(resource.readAllBytes(), UTF_8).lines().toList());
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " cannot be read", e);
    }
  }

  /**
   * One word.
   *
   * @param index 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException for any other index
   */
  public String word(int index) {
    return words.get(index);
  }

  /** How many words there are: more than a thousand. */
  public int size() {
    return words.size();
  }
}
