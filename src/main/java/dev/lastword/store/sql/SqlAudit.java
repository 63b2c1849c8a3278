package dev.lastword.store.sql;

import dev.lastword.accounts.Audit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds everything up inside one read transaction, which must see one moment. The checks are written
 * for databases that join texts with {@code ||}.
 */
public final class SqlAudit {

  /** Enough to act on; a broken file could bring millions. */
  private static final int MAX_DISCREPANCIES = 100;

  private static final List<String> CHECKS =
      List.of(
          """
          SELECT 'account ' || a.id || ' (' || b.incarnation || '), ' || b.meter || ': spent '
                 || b.spent || ', receipts ' || coalesce(r.amount, 0)
            FROM balances b JOIN accounts a USING (incarnation)
            LEFT JOIN (SELECT incarnation, meter, sum(amount) AS amount FROM receipts
                        GROUP BY incarnation, meter) r USING (incarnation, meter)
           WHERE b.spent <> coalesce(r.amount, 0)
          """,
          """
          SELECT 'account ' || a.id || ' (' || b.incarnation || '), ' || b.meter
                 || ': credited ' || b.credited || ', credits ' || coalesce(c.amount, 0)
            FROM balances b JOIN accounts a USING (incarnation)
            LEFT JOIN (SELECT incarnation, meter, sum(amount) AS amount FROM credits
                        GROUP BY incarnation, meter) c USING (incarnation, meter)
           WHERE b.credited <> coalesce(c.amount, 0)
          """,
          """
          SELECT 'account ' || incarnation || ', ' || meter || ': spent ' || spent || ' of '
                 || credited || ' credited'
            FROM balances WHERE spent > credited OR spent < 0
          """,
          """
          SELECT 'receipt ' || r.id || ': no balance of account ' || r.incarnation
            FROM receipts r LEFT JOIN balances b USING (incarnation, meter)
           WHERE b.incarnation IS NULL
          """,
          """
          SELECT 'receipt ' || id || ': amount ' || amount || ', outcome '
                 || coalesce(outcome, 'none') || ', closed ' || coalesce(closed_at, 'never')
            FROM receipts
           WHERE amount < 0 OR (outcome IS NULL) <> (closed_at IS NULL)
          """);

  private SqlAudit() {}

  /**
   * The sums, and whatever else a store has to look at.
   *
   * @param connection in a transaction
   * @param more further queries of sentences
   */
  public static Audit sums(Connection connection, List<String> more) throws SQLException {
    long accounts = count(connection, "accounts");
    long receipts = count(connection, "receipts");
    List<String> discrepancies = new ArrayList<>();
    for (List<String> checks : List.of(more, CHECKS)) {
      for (String check : checks) {
        discrepancies.addAll(
            Sql.all(connection, check + " LIMIT " + MAX_DISCREPANCIES, row -> row.getString(1)));
      }
    }
    return new Audit(accounts, receipts, discrepancies);
  }

  private static long count(Connection connection, String table) throws SQLException {
    return Sql.one(connection, "SELECT count(*) FROM " + table, row -> row.getLong(1))
        .orElseThrow();
  }
}
