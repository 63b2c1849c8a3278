package dev.lastword.ledger;

/** The ledger could not make a charge durable, so it is not known to have happened. */
public final class LedgerFailure extends RuntimeException {

  public LedgerFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** One of many for the same reason: it says so, and not where. */
  public LedgerFailure(String message) {
    super(message, null, false, false);
  }
}
