package dev.lastword.store.sqlite;

import dev.lastword.accounts.Audit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Adds up the whole file inside one read transaction, which sees one moment. */
final class SqliteAudit {

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

  private SqliteAudit() {}

  /** The sums, and the file's own structure. */
  static Audit whole(Connection connection) throws SQLException {
    List<String> discrepancies = new ArrayList<>();
    for (String line :
        Sql.all(
            connection, "PRAGMA quick_check(" + MAX_DISCREPANCIES + ")", row -> row.getString(1))) {
      if (!line.equals("ok")) {
        discrepancies.add("file: " + line);
      }
    }
    return add(connection, discrepancies);
  }

  static Audit sums(Connection connection) throws SQLException {
    return add(connection, new ArrayList<>());
  }

  private static Audit add(Connection connection, List<String> discrepancies) throws SQLException {
    connection.setAutoCommit(false);
    try {
      long accounts = count(connection, "accounts");
      long receipts = count(connection, "receipts");
      for (String check : CHECKS) {
        discrepancies.addAll(
            Sql.all(connection, check + " LIMIT " + MAX_DISCREPANCIES, row -> row.getString(1)));
      }
      return new Audit(accounts, receipts, discrepancies);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static long count(Connection connection, String table) throws SQLException {
    return Sql.one(connection, "SELECT count(*) FROM " + table, row -> row.getLong(1))
        .orElseThrow();
  }
}
