package dev.lastword.words;

import java.util.Optional;

/** The words and the waits of a seed: never fails, never ends. Used by one thread. */
public final class SeededWords implements WordSource {

  private final WordSequence words;
  private final Pace pace;
  private final long seed;

  /** The words of that seed at the pace of the same seed. */
  public SeededWords(Vocabulary vocabulary, long minimumMillis, long maximumMillis, long seed) {
    this.words = new WordSequence(vocabulary, seed);
    this.pace = new Pace(minimumMillis, maximumMillis, seed);
    this.seed = seed;
  }

  @Override
  public Next next(long fromNanos, long deadlineNanos) {
    return new Next.Word(words.next(), fromNanos + pace.nextWaitNanos());
  }

  @Override
  public long meanNanos() {
    return pace.meanNanos();
  }

  @Override
  public Optional<Long> seed() {
    return Optional.of(seed);
  }

  @Override
  public void close() {}
}
