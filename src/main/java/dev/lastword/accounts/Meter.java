package dev.lastword.accounts;

import java.util.Locale;
import java.util.Optional;

/** What is counted. Units are whole and never fractions. */
public enum Meter {
  /** Fixed price: one meme costs a known number of tokens, paid and delivered in one step. */
  TOKENS(false),
  /** Metered: a stream pays for its words a chunk at a time. */
  WORDS(true);

  private final boolean metered;

  Meter(boolean metered) {
    this.metered = metered;
  }

  /**
   * Whether a charge grows while it is delivered; a fixed price that was never closed is
   * undelivered.
   */
  public boolean metered() {
    return metered;
  }

  /** The name at the edge and in the stores: {@code tokens}, {@code words}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Meter> parse(String word) {
    for (Meter meter : values()) {
      if (meter.word().equals(word)) {
        return Optional.of(meter);
      }
    }
    return Optional.empty();
  }
}
