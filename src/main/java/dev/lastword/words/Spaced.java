package dev.lastword.words;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Bare words as an answer to the letter: with a space before each but the first. */
public final class Spaced implements WordSource {

  private final WordSource words;
  private boolean begun;

  public Spaced(WordSource words) {
    this.words = words;
  }

  /** The same of words that are known already. */
  static List<String> apart(List<String> words) {
    return IntStream.range(0, words.size())
        .mapToObj(index -> index == 0 ? words.get(index) : " " + words.get(index))
        .toList();
  }

  @Override
  public Next next(long fromNanos, long deadlineNanos) {
    Next next = words.next(fromNanos, deadlineNanos);
    if (begun && next instanceof Next.Word(String text, long dueNanos)) {
      return new Next.Word(" " + text, dueNanos);
    }
    begun = true;
    return next;
  }

  @Override
  public long meanNanos() {
    return words.meanNanos();
  }

  @Override
  public Optional<Long> seed() {
    return words.seed();
  }

  @Override
  public void close() {
    words.close();
  }
}
