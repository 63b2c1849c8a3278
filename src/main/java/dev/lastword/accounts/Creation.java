package dev.lastword.accounts;

/** What became of a request for a new account. */
public sealed interface Creation {
  record Created(Account account) implements Creation {}

  /** The same key and request came before: the account as it was made then. */
  record AlreadyCreated(Account account) implements Creation {}

  /** A living account has the id. */
  record Exists() implements Creation {}

  /** The key was used for another request. */
  record KeyUsedOtherwise() implements Creation {}
}
