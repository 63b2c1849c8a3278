package dev.lastword.store.sqlite;

import dev.lastword.accounts.Audit;
import dev.lastword.store.sql.Sql;
import dev.lastword.store.sql.SqlAudit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Adds up the file inside one read transaction, which sees one moment. */
final class SqliteAudit {

  private static final int MAX_DAMAGES = 100;

  /** The version of the schema from which on each receipt names the one before it. */
  private static final int CHAINED_SINCE = 2;

  private static final List<String> CHAIN =
      List.of(
          """
          SELECT 'account ' || incarnation || ': of ' || count(*) || ' receipts '
                 || count(DISTINCT previous) || ' are the one before another'
            FROM receipts GROUP BY incarnation HAVING count(DISTINCT previous) <> count(*) - 1
          """,
          """
          SELECT 'receipt ' || r.id || ': the one before it is not the account''s'
            FROM receipts r LEFT JOIN receipts p ON p.id = r.previous
           WHERE r.previous IS NOT NULL AND p.incarnation IS NOT r.incarnation
          """,
          """
          SELECT 'account ' || r.incarnation || ': its latest receipt is not known'
            FROM (SELECT DISTINCT incarnation FROM receipts) r
            LEFT JOIN balances b ON b.incarnation = r.incarnation AND b.meter = 'tokens'
            LEFT JOIN receipts l ON l.id = b.latest
           WHERE l.incarnation IS NOT r.incarnation
          """);

  private SqliteAudit() {}

  /** The sums, each account's chain of receipts, and the file's own structure. */
  static Audit whole(Connection connection) throws SQLException {
    List<String> discrepancies = new ArrayList<>();
    for (String line :
        Sql.all(connection, "PRAGMA quick_check(" + MAX_DAMAGES + ")", row -> row.getString(1))) {
      if (!line.equals("ok")) {
        discrepancies.add("file: " + line);
      }
    }
    int version = Sql.one(connection, "PRAGMA user_version", row -> row.getInt(1)).orElseThrow();
    Audit sums = sums(connection, version < CHAINED_SINCE ? List.of() : CHAIN);
    discrepancies.addAll(sums.discrepancies());
    return new Audit(sums.accounts(), sums.receipts(), discrepancies);
  }

  /** The sums alone, for a look now and then beside the load. */
  static Audit sums(Connection connection) throws SQLException {
    return sums(connection, List.of());
  }

  private static Audit sums(Connection connection, List<String> more) throws SQLException {
    connection.setAutoCommit(false);
    try {
      return SqlAudit.sums(connection, more);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
