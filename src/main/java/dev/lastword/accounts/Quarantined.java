package dev.lastword.accounts;

import java.time.Instant;

/**
 * A message of the settlement queue that no worker could read. Nobody knows whom it concerned, so
 * everything behind it of its holder waits until an operator has decided.
 *
 * @param id the queue's own name for the message: the same when it is delivered again
 * @param holder whose group it came in
 * @param body the message as it came
 * @param reason one sentence: what could not be read
 * @param at when it was set aside, to the millisecond
 */
public record Quarantined(
    String id, String holder, String body, String reason, Instant at, State state) {

  /** What becomes of it. Decided ones are kept, so that a late redelivery is recognized. */
  public enum State {
    /** For an operator. What is behind it waits. */
    WAITING,
    /** An operator wants it read again. What is behind it still waits. */
    RELEASED,
    /** It was read and applied after all. */
    SETTLED,
    /** An operator gave it up. */
    DISCARDED;

    /** Whether what is behind it waits. */
    public boolean holds() {
      return this == WAITING || this == RELEASED;
    }
  }
}
