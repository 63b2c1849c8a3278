package dev.lastword.accounts;

import java.util.Locale;

/** How a charge ended. An open charge has none yet. */
public enum Outcome {
  /** Delivered whole: the meme, or the stream to its time, its word count or its stop word. */
  COMPLETED,
  /** The stream stopped at the last word its user could pay for. */
  EXHAUSTED,
  /** The client left; it paid for the words written to its connection. */
  DISCONNECTED,
  /** Generation failed: nothing was charged, or the words delivered before it did. */
  FAILED,
  /** The node died, or an operator suspended the account, in the middle. */
  INTERRUPTED,
  /** The server was told to stop before the stream had ended. */
  SHUTDOWN,
  /** The account was deleted while the stream ran. */
  DELETED,
  /** An operator lowered the balance. */
  ADJUSTED;

  /** The name at the edge and in the stores, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #word} wrote.
   *
   * @throws IllegalArgumentException if no outcome is written so
   */
  public static Outcome of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
