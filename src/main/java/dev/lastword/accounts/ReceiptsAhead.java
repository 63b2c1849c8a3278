package dev.lastword.accounts;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Receipts that have arrived and whose settlement has not. They are no part of the books: nothing
 * counts until {@link Accounts#settle} has them all. Each act is durable when it returns, and may
 * be repeated.
 */
public interface ReceiptsAhead {

  /** Keeps receipts until their settlement comes; those that are there already stay. */
  void keepAhead(Collection<ReceiptAhead> receipts, Instant now);

  /** Those of the receipts that are kept, in any order. */
  List<ReceiptAhead> ahead(Collection<ReceiptAhead.Key> keys);

  /** Their settlement was applied. */
  void forgetAhead(Collection<ReceiptAhead.Key> keys);

  /** Forgets what was kept before that time: its settlement never came. */
  void forgetAheadBefore(Instant time);
}
