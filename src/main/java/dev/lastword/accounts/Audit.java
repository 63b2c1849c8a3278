package dev.lastword.accounts;

import java.util.List;

/**
 * What an audit of the system of record found.
 *
 * @param accounts living and deleted
 * @param receipts of all accounts, open ones included
 * @param discrepancies one sentence each; empty when every unit is explained
 */
public record Audit(long accounts, long receipts, List<String> discrepancies) {

  public Audit {
    discrepancies = List.copyOf(discrepancies);
  }
}
