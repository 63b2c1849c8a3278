package dev.lastword.settlement;

import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;

/**
 * Takes settlements to the system of record. What is handed in for one holder arrives in that
 * order, and a seal behind everything that was handed in before it. Thread-safe; blocks.
 */
public interface SettlementRoute {

  /**
   * Returns when the settlement is sure to arrive, or is refused because its epoch is sealed.
   *
   * @throws dev.lastword.accounts.AccountsFailure if it cannot be known whether it arrives
   */
  Settled settle(Settlement settlement);

  /** Has every epoch of the holder up to this one sealed. May be asked again. */
  void seal(String holder, long epoch);

  /**
   * Whether a settlement may still be refused after {@link #settle} took it, because a seal was
   * handed in first: then it counts only while a lease on its epoch holds.
   */
  boolean leaseDecides();
}
