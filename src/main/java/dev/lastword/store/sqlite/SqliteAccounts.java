package dev.lastword.store.sqlite;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sql.Rows;
import dev.lastword.store.sql.Sql;
import dev.lastword.store.sql.SqlAccounts;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in one SQLite file that one process owns. A write that meets an I/O error is never tried
 * again: the store closes itself to writing and says so to {@code onBroken}; opening the file anew
 * tells what is true.
 */
public final class SqliteAccounts extends SqlAccounts {

  private static final String FILE = "lastword.db";

  private final FileLock lock;
  private final SqliteFile file;

  /** Prepared by the first commit, on the connection that writes. */
  private @Nullable Settling settling;

  private SqliteAccounts(
      FileLock lock, SqliteFile file, TimeOrderedIds ids, Steps steps, Levels levels) {
    super(ids, steps, levels);
    this.lock = lock;
    this.file = file;
  }

  /**
   * Opens the store in a folder, made if it is not there.
   *
   * @throws IllegalStateException if another process owns the folder
   * @throws AccountsFailure if the file cannot be opened
   */
  public static SqliteAccounts open(
      Path folder, TimeOrderedIds ids, Steps steps, Consumer<AccountsFailure> onBroken) {
    return open(folder, ids, steps, Levels.NONE, onBroken);
  }

  /** The same, with somebody to be told when balances fall. */
  public static SqliteAccounts open(
      Path folder,
      TimeOrderedIds ids,
      Steps steps,
      Levels levels,
      Consumer<AccountsFailure> onBroken) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the data folder " + folder, e);
    }
    FileLock lock = FileLock.take(folder.resolve("lastword.lock"));
    try {
      return new SqliteAccounts(
          lock, new SqliteFile(folder.resolve(FILE), steps, onBroken), ids, steps, levels);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Audits the store of a folder from another process, also while a server runs on it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Audit auditOf(Path folder) {
    Path database = existing(folder);
    try (var readers = SqliteFile.readers(database)) {
      return SqliteFile.read(readers, SqliteAudit::whole);
    } catch (AccountsFailure e) {
      throw new AccountsFailure(database + ": " + e.getMessage(), e);
    }
  }

  /**
   * Copies the store of a folder, as it is at one moment, also while a server runs on it.
   *
   * @throws IllegalArgumentException if there is none, or the target exists
   */
  public static void copy(Path folder, Path target) {
    SqliteFile.copy(existing(folder), target);
  }

  private static Path existing(Path folder) {
    Path database = folder.resolve(FILE);
    if (!Files.exists(database)) {
      throw new IllegalArgumentException("there is no " + database);
    }
    return database;
  }

  @Override
  protected <T> T read(Sql.Work<T> work) {
    return file.read(work);
  }

  @Override
  protected <T> T write(Step durable, Sql.Work<T> work) {
    return file.write(durable, work);
  }

  @Override
  protected String forUpdate() {
    return "";
  }

  @Override
  protected void accountMade(Connection connection, long incarnation) {}

  @Override
  protected void balanceRaised(Connection connection, long incarnation) {}

  @Override
  protected void accountEnded(Connection connection, String id) {}

  @Override
  public long maximumBalance() {
    return Balance.MAXIMUM;
  }

  @Override
  public Epoch begin(String holder, Instant now) {
    return write(
        Step.RECOVERY_DONE,
        connection -> {
          long epoch =
              Sql.one(
                      connection,
                      "INSERT INTO holders (holder, epoch) VALUES (?, 1)"
                          + " ON CONFLICT (holder) DO UPDATE SET epoch = epoch + 1 RETURNING epoch",
                      row -> row.getLong(1),
                      holder)
                  .orElseThrow();
          steps.at(Step.RECOVERY_EPOCH);
          change(
              connection,
              Step.RECOVERY_GIVEN_BACK,
              """
              UPDATE balances SET version = version + 1, spent = spent - o.amount
                FROM (SELECT incarnation, meter, sum(amount) AS amount FROM receipts
                       WHERE outcome IS NULL AND holder = ? AND meter = 'tokens'
                       GROUP BY incarnation, meter) AS o
               WHERE balances.incarnation = o.incarnation AND balances.meter = o.meter
              """,
              holder);
          int closed =
              change(
                  connection,
                  Step.RECOVERY_CLOSED,
                  """
                  UPDATE receipts
                     SET outcome = 'interrupted', closed_at = ?, version = version + 1,
                         amount = CASE meter WHEN 'tokens' THEN 0 ELSE amount END
                   WHERE outcome IS NULL AND holder = ?
                  """,
                  now.toEpochMilli(),
                  holder);
          return new Epoch(epoch, closed);
        });
  }

  @Override
  public Settled settle(Settlement settlement) {
    return write(
        Step.COMMIT_DONE,
        connection -> {
          Settling prepared = settling;
          if (prepared == null) {
            prepared = new Settling(connection, outbox);
            settling = prepared;
          }
          return prepared.settle(connection, settlement, steps);
        });
  }

  @Override
  public List<Receipt> receipts(
      long incarnation, @Nullable Meter meter, @Nullable String cursor, int limit) {
    return read(connection -> {
      String start =
          cursor == null
              ? "SELECT latest FROM balances WHERE incarnation = ?1 AND meter = 'tokens'"
              : "SELECT previous FROM receipts WHERE incarnation = ?1 AND id = ?2";
      return Sql.all(
          connection,
          // UNION, and not UNION ALL: a damaged chain that is a circle has an end.
          """
          WITH RECURSIVE chain AS (
            SELECT * FROM receipts WHERE id = (%s)
             UNION
            SELECT receipts.* FROM chain JOIN receipts ON receipts.id = chain.previous
          )
          SELECT * FROM chain WHERE ?3 IS NULL OR meter = ?3 LIMIT ?4
          """
              .formatted(start),
          Rows::receipt,
          incarnation,
          cursor,
          meter == null ? null : meter.word(),
          limit);
    });
  }

  @Override
  public Audit audit() {
    return file.read(SqliteAudit::sums);
  }

  @Override
  public void close() {
    try {
      file.close();
    } finally {
      lock.close();
    }
  }
}
