package dev.lastword.metering;

/** What a request for a meme gets. */
public sealed interface MemeAnswer {
  /**
   * Paid and made.
   *
   * @param charged units of tokens
   * @param balance tokens left
   * @param replayed whether it was sold before, under the same key
   */
  record Sold(Meme meme, String chargeId, long charged, long balance, boolean replayed)
      implements MemeAnswer {}

  record Refused(Refusal refusal) implements MemeAnswer {}
}
