package dev.lastword.store.sql;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How values stand in the tables. */
public final class Rows {

  /** An account with both balances in one row. */
  public static final String ACCOUNT =
      """
      SELECT a.incarnation, a.id, a.reborn, a.email, a.permissions, a.status, a.revision,
             a.created_at, t.credited AS tc, t.spent AS ts, t.version AS tv,
             w.credited AS wc, w.spent AS ws, w.version AS wv
        FROM accounts a
        JOIN balances t ON t.incarnation = a.incarnation AND t.meter = 'tokens'
        JOIN balances w ON w.incarnation = a.incarnation AND w.meter = 'words'
      """;

  public static final String RECEIPT =
      """
      SELECT id, incarnation, holder, meter, product, amount, outcome, created_at, closed_at,
             version, request_key, fingerprint, result
        FROM receipts
      """;

  private Rows() {}

  public static Account account(ResultSet row) throws SQLException {
    return new Account(
        row.getLong("incarnation"),
        row.getString("id"),
        row.getInt("reborn") != 0,
        row.getString("email"),
        Permission.known(List.of(row.getString("permissions").split(" ", -1))),
        Status.parse(row.getString("status")).orElseThrow(),
        row.getLong("revision"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        new Balance(row.getLong("tc"), row.getLong("ts"), row.getLong("tv")),
        new Balance(row.getLong("wc"), row.getLong("ws"), row.getLong("wv")));
  }

  public static Receipt receipt(ResultSet row) throws SQLException {
    String outcome = row.getString("outcome");
    String key = row.getString("request_key");
    return new Receipt(
        row.getString("id"),
        row.getLong("incarnation"),
        row.getString("holder"),
        Meter.parse(row.getString("meter")).orElseThrow(),
        row.getString("product"),
        row.getLong("amount"),
        outcome == null ? null : Outcome.of(outcome),
        Instant.ofEpochMilli(row.getLong("created_at")),
        instant(row, "closed_at"),
        row.getLong("version"),
        key == null ? null : new RequestKey(key, row.getString("fingerprint")),
        row.getString("result"));
  }

  static Credit credit(ResultSet row) throws SQLException {
    return new Credit(
        row.getString("id"),
        row.getString("account_id"),
        row.getLong("incarnation"),
        Meter.parse(row.getString("meter")).orElseThrow(),
        row.getLong("amount"),
        row.getLong("total"),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }

  /** Fills the first thirteen parameters: the columns in the order of {@link #RECEIPT}. */
  public static void bind(PreparedStatement insert, Receipt receipt) throws SQLException {
    Outcome outcome = receipt.outcome();
    Instant closedAt = receipt.closedAt();
    RequestKey key = receipt.key();
    insert.setString(1, receipt.id());
    insert.setLong(2, receipt.incarnation());
    insert.setString(3, receipt.holder());
    insert.setString(4, receipt.meter().word());
    insert.setString(5, receipt.product());
    insert.setLong(6, receipt.amount());
    insert.setString(7, outcome == null ? null : outcome.word());
    insert.setLong(8, receipt.createdAt().toEpochMilli());
    insert.setObject(9, closedAt == null ? null : closedAt.toEpochMilli());
    insert.setLong(10, receipt.version());
    insert.setString(11, key == null ? null : key.key());
    insert.setString(12, key == null ? null : key.fingerprint());
    insert.setString(13, receipt.result());
  }

  static String permissions(Set<Permission> permissions) {
    return String.join(" ", Permission.words(permissions));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }
}
