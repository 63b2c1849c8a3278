package dev.lastword.store.sql;

import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Notice;
import dev.lastword.accounts.Outbox;
import dev.lastword.accounts.Snapshot;
import dev.lastword.world.Step;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of notices. A row that was told has no {@code due_at} any more; it stays until a notice
 * of a later credit is told, so that the same fall is told once.
 */
public final class SqlOutbox implements Outbox {

  private static final String NOTICE =
      " WHERE incarnation = ? AND meter = ? AND credited = ? AND level_left = ?";

  private final SqlAccounts store;
  private final Levels levels;

  SqlOutbox(SqlAccounts store, Levels levels) {
    this.store = store;
    this.levels = levels;
  }

  private record Place(long incarnation, String meter) {}

  /** Writes what is to be told, in the transaction that lowers balances and before it does. */
  public void note(Connection connection, Collection<Snapshot> snapshots) throws SQLException {
    if (levels.none() || snapshots.isEmpty()) {
      return;
    }
    Map<Place, Balance> balances = balances(connection, snapshots);
    for (Snapshot snapshot : snapshots) {
      Balance before =
          balances.getOrDefault(
              new Place(snapshot.incarnation(), snapshot.meter().word()), Balance.EMPTY);
      if (snapshot.version() > before.version()) {
        for (long level : levels.passed(snapshot.meter(), before, snapshot.spent())) {
          insert(connection, snapshot, before.credited(), level);
        }
      }
    }
  }

  private Map<Place, Balance> balances(Connection connection, Collection<Snapshot> snapshots)
      throws SQLException {
    Object[] incarnations = snapshots.stream().map(Snapshot::incarnation).distinct().toArray();
    Map<Place, Balance> balances = new HashMap<>();
    Sql.all(
        connection,
        "SELECT incarnation, meter, credited, spent, version FROM balances WHERE incarnation IN ("
            + String.join(", ", Collections.nCopies(incarnations.length, "?"))
            + ")"
            + store.forUpdate(),
        row ->
            balances.put(
                new Place(row.getLong(1), row.getString(2)),
                new Balance(row.getLong(3), row.getLong(4), row.getLong(5))),
        incarnations);
    return balances;
  }

  private void insert(Connection connection, Snapshot snapshot, long credited, long level)
      throws SQLException {
    Object[] key = {snapshot.incarnation(), snapshot.meter().word(), credited, level};
    boolean known =
        Sql.one(connection, "SELECT 1 FROM notices" + NOTICE, row -> true, key).isPresent();
    if (!known) {
      // Due at once, whatever time the other nodes think it is.
      store.change(
          connection,
          Step.COMMIT_NOTICE,
          "INSERT INTO notices (incarnation, meter, credited, level_left, units_left, fell_at,"
              + " due_at, attempts) VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
          snapshot.incarnation(),
          snapshot.meter().word(),
          credited,
          level,
          credited - snapshot.spent(),
          levels.now().toEpochMilli());
    }
  }

  @Override
  public List<Notice> take(Instant now, Duration alone, int limit) {
    List<Notice> due =
        store.read(connection ->
            Sql.all(
                connection,
                "SELECT n.*, a.id FROM notices n JOIN accounts a ON a.incarnation = n.incarnation"
                    + " WHERE n.due_at <= ? ORDER BY n.due_at LIMIT ?",
                SqlOutbox::notice,
                now.toEpochMilli(),
                limit));
    if (due.isEmpty() || isOfOneProcess()) {
      return due;
    }
    return store.write(
        Step.NOTICE_DONE,
        connection -> {
          List<Notice> taken = new ArrayList<>();
          for (Notice notice : due) {
            // Somebody else may have taken it in this moment.
            int found =
                store.change(
                    connection,
                    Step.NOTICE_NOTED,
                    "UPDATE notices SET due_at = ?" + NOTICE + " AND due_at <= ?",
                    now.plus(alone).toEpochMilli(),
                    notice.incarnation(),
                    notice.meter().word(),
                    notice.credited(),
                    notice.level(),
                    now.toEpochMilli());
            if (found == 1) {
              taken.add(notice);
            }
          }
          return taken;
        });
  }

  /** Where one transaction writes at a time, one process owns the store. */
  private boolean isOfOneProcess() {
    return store.forUpdate().isEmpty();
  }

  private static Notice notice(ResultSet row) throws SQLException {
    return new Notice(
        row.getLong("incarnation"),
        row.getString("id"),
        Meter.parse(row.getString("meter")).orElseThrow(),
        row.getLong("credited"),
        row.getLong("level_left"),
        row.getLong("units_left"),
        Instant.ofEpochMilli(row.getLong("fell_at")),
        row.getInt("attempts"));
  }

  @Override
  public void note(Collection<Notice> told, Map<Notice, Instant> postponed) {
    store.write(
        Step.NOTICE_DONE,
        connection -> {
          for (Notice notice : told) {
            store.change(
                connection,
                Step.NOTICE_NOTED,
                "DELETE FROM notices"
                    + " WHERE incarnation = ? AND meter = ? AND credited < ? AND due_at IS NULL",
                notice.incarnation(),
                notice.meter().word(),
                notice.credited());
            alter(connection, "due_at = ?", null, notice);
          }
          for (Map.Entry<Notice, Instant> one : postponed.entrySet()) {
            long due = one.getValue().toEpochMilli();
            alter(connection, "attempts = attempts + 1, due_at = ?", due, one.getKey());
          }
          return true;
        });
  }

  /** Unless it was told already. */
  private void alter(Connection connection, String change, @Nullable Long due, Notice notice)
      throws SQLException {
    store.change(
        connection,
        Step.NOTICE_NOTED,
        "UPDATE notices SET " + change + NOTICE + " AND due_at IS NOT NULL",
        due,
        notice.incarnation(),
        notice.meter().word(),
        notice.credited(),
        notice.level());
  }

  @Override
  public Waiting waiting() {
    return store.read(connection ->
        Sql.one(
                connection,
                "SELECT count(*), min(fell_at) FROM notices WHERE due_at IS NOT NULL",
                row ->
                    new Waiting(
                        row.getLong(1),
                        row.getLong(1) == 0 ? null : Instant.ofEpochMilli(row.getLong(2))))
            .orElseThrow());
  }
}
