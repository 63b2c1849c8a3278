package dev.lastword.words;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What it takes to give a stream's words again; a receipt keeps it, encoded. Immutable. */
public sealed interface Transcript {

  /** How an answer to the letter begins, whole or cut. */
  String COMPLETE = "~";

  String CUT = "^";
  Pattern SEED = Pattern.compile("-?\\d{1,18}");

  /** A seed gives them all. */
  record Seed(long seed) implements Transcript {}

  /** These are they, or the first of them. */
  record Text(List<String> words) implements Transcript {}

  /**
   * These are they to the letter, each with the whitespace before it.
   *
   * @param cut whether there would have been more
   */
  record Literal(List<String> words, boolean cut) implements Transcript {}

  /** They were not kept: the process died before the stream ended. */
  record Unknown() implements Transcript {}

  /** What a receipt keeps. */
  default String encoded() {
    return switch (this) {
      case Seed(long seed) -> Long.toString(seed);
      case Text(List<String> words) -> "=" + String.join(" ", words);
      case Literal(List<String> words, boolean cut) ->
          (cut ? CUT : COMPLETE) + String.join("", words);
      case Unknown _ -> "?";
    };
  }

  /** Reads what {@link #encoded} wrote, or a later version's: what that means is unknown. */
  static Transcript decoded(String encoded) {
    if (encoded.startsWith("=")) {
      return new Text(encoded.length() == 1 ? List.of() : List.of(encoded.substring(1).split(" ")));
    }
    if (encoded.startsWith(COMPLETE) || encoded.startsWith(CUT)) {
      WordSplitter words = new WordSplitter(true);
      words.add(encoded.substring(1));
      return new Literal(words.rest(), encoded.startsWith(CUT));
    }
    return SEED.matcher(encoded).matches() ? new Seed(Long.parseLong(encoded)) : new Unknown();
  }

  /**
   * The words again, as far as they are known.
   *
   * @param charged how many there were
   * @param stop where they end all the same: what a crash cut may have paid for its stop word,
   *     which is not sent
   */
  default List<String> words(Vocabulary vocabulary, long charged, @Nullable String stop) {
    return switch (this) {
      case Seed(long seed) -> {
        WordSequence sequence = new WordSequence(vocabulary, seed);
        List<String> words = new ArrayList<>();
        for (String word = sequence.next();
            words.size() < charged && !word.equals(stop);
            word = sequence.next()) {
          words.add(word);
        }
        yield words;
      }
      case Text(List<String> words) -> words;
      case Literal(List<String> words, boolean _) -> words.stream().map(String::strip).toList();
      case Unknown _ -> List.of();
    };
  }

  /**
   * The answer to a question again, word by word, as far as it is known.
   *
   * @param charged no more than these were paid for
   */
  default List<String> literally(Vocabulary vocabulary, long charged) {
    List<String> words =
        this instanceof Literal(List<String> literal, boolean _)
            ? literal
            : Spaced.apart(words(vocabulary, charged, null));
    return words.subList(0, (int) Math.min(words.size(), charged));
  }

  /**
   * The words as they were sent, with spaces between.
   *
   * @param charged how many there were
   * @param maxWords no more are wanted
   */
  default String text(Vocabulary vocabulary, long charged, int maxWords) {
    long most = Math.min(charged, maxWords);
    return String.join("", literally(vocabulary, most));
  }

  /** Writes a text while it is delivered. Not safe for use by several threads. */
  final class Recorder {

    /** Of a receipt, in UTF-8, what a column {@code TEXT} holds: what comes after is not kept. */
    static final int MAX_BYTES = 65_535;

    private final boolean literal;
    private final List<String> words = new ArrayList<>();
    private int bytes = 1;
    private boolean full;

    /**
     * Nothing was delivered yet.
     *
     * @param literal whether words come with the whitespace before them
     */
    public Recorder(boolean literal) {
      this.literal = literal;
    }

    /** That word was delivered. */
    public void add(String word) {
      bytes += word.getBytes(UTF_8).length + 1;
      full |= bytes > MAX_BYTES;
      if (!full) {
        words.add(word);
      }
    }

    /**
     * What was delivered so far.
     *
     * @param cut whether there would have been more
     */
    public Transcript transcript(boolean cut) {
      return literal ? new Literal(List.copyOf(words), cut) : new Text(List.copyOf(words));
    }
  }
}
