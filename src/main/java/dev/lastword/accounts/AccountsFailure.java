package dev.lastword.accounts;

/**
 * The system of record could not be asked or could not be written: an infrastructure fault, never
 * an answer about money.
 */
public final class AccountsFailure extends RuntimeException {

  public AccountsFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
