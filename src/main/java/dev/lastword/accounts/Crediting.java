package dev.lastword.accounts;

/** What became of a request to add units. */
public sealed interface Crediting {
  record Credited(Credit credit) implements Crediting {}

  /** The same key and request came before: the credit that was made then. */
  record AlreadyCredited(Credit credit) implements Crediting {}

  record NoAccount() implements Crediting {}

  /** The total would pass {@link Accounts#maximumBalance}. */
  record TooMuch() implements Crediting {}

  /** The key was used for another request. */
  record KeyUsedOtherwise() implements Crediting {}
}
