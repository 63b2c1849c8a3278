package dev.lastword.ledger;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;

/** What became of a draw. */
public sealed interface Draw {
  /**
   * @param units paid and durable
   * @param balance what was left on the meter right after
   */
  record Paid(long units, long balance) implements Draw {}

  /** Nothing was paid. */
  record Insufficient(Meter meter, long balance, long required) implements Draw {}

  /** Nothing was paid: the account was deleted or suspended meanwhile. */
  record Ended(Outcome outcome) implements Draw {}
}
