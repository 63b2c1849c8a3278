package dev.lastword.store.mysql;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.store.sql.Rows;
import dev.lastword.store.sql.Sql;
import dev.lastword.store.sql.SqlOutbox;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The statements by which spending comes into the tables: each guarded by a version, so that what
 * is older changes nothing, and each with the row of {@code users} that says the same. The rows of
 * a batch come in one order, so that two settlements do not wait for each other.
 */
final class Settling {

  private static final String UPSERT_RECEIPT =
      """
      INSERT INTO receipts (id, incarnation, holder, meter, product, amount, outcome, created_at,
          closed_at, version, request_key, fingerprint, result, settled_holder, settled_epoch)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE
        amount = IF(VALUES(version) > version, VALUES(amount), amount),
        outcome = IF(VALUES(version) > version, VALUES(outcome), outcome),
        closed_at = IF(VALUES(version) > version, VALUES(closed_at), closed_at),
        result = IF(VALUES(version) > version, VALUES(result), result),
        settled_holder = IF(VALUES(version) > version, VALUES(settled_holder), settled_holder),
        settled_epoch = IF(VALUES(version) > version, VALUES(settled_epoch), settled_epoch),
        version = GREATEST(version, VALUES(version))
      """;

  /** A balance and the user's row, which only whoever changes the balance may write. */
  private static final String UPDATE_BALANCE =
      """
      UPDATE balances b JOIN accounts a ON a.incarnation = b.incarnation
        LEFT JOIN users u ON u.user_id = a.id AND a.living = 1
         SET b.spent = ?, b.version = ?,
             u.words_left = IF(b.meter = 'words', b.credited - ?, u.words_left),
             u.tokens_left = IF(b.meter = 'tokens', b.credited - ?, u.tokens_left)
       WHERE b.incarnation = ? AND b.meter = ? AND b.version < ?
      """;

  private static final String INSERT_REQUESTS =
      """
      INSERT INTO requests (user_id, duration, created_at, charge_id)
      SELECT u.user_id, LEAST(GREATEST(r.closed_at - r.created_at, 0), 2147483647),
             FROM_UNIXTIME(r.created_at DIV 1000), r.id
        FROM receipts r JOIN accounts a ON a.incarnation = r.incarnation AND a.living = 1
        JOIN users u ON u.user_id = a.id
       WHERE r.id IN (\
      """;

  private static final String UNLESS_THERE =
      ") ON DUPLICATE KEY UPDATE charge_id = VALUES(charge_id)";

  private final Steps steps;
  private final Optional<Texts> texts;
  private final SqlOutbox outbox;

  Settling(Steps steps, SqlOutbox outbox, Optional<Texts> texts) {
    this.steps = steps;
    this.outbox = outbox;
    this.texts = texts;
  }

  void apply(Connection connection, Settlement settlement) throws SQLException {
    if (!settlement.receipts().isEmpty()) {
      receipts(connection, settlement);
    }
    if (!settlement.snapshots().isEmpty()) {
      outbox.note(connection, settlement.snapshots());
      balances(connection, settlement);
    }
    List<Receipt> finished =
        settlement.receipts().stream().filter(Settling::isFinishedStream).toList();
    if (!finished.isEmpty()) {
      String places = String.join(", ", Collections.nCopies(finished.size(), "?"));
      Sql.execute(
          connection,
          INSERT_REQUESTS + places + UNLESS_THERE,
          finished.stream().map(Receipt::id).toArray());
      steps.at(Step.COMMIT_RECEIPT);
      if (texts.isPresent()) {
        texts.get().write(connection, finished, steps);
      }
    }
  }

  private static boolean isFinishedStream(Receipt receipt) {
    return receipt.meter() == Meter.WORDS
        && receipt.outcome() != null
        && receipt.outcome() != Outcome.ADJUSTED;
  }

  private void receipts(Connection connection, Settlement settlement) throws SQLException {
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT_RECEIPT)) {
      for (Receipt receipt :
          settlement.receipts().stream().sorted(Comparator.comparing(Receipt::id)).toList()) {
        Rows.bind(upsert, receipt);
        if (receipt.key() == null && receipt.outcome() != null) {
          // Nobody will ask for it again; what the row in requests needs is in the settlement.
          upsert.setString(13, null);
        }
        upsert.setString(14, settlement.holder());
        upsert.setLong(15, settlement.epoch());
        upsert.addBatch();
      }
      upsert.executeBatch();
      steps.at(Step.COMMIT_RECEIPT);
    }
  }

  private void balances(Connection connection, Settlement settlement) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(UPDATE_BALANCE)) {
      for (Snapshot snapshot :
          settlement.snapshots().stream()
              .sorted(
                  Comparator.comparingLong(Snapshot::incarnation).thenComparing(Snapshot::meter))
              .toList()) {
        update.setLong(1, snapshot.spent());
        update.setLong(2, snapshot.version());
        update.setLong(3, snapshot.spent());
        update.setLong(4, snapshot.spent());
        update.setLong(5, snapshot.incarnation());
        update.setString(6, snapshot.meter().word());
        update.setLong(7, snapshot.version());
        update.addBatch();
      }
      update.executeBatch();
      steps.at(Step.COMMIT_SNAPSHOT);
    }
  }

  /**
   * Gives back the fixed prices of open receipts, and closes those receipts.
   *
   * @param which a condition on the table {@code receipts}
   * @return how many receipts were closed
   */
  int closeOpen(Connection connection, Instant now, String which, Object... parameters)
      throws SQLException {
    Sql.execute(
        connection,
        """
        UPDATE balances b
          JOIN (SELECT incarnation, sum(amount) AS amount FROM receipts
                 WHERE outcome IS NULL AND meter = 'tokens' AND %s GROUP BY incarnation) o
            ON o.incarnation = b.incarnation
          JOIN accounts a ON a.incarnation = b.incarnation
          LEFT JOIN users u ON u.user_id = a.id AND a.living = 1
           SET b.version = b.version + 1, b.spent = b.spent - o.amount,
               u.tokens_left = u.tokens_left + o.amount
         WHERE b.meter = 'tokens'
        """
            .formatted(which),
        parameters);
    steps.at(Step.RECOVERY_GIVEN_BACK);
    Object[] all = new Object[parameters.length + 1];
    all[0] = now.toEpochMilli();
    System.arraycopy(parameters, 0, all, 1, parameters.length);
    int closed =
        Sql.execute(
            connection,
            """
            UPDATE receipts
               SET outcome = 'interrupted', closed_at = ?, version = version + 1,
                   amount = IF(meter = 'tokens', 0, amount)
             WHERE outcome IS NULL AND %s
            """
                .formatted(which),
            all);
    steps.at(Step.RECOVERY_CLOSED);
    return closed;
  }
}
