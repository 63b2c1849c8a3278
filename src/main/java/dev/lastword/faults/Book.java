package dev.lastword.faults;

import com.mongodb.client.MongoDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * What the system of record holds, read with plain queries and none of the server's own code, so
 * that the judge does not share its mistakes.
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

  record Credit(long incarnation, String meter, long amount, long total) {}

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
      return of(connection);
    }
  }

  /** Reads a database at one moment; its tables have the same names everywhere. */
  static Book of(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    return new Book(
        all(
            connection,
            "SELECT incarnation, id, permissions, deleted_at IS NULL FROM accounts",
            row ->
                new Account(row.getLong(1), row.getString(2), row.getString(3), row.getBoolean(4))),
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
            "SELECT incarnation, meter, amount, total FROM credits",
            row -> new Credit(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4))));
  }

  /**
   * Reads collections, one after the other: once nothing runs, and nothing waits to be filed, they
   * are of one moment.
   */
  static Book of(MongoDatabase database) {
    List<Account> accounts = new ArrayList<>();
    List<Balance> balances = new ArrayList<>();
    for (Document user : database.getCollection("users").find()) {
      long incarnation = user.getLong("_id");
      accounts.add(
          new Account(
              incarnation,
              user.getString("id"),
              String.valueOf(user.get("permissions")),
              user.getBoolean("living")));
      for (String meter : List.of("tokens", "words")) {
        Document balance = user.get(meter, Document.class);
        balances.add(
            new Balance(incarnation, meter, balance.getLong("credited"), balance.getLong("spent")));
      }
    }
    List<Receipt> receipts = new ArrayList<>();
    for (Document receipt : database.getCollection("receipts").find()) {
      receipts.add(
          new Receipt(
              receipt.getString("_id"),
              receipt.getLong("incarnation"),
              receipt.getString("meter"),
              receipt.getString("product"),
              receipt.getLong("amount"),
              receipt.getString("outcome"),
              receipt.getString("key")));
    }
    List<Credit> credits = new ArrayList<>();
    for (Document credit : database.getCollection("credits").find()) {
      credits.add(
          new Credit(
              credit.getLong("incarnation"),
              credit.getString("meter"),
              credit.getLong("amount"),
              credit.getLong("total")));
    }
    return new Book(accounts, balances, receipts, credits);
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
