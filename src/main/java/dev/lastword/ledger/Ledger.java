package dev.lastword.ledger;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import java.util.Optional;

/**
 * Decides and records every charge. Balances change here and nowhere else; what a method says was
 * paid is durable when it returns. Safe to call from many threads; blocks.
 *
 * <p>Every method throws {@link LedgerFailure}, or the store's own failure, when it cannot tell: an
 * infrastructure fault, never an answer about money.
 */
public interface Ledger extends AutoCloseable {

  /** The living account as it stands at this moment, spending in flight included. */
  Optional<Account> account(String id);

  /**
   * Takes over what an operator changed in the system of record: credits, permissions, status,
   * deletion. Once this returns, the next request and the next word see it.
   */
  void refresh(String id);

  /** Begins a charge, or says why not. Nothing is paid yet. */
  Opening open(Order order);

  /**
   * Lowers what is left on a meter to {@code target} units with a charge of outcome {@code
   * adjusted}; leaves a lower balance as it is.
   *
   * @return how many units are missing to the target, 0 or more, as of what is durable; empty if
   *     there is no such account
   */
  Optional<Long> lowerTo(String id, Meter meter, long target);

  /** Whether a charge can become durable, as far as is known without trying. */
  boolean healthy();

  /** Changes that wait to become durable. */
  int queued();

  /** How long the last commit took: what a draw waits for, in milliseconds. */
  long commitMillis();

  /** Makes everything durable that was begun, and stops. */
  @Override
  void close();
}
