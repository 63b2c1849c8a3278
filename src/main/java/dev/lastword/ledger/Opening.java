package dev.lastword.ledger;

import dev.lastword.accounts.Receipt;

/** What became of the wish to begin a charge. */
public sealed interface Opening {
  /** The tab must be closed, whatever happens. */
  record Opened(Tab tab) implements Opening {}

  /** The same key and request came before and was charged: answer it again, charge nothing. */
  record Replayed(Receipt receipt) implements Opening {}

  /** The same key and request is being served at this moment. */
  record StillRunning() implements Opening {}

  /** The key was used for another request. */
  record KeyUsedOtherwise() implements Opening {}

  record NoAccount() implements Opening {}

  record Suspended() implements Opening {}
}
