package dev.lastword.store.mysql;

import dev.lastword.store.sql.Sql;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The table of holders and their epochs. Whoever settles or lends holds a shared lock on the
 * holder's row until the end of the transaction, whoever seals an exclusive one.
 */
final class Holders {

  /** What is known of a holder: the newest epoch ever leased, and up to where they are sealed. */
  record Standing(long current, long sealed) {

    /** Whether an epoch may charge: it is the newest, and not over. */
    boolean leases(long epoch) {
      return epoch == current && epoch > sealed;
    }
  }

  private final Steps steps;

  Holders(Steps steps) {
    this.steps = steps;
  }

  long take(Connection connection, String holder) throws SQLException {
    Sql.execute(
        connection,
        "INSERT INTO holders (holder, taken, current_epoch, sealed) VALUES (?, 1, 0, 0)"
            + " ON DUPLICATE KEY UPDATE taken = taken + 1",
        holder);
    steps.at(Step.RECOVERY_EPOCH);
    return taken(connection, holder);
  }

  /**
   * Takes the next epoch, makes it current and seals all before it; until the end of the
   * transaction nobody else of that holder settles.
   *
   * @throws IllegalStateException if another holder may still charge
   */
  long takeOver(Connection connection, String holder) throws SQLException {
    Map<String, Standing> holders = all(connection, " FOR UPDATE");
    holders.remove(holder);
    holders.forEach((other, standing) -> {
      if (standing.current > standing.sealed) {
        throw new IllegalStateException(
            "the accounts are held by "
                + other
                + ", whose epoch "
                + standing.current
                + " is not sealed: a ledger for several nodes still owns them");
      }
    });
    // Assignments take effect from left to right.
    Sql.execute(
        connection,
        "INSERT INTO holders (holder, taken, current_epoch, sealed) VALUES (?, 1, 1, 0)"
            + " ON DUPLICATE KEY UPDATE sealed = taken, taken = taken + 1, current_epoch = taken",
        holder);
    steps.at(Step.RECOVERY_EPOCH);
    return taken(connection, holder);
  }

  private static long taken(Connection connection, String holder) throws SQLException {
    return Sql.one(
            connection, "SELECT taken FROM holders WHERE holder = ?", row -> row.getLong(1), holder)
        .orElseThrow();
  }

  /** Those of the epochs that are not leased as it stands. */
  static Map<String, Long> unleased(Connection connection, Map<String, Long> epochs)
      throws SQLException {
    Map<String, Standing> holders = all(connection, "");
    Map<String, Long> unleased = new TreeMap<>(epochs);
    unleased
        .entrySet()
        .removeIf(wanted -> {
          Standing standing = holders.get(wanted.getKey());
          return standing != null && standing.leases(wanted.getValue());
        });
    return unleased;
  }

  /** Leases in the order of the holders' names, so that nobody waits in a circle. */
  Set<String> lease(Connection connection, Map<String, Long> epochs) throws SQLException {
    Set<String> refused = new HashSet<>();
    for (Map.Entry<String, Long> wanted : new TreeMap<>(epochs).entrySet()) {
      String holder = wanted.getKey();
      long epoch = wanted.getValue();
      // Assignments take effect from left to right: the last one sees what sealed has become.
      Sql.execute(
          connection,
          """
          INSERT INTO holders (holder, taken, current_epoch, sealed) VALUES (?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE
            taken = GREATEST(taken, ?),
            sealed = IF(? > current_epoch AND sealed >= current_epoch, GREATEST(sealed, ?), sealed),
            current_epoch = IF(? > sealed, GREATEST(current_epoch, ?), current_epoch)
          """,
          holder,
          epoch,
          epoch,
          epoch - 1,
          epoch,
          epoch,
          epoch - 1,
          epoch,
          epoch);
      steps.at(Step.RECOVERY_EPOCH);
      if (!standing(connection, holder, "").orElseThrow().leases(epoch)) {
        refused.add(holder);
      }
    }
    return refused;
  }

  /**
   * Notes that these are leased now; in the order of their names, so that nobody waits in a circle.
   */
  void note(Connection connection, SortedSet<String> leased) throws SQLException {
    if (!leased.isEmpty()) {
      Sql.execute(
          connection,
          "INSERT INTO leases (holder, leased_at) VALUES "
              + String.join(", ", Collections.nCopies(leased.size(), "(?, NOW(3))"))
              + " ON DUPLICATE KEY UPDATE leased_at = NOW(3)",
          leased.toArray());
      steps.at(Step.RECOVERY_EPOCH);
    }
  }

  /** Seals up to that epoch; until the end of the transaction nobody of that holder settles. */
  void seal(Connection connection, String holder, long epoch) throws SQLException {
    Sql.execute(
        connection,
        "INSERT INTO holders (holder, taken, current_epoch, sealed) VALUES (?, ?, 0, ?)"
            + " ON DUPLICATE KEY UPDATE taken = GREATEST(taken, ?), sealed = GREATEST(sealed, ?)",
        holder,
        epoch,
        epoch,
        epoch,
        epoch);
    steps.at(Step.RECOVERY_EPOCH);
  }

  /** How a holder stands, until the end of the transaction; empty if it is not known. */
  static Optional<Standing> locked(Connection connection, String holder) throws SQLException {
    return standing(connection, holder, " LOCK IN SHARE MODE");
  }

  private static Optional<Standing> standing(Connection connection, String holder, String lock)
      throws SQLException {
    return Sql.one(
        connection,
        "SELECT current_epoch, sealed FROM holders WHERE holder = ?" + lock,
        row -> new Standing(row.getLong(1), row.getLong(2)),
        holder);
  }

  private static Map<String, Standing> all(Connection connection, String lock) throws SQLException {
    record Named(String holder, Standing standing) {}
    List<Named> rows =
        Sql.all(
            connection,
            "SELECT holder, current_epoch, sealed FROM holders" + lock,
            row -> new Named(row.getString(1), new Standing(row.getLong(2), row.getLong(3))));
    Map<String, Standing> holders = new HashMap<>();
    rows.forEach(row -> holders.put(row.holder, row.standing));
    return holders;
  }
}
