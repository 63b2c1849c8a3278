package dev.lastword.faults;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * What the system of record holds, read with plain SQL and none of the server's own code, so that
 * the judge does not share its mistakes.
 */
record Book(
    List<Book.Account> accounts,
    List<Book.Balance> balances,
    List<Book.Receipt> receipts,
    List<Book.Credit> credits) {

  record Account(long incarnation, String id, String permissions, boolean living) {}

  record Balance(long incarnation, String meter, long credited, long spent) {}

  record Receipt(
      String id,
      long incarnation,
      String meter,
      String product,
      long amount,
      @Nullable String outcome,
      @Nullable String key) {}

  record Credit(long incarnation, String meter, long amount) {}

  /** What is owned and owed, without the texts beside it. */
  List<String> units() {
    List<String> units = new ArrayList<>();
    balances.forEach(balance -> units.add(balance.toString()));
    credits.forEach(credit -> units.add(credit.toString()));
    receipts.forEach(receipt ->
        units.add(receipt.incarnation() + " " + receipt.meter() + " " + receipt.amount()));
    Collections.sort(units);
    return units;
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Reads the file of a folder at one moment, also while a server runs on it. */
  static Book of(Path folder) throws SQLException {
    SQLiteConfig configuration = new SQLiteConfig();
    configuration.setBusyTimeout(10_000);
    try (Connection connection =
        configuration.createConnection("jdbc:sqlite:" + folder.resolve("lastword.db"))) {
      connection.setAutoCommit(false);
      return new Book(
          all(
              connection,
              "SELECT incarnation, id, permissions, deleted_at IS NULL FROM accounts",
              row ->
                  new Account(
                      row.getLong(1), row.getString(2), row.getString(3), row.getBoolean(4))),
          all(
              connection,
              "SELECT incarnation, meter, credited, spent FROM balances",
              row -> new Balance(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4))),
          all(
              connection,
              "SELECT id, incarnation, meter, product, amount, outcome, request_key FROM receipts",
              row ->
                  new Receipt(
                      row.getString(1),
                      row.getLong(2),
                      row.getString(3),
                      row.getString(4),
                      row.getLong(5),
                      row.getString(6),
                      row.getString(7))),
          all(
              connection,
              "SELECT incarnation, meter, amount FROM credits",
              row -> new Credit(row.getLong(1), row.getString(2), row.getLong(3))));
    }
  }

  private static <T> List<T> all(Connection connection, String sql, Reading<T> reading)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(reading.of(result));
      }
    }
    return rows;
  }
}
