package dev.lastword.store.sqlite;

import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.store.sql.Rows;
import dev.lastword.store.sql.SqlOutbox;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Settles with statements that stay prepared, many rows at a call: the way into the library costs
 * as much as the rows themselves. Used under the file's lock for writing, on its one connection.
 */
final class Settling {

  /** As they came: each names the one before it. */
  private static final Comparator<Receipt> OLDEST_FIRST =
      Comparator.comparing(Receipt::createdAt).thenComparing(Receipt::id);

  private final SqlOutbox outbox;
  private final PreparedStatement epoch;
  private final PreparedStatement upsert;
  private final PreparedStatement draw;
  private final PreparedStatement update;

  Settling(Connection connection, SqlOutbox outbox) throws SQLException {
    this.outbox = outbox;
    this.epoch = connection.prepareStatement("SELECT epoch FROM holders WHERE holder = ?");
    this.upsert =
        connection.prepareStatement(
            """
            INSERT INTO receipts (id, incarnation, holder, meter, product, amount, outcome,
                created_at, closed_at, version, request_key, fingerprint, result, previous)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                (SELECT latest FROM balances WHERE incarnation = ?2 AND meter = 'tokens'))
            ON CONFLICT (id) DO UPDATE
              SET amount = excluded.amount, outcome = excluded.outcome,
                  closed_at = excluded.closed_at, version = excluded.version,
                  result = excluded.result
              WHERE excluded.version > receipts.version
            """);
    this.draw =
        connection.prepareStatement(
            "UPDATE receipts SET amount = ?, version = ? WHERE id = ? AND version < ?");
    this.update =
        connection.prepareStatement(
            "UPDATE balances SET spent = ?, version = ?"
                + " WHERE incarnation = ? AND meter = ? AND version < ?");
  }

  Settled settle(Connection connection, Settlement settlement, Steps steps) throws SQLException {
    if (!isCurrent(settlement)) {
      return Settled.REFUSED;
    }
    List<Receipt> others = drawn(settlement.receipts(), steps);
    if (!others.isEmpty()) {
      try {
        for (Receipt receipt : others.stream().sorted(OLDEST_FIRST).toList()) {
          Rows.bind(upsert, receipt);
          upsert.addBatch();
        }
        upsert.executeBatch();
      } finally {
        upsert.clearBatch();
      }
      steps.at(Step.COMMIT_RECEIPT);
    }
    if (!settlement.snapshots().isEmpty()) {
      outbox.note(connection, settlement.snapshots());
      for (Snapshot snapshot : settlement.snapshots()) {
        update.setLong(1, snapshot.spent());
        update.setLong(2, snapshot.version());
        update.setLong(3, snapshot.incarnation());
        update.setString(4, snapshot.meter().word());
        update.setLong(5, snapshot.version());
        update.addBatch();
      }
      update.executeBatch();
      steps.at(Step.COMMIT_SNAPSHOT);
    }
    return Settled.DURABLE;
  }

  /**
   * Raises the amounts of open receipts that are here already, which touches no index.
   *
   * @return the others
   */
  private List<Receipt> drawn(Collection<Receipt> receipts, Steps steps) throws SQLException {
    List<Receipt> open = new ArrayList<>();
    List<Receipt> others = new ArrayList<>();
    for (Receipt receipt : receipts) {
      (receipt.outcome() == null && receipt.version() > 1 ? open : others).add(receipt);
    }
    if (open.isEmpty()) {
      return others;
    }
    int[] changed;
    try {
      for (Receipt receipt : open) {
        draw.setLong(1, receipt.amount());
        draw.setLong(2, receipt.version());
        draw.setString(3, receipt.id());
        draw.setLong(4, receipt.version());
        draw.addBatch();
      }
      changed = draw.executeBatch();
    } finally {
      draw.clearBatch();
    }
    steps.at(Step.COMMIT_RECEIPT);
    for (int i = 0; i < changed.length; i++) {
      if (changed[i] == 0) {
        others.add(open.get(i));
      }
    }
    return others;
  }

  private boolean isCurrent(Settlement settlement) throws SQLException {
    epoch.setString(1, settlement.holder());
    try (ResultSet row = epoch.executeQuery()) {
      return row.next() && row.getLong(1) == settlement.epoch();
    }
  }
}
