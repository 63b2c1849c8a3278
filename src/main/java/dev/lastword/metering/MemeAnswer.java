package dev.lastword.metering;

import dev.lastword.pictures.Picture;
import org.jspecify.annotations.Nullable;

/** What a request for a meme gets. */
public sealed interface MemeAnswer {
  /**
   * Paid and made.
   *
   * @param charged units of tokens
   * @param balance tokens left
   * @param replayed whether it was sold before, under the same key
   * @param picture null where the text alone was asked for
   */
  record Sold(
      Meme meme,
      String chargeId,
      long charged,
      long balance,
      boolean replayed,
      @Nullable Picture picture)
      implements MemeAnswer {}

  record Refused(Refusal refusal) implements MemeAnswer {}
}
