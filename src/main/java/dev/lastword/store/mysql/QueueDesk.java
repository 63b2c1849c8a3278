package dev.lastword.store.mysql;

import dev.lastword.accounts.Desk;
import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What the settlement queue needs beside the books. Thread-safe. */
final class QueueDesk implements Desk {

  private static final String COLUMNS =
      "SELECT id, holder, body, reason, at, state FROM quarantine";

  private final MysqlDatabase database;

  QueueDesk(MysqlDatabase database) {
    this.database = database;
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Quarantined message(ResultSet row) throws SQLException {
    return new Quarantined(
        row.getString("id"),
        row.getString("holder"),
        row.getString("body"),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("at")),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)));
  }

  @Override
  public void quarantine(Quarantined message) {
    database.transaction(connection ->
        Sql.execute(
            connection,
            "INSERT INTO quarantine (id, holder, body, reason, at, state)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id",
            message.id(),
            message.holder(),
            message.body(),
            message.reason(),
            message.at().toEpochMilli(),
            word(message.state())));
  }

  @Override
  public List<Quarantined> quarantined(String holder) {
    return database.read(connection ->
        Sql.all(
            connection, COLUMNS + " WHERE holder = ? ORDER BY number", QueueDesk::message, holder));
  }

  @Override
  public List<Quarantined> quarantined() {
    return database.read(connection ->
        Sql.all(
            connection,
            COLUMNS + " WHERE state IN (?, ?) ORDER BY number",
            QueueDesk::message,
            word(State.WAITING),
            word(State.RELEASED)));
  }

  @Override
  public boolean decide(String id, State from, State to) {
    return database.transaction(connection ->
        Sql.execute(
                connection,
                "UPDATE quarantine SET state = ? WHERE id = ? AND state = ?",
                word(to),
                id,
                word(from))
            == 1);
  }

  @Override
  public void keepAhead(Collection<ReceiptAhead> receipts, Instant now) {
    database.transaction(connection -> {
      int kept = 0;
      for (ReceiptAhead receipt : receipts) {
        kept +=
            Sql.execute(
                connection,
                "INSERT INTO receipts_ahead (receipt_id, version, content, kept_at)"
                    + " VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE version = version",
                receipt.receiptId(),
                receipt.version(),
                receipt.text(),
                now.toEpochMilli());
      }
      return kept;
    });
  }

  @Override
  public List<ReceiptAhead> ahead(Collection<ReceiptAhead.Key> keys) {
    return database.read(connection -> {
      List<ReceiptAhead> found = new ArrayList<>();
      for (ReceiptAhead.Key key : keys) {
        Sql.one(
                connection,
                "SELECT content FROM receipts_ahead WHERE receipt_id = ? AND version = ?",
                row -> new ReceiptAhead(key.receiptId(), key.version(), row.getString(1)),
                key.receiptId(),
                key.version())
            .ifPresent(found::add);
      }
      return found;
    });
  }

  @Override
  public void forgetAhead(Collection<ReceiptAhead.Key> keys) {
    database.transaction(connection -> {
      int gone = 0;
      for (ReceiptAhead.Key key : keys) {
        gone +=
            Sql.execute(
                connection,
                "DELETE FROM receipts_ahead WHERE receipt_id = ? AND version = ?",
                key.receiptId(),
                key.version());
      }
      return gone;
    });
  }

  @Override
  public void forgetAheadBefore(Instant time) {
    database.transaction(connection ->
        Sql.execute(
            connection, "DELETE FROM receipts_ahead WHERE kept_at < ?", time.toEpochMilli()));
  }
}
