package dev.lastword.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Years of business for a file that no server has open. */
final class History {

  static final int ACCOUNTS = 1_000_000;
  static final int RECEIPTS_EACH = 10;
  static final long RECEIPTS = (long) ACCOUNTS * RECEIPTS_EACH;

  private History() {}

  /** Adds accounts that bought memes long ago, each as many, in turn. */
  static void into(Path data) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("lastword.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF");
      connection.setAutoCommit(false);
      long first = number(statement, "SELECT coalesce(max(incarnation), 0) FROM accounts");
      fill(
          statement,
          ACCOUNTS,
          """
          INSERT INTO accounts (incarnation, id, reborn, permissions, status, revision, created_at)
          SELECT %d + i, 'past-' || i, 0, '', 'active', 1, i FROM n
          """
              .formatted(first));
      fill(
          statement,
          ACCOUNTS,
          """
          INSERT INTO credits (id, incarnation, meter, amount, total, created_at)
          SELECT printf('%%026d', i), %d + i, 'tokens', %d, %d, i FROM n
          """
              .formatted(first, RECEIPTS_EACH, RECEIPTS_EACH));
      // Every account's latest receipt is known beforehand.
      String trigger = text(statement, "SELECT sql FROM sqlite_master WHERE type = 'trigger'");
      statement.execute("DROP TRIGGER receipts_chained");
      fill(
          statement,
          RECEIPTS,
          """
          INSERT INTO receipts (id, incarnation, holder, meter, product, amount, outcome,
              created_at, closed_at, version, previous)
          SELECT printf('%%026d', i), %1$d + 1 + (i - 1) %% %2$d, 'local', 'tokens', 'meme', 1,
              'completed', i, i, 1, CASE WHEN i > %2$d THEN printf('%%026d', i - %2$d) END FROM n
          """
              .formatted(first, ACCOUNTS));
      statement.execute(trigger);
      fill(
          statement,
          ACCOUNTS,
          """
          INSERT INTO balances (incarnation, meter, credited, spent, version, latest)
          SELECT %1$d + i, 'tokens', %2$d, %2$d, %2$d, printf('%%026d', %3$d + i) FROM n
           UNION ALL
          SELECT %1$d + i, 'words', 0, 0, 0, NULL FROM n
          """
              .formatted(first, RECEIPTS_EACH, RECEIPTS - ACCOUNTS));
      connection.commit();
    }
  }

  private static void fill(Statement statement, long numbers, String insert) throws SQLException {
    statement.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) %s"
            .formatted(numbers, insert));
  }

  private static long number(Statement statement, String query) throws SQLException {
    return Long.parseLong(text(statement, query));
  }

  private static String text(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
