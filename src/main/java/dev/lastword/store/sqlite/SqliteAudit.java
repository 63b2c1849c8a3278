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

  private SqliteAudit() {}

  /** The sums, and the file's own structure. */
  static Audit whole(Connection connection) throws SQLException {
    List<String> discrepancies = new ArrayList<>();
    for (String line :
        Sql.all(connection, "PRAGMA quick_check(" + MAX_DAMAGES + ")", row -> row.getString(1))) {
      if (!line.equals("ok")) {
        discrepancies.add("file: " + line);
      }
    }
    Audit sums = sums(connection);
    discrepancies.addAll(sums.discrepancies());
    return new Audit(sums.accounts(), sums.receipts(), discrepancies);
  }

  static Audit sums(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      return SqlAudit.sums(connection, List.of());
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
