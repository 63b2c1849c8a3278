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

  /** So many steps from the latest to one that names none: no gap, and no circle. */
  private static final List<String> CHAIN =
      List.of(
          """
          WITH RECURSIVE counts AS MATERIALIZED (
            SELECT incarnation, count(*) AS receipts FROM receipts GROUP BY incarnation),
          walk (incarnation, receipts, steps, previous) AS (
            SELECT c.incarnation, c.receipts, 1, r.previous
              FROM counts c JOIN balances b ON b.incarnation = c.incarnation AND b.meter = 'tokens'
              JOIN receipts r ON r.id = b.latest AND r.incarnation = c.incarnation
             UNION ALL
            SELECT w.incarnation, w.receipts, w.steps + 1, r.previous
              FROM walk w JOIN receipts r ON r.id = w.previous AND r.incarnation = w.incarnation
             WHERE w.steps < w.receipts)
          SELECT 'account ' || incarnation || ': not all of its ' || receipts
                 || ' receipts follow from its latest'
            FROM counts
           WHERE incarnation NOT IN
                 (SELECT incarnation FROM walk WHERE steps = receipts AND previous IS NULL)
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
