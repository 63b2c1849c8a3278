package dev.lastword.store.sqlite;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in one SQLite file that one process owns. A write that meets an I/O error is never tried
 * again: the store closes itself to writing and says so to {@code onBroken}; opening the file anew
 * tells what is true.
 */
public final class SqliteAccounts implements Accounts {

  private static final String FILE = "lastword.db";

  /** A charge's id is made when it is opened, a little before it begins. */
  private static final Duration LONGEST_OPENING = Duration.ofMinutes(1);

  private final FileLock lock;
  private final SqliteFile file;
  private final TimeOrderedIds ids;
  private final Steps steps;

  private SqliteAccounts(FileLock lock, SqliteFile file, TimeOrderedIds ids, Steps steps) {
    this.lock = lock;
    this.file = file;
    this.ids = ids;
    this.steps = steps;
  }

  /**
   * Opens the store in a folder, made if it is not there.
   *
   * @throws IllegalStateException if another process owns the folder
   * @throws AccountsFailure if the file cannot be opened
   */
  public static SqliteAccounts open(
      Path folder, TimeOrderedIds ids, Steps steps, Consumer<AccountsFailure> onBroken) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the data folder " + folder, e);
    }
    FileLock lock = FileLock.take(folder.resolve("lastword.lock"));
    try {
      return new SqliteAccounts(
          lock, new SqliteFile(folder.resolve(FILE), steps, onBroken), ids, steps);
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
  public Epoch begin(String holder, Instant now) {
    return file.write(
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
  public Creation create(NewAccount wanted, @Nullable CallerKey key, Instant now) {
    return file.write(
        Step.CREATE_DONE,
        connection -> {
          if (key != null) {
            Optional<String> target = targetOf(connection, key);
            if (target.isPresent()) {
              return target.get().isEmpty()
                  ? new Creation.KeyUsedOtherwise()
                  : new Creation.AlreadyCreated(
                      asCreated(connection, Long.parseLong(target.get()), wanted));
            }
          }
          if (living(connection, wanted.id()).isPresent()) {
            return new Creation.Exists();
          }
          long incarnation = insertAccount(connection, wanted, now);
          insertBalance(connection, incarnation, Meter.TOKENS, wanted.tokens(), now);
          insertBalance(connection, incarnation, Meter.WORDS, wanted.words(), now);
          if (key != null) {
            remember(connection, Step.CREATE_KEY, key, Long.toString(incarnation), now);
          }
          return new Creation.Created(living(connection, wanted.id()).orElseThrow());
        });
  }

  private long insertAccount(Connection connection, NewAccount wanted, Instant now)
      throws SQLException {
    long incarnation =
        Sql.one(
                connection,
                """
                INSERT INTO accounts (id, reborn, email, permissions, status, revision, created_at)
                VALUES (?, EXISTS (SELECT 1 FROM accounts WHERE id = ? AND deleted_at IS NOT NULL),
                        ?, ?, 'active', 1, ?)
                RETURNING incarnation
                """,
                row -> row.getLong(1),
                wanted.id(),
                wanted.id(),
                wanted.email(),
                Rows.permissions(wanted.permissions()),
                now.toEpochMilli())
            .orElseThrow();
    steps.at(Step.CREATE_ACCOUNT);
    return incarnation;
  }

  private void insertBalance(
      Connection connection, long incarnation, Meter meter, long credited, Instant now)
      throws SQLException {
    change(
        connection,
        Step.CREATE_BALANCE,
        "INSERT INTO balances (incarnation, meter, credited, spent, version)"
            + " VALUES (?, ?, ?, 0, 0)",
        incarnation,
        meter.word(),
        credited);
    if (credited > 0) {
      insertCredit(
          connection, Step.CREATE_CREDIT, ids.next(), incarnation, meter, credited, credited, now);
    }
  }

  private void insertCredit(
      Connection connection,
      Step step,
      String id,
      long incarnation,
      Meter meter,
      long amount,
      long total,
      Instant now)
      throws SQLException {
    change(
        connection,
        step,
        "INSERT INTO credits (id, incarnation, meter, amount, total, created_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        id,
        incarnation,
        meter.word(),
        amount,
        total,
        now.toEpochMilli());
  }

  /** The account as it was when it was made, whatever became of it since. */
  private static Account asCreated(Connection connection, long incarnation, NewAccount wanted)
      throws SQLException {
    Account now =
        Sql.one(connection, Rows.ACCOUNT + " WHERE a.incarnation = ?", Rows::account, incarnation)
            .orElseThrow();
    return new Account(
        incarnation,
        wanted.id(),
        now.reborn(),
        wanted.email(),
        wanted.permissions(),
        Status.ACTIVE,
        1,
        now.createdAt(),
        new Balance(wanted.tokens(), 0, 0),
        new Balance(wanted.words(), 0, 0));
  }

  @Override
  public Optional<Account> find(String id) {
    return file.read(connection -> living(connection, id));
  }

  private static Optional<Account> living(Connection connection, String id) throws SQLException {
    return Sql.one(
        connection, Rows.ACCOUNT + " WHERE a.id = ? AND a.deleted_at IS NULL", Rows::account, id);
  }

  @Override
  public List<Account> list(@Nullable String cursor, int limit) {
    return file.read(connection ->
        Sql.all(
            connection,
            Rows.ACCOUNT + " WHERE a.deleted_at IS NULL AND a.id > ? ORDER BY a.id LIMIT ?",
            Rows::account,
            cursor == null ? "" : cursor,
            limit));
  }

  @Override
  public boolean setPermissions(String id, Set<Permission> permissions) {
    return alter(id, "permissions = ?", Rows.permissions(permissions));
  }

  @Override
  public boolean setStatus(String id, Status status) {
    return alter(id, "status = ?", status.word());
  }

  @Override
  public boolean delete(String id, Instant now) {
    return alter(id, "deleted_at = ?", now.toEpochMilli());
  }

  private boolean alter(String id, String assignment, Object value) {
    return file.write(
        Step.CHANGE_DONE,
        connection ->
            change(
                    connection,
                    Step.CHANGE_MADE,
                    "UPDATE accounts SET revision = revision + 1, "
                        + assignment
                        + " WHERE id = ? AND deleted_at IS NULL",
                    value,
                    id)
                == 1);
  }

  @Override
  public Crediting credit(
      String id, Meter meter, long amount, @Nullable CallerKey key, Instant now) {
    if (amount < 1) {
      throw new IllegalArgumentException("credit of " + amount);
    }
    return file.write(
        Step.CREDIT_DONE,
        connection -> {
          if (key != null) {
            Optional<String> target = targetOf(connection, key);
            if (target.isPresent()) {
              return target.get().isEmpty()
                  ? new Crediting.KeyUsedOtherwise()
                  : new Crediting.AlreadyCredited(creditById(connection, target.get()));
            }
          }
          Optional<Account> found = living(connection, id);
          if (found.isEmpty()) {
            return new Crediting.NoAccount();
          }
          Account account = found.get();
          long before = account.balance(meter).credited();
          if (amount > Balance.MAXIMUM - before) {
            return new Crediting.TooMuch();
          }
          String creditId = ids.next();
          change(
              connection,
              Step.CREDIT_RAISED,
              "UPDATE balances SET credited = credited + ? WHERE incarnation = ? AND meter = ?",
              amount,
              account.incarnation(),
              meter.word());
          change(
              connection,
              Step.CREDIT_REVISED,
              "UPDATE accounts SET revision = revision + 1 WHERE incarnation = ?",
              account.incarnation());
          insertCredit(
              connection,
              Step.CREDIT_RECORDED,
              creditId,
              account.incarnation(),
              meter,
              amount,
              before + amount,
              now);
          if (key != null) {
            remember(connection, Step.CREDIT_KEY, key, creditId, now);
          }
          return new Crediting.Credited(creditById(connection, creditId));
        });
  }

  private static Credit creditById(Connection connection, String id) throws SQLException {
    return Sql.one(
            connection,
            "SELECT c.*, a.id AS account_id FROM credits c JOIN accounts a USING (incarnation)"
                + " WHERE c.id = ?",
            Rows::credit,
            id)
        .orElseThrow();
  }

  /** What the key made before; empty text if it was used for another request. */
  private static Optional<String> targetOf(Connection connection, CallerKey key)
      throws SQLException {
    return Sql.one(
        connection,
        "SELECT fingerprint, target FROM caller_keys WHERE caller = ? AND request_key = ?",
        row -> row.getString(1).equals(key.request().fingerprint()) ? row.getString(2) : "",
        key.caller(),
        key.request().key());
  }

  private void remember(Connection connection, Step step, CallerKey key, String target, Instant now)
      throws SQLException {
    change(
        connection,
        step,
        "INSERT INTO caller_keys (caller, request_key, fingerprint, target, created_at)"
            + " VALUES (?, ?, ?, ?, ?)",
        key.caller(),
        key.request().key(),
        key.request().fingerprint(),
        target,
        now.toEpochMilli());
  }

  @Override
  public void forgetKeysBefore(Instant time) {
    file.write(
        Step.FORGET_DONE,
        connection ->
            change(
                connection,
                Step.FORGET_KEYS,
                "DELETE FROM caller_keys WHERE created_at < ?",
                time.toEpochMilli()));
  }

  @Override
  public Settled settle(Settlement settlement) {
    return file.write(
        Step.COMMIT_DONE,
        connection -> {
          if (!isCurrent(connection, settlement)) {
            return Settled.REFUSED;
          }
          try (PreparedStatement upsert =
              connection.prepareStatement(
                  """
                  INSERT INTO receipts (id, incarnation, holder, meter, product, amount, outcome,
                      created_at, closed_at, version, request_key, fingerprint, result)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT (id) DO UPDATE
                    SET amount = excluded.amount, outcome = excluded.outcome,
                        closed_at = excluded.closed_at, version = excluded.version,
                        result = excluded.result
                    WHERE excluded.version > receipts.version
                  """)) {
            for (Receipt receipt : settlement.receipts()) {
              Rows.bind(upsert, receipt);
              upsert.executeUpdate();
              steps.at(Step.COMMIT_RECEIPT);
            }
          }
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE balances SET spent = ?, version = ?"
                      + " WHERE incarnation = ? AND meter = ? AND version < ?")) {
            for (Snapshot snapshot : settlement.snapshots()) {
              update.setLong(1, snapshot.spent());
              update.setLong(2, snapshot.version());
              update.setLong(3, snapshot.incarnation());
              update.setString(4, snapshot.meter().word());
              update.setLong(5, snapshot.version());
              update.executeUpdate();
              steps.at(Step.COMMIT_SNAPSHOT);
            }
          }
          return Settled.DURABLE;
        });
  }

  /** One statement that changes something, and the step that it is. */
  private int change(Connection connection, Step step, String sql, @Nullable Object... parameters)
      throws SQLException {
    int rows = Sql.execute(connection, sql, parameters);
    steps.at(step);
    return rows;
  }

  private static boolean isCurrent(Connection connection, Settlement settlement)
      throws SQLException {
    return Sql.one(
                connection,
                "SELECT epoch FROM holders WHERE holder = ?",
                row -> row.getLong(1),
                settlement.holder())
            .orElse(0L)
        == settlement.epoch();
  }

  @Override
  public Optional<Receipt> receipt(long incarnation, String id) {
    return file.read(connection ->
        Sql.one(
            connection,
            Rows.RECEIPT + " WHERE id = ? AND incarnation = ?",
            Rows::receipt,
            id,
            incarnation));
  }

  @Override
  public Optional<Receipt> receiptByKey(long incarnation, String key, Instant since) {
    return file.read(connection ->
        Sql.one(
            connection,
            Rows.RECEIPT
                + " WHERE incarnation = ? AND request_key = ? AND created_at >= ?"
                + " AND amount > 0 ORDER BY id DESC LIMIT 1",
            Rows::receipt,
            incarnation,
            key,
            since.toEpochMilli()));
  }

  @Override
  public List<Receipt> receipts(
      long incarnation, @Nullable Meter meter, @Nullable String cursor, int limit) {
    String ofMeter = meter == null ? "" : " AND meter = '" + meter.word() + "'";
    return file.read(connection ->
        Sql.all(
            connection,
            Rows.RECEIPT
                + " WHERE incarnation = ? AND id < ?"
                + ofMeter
                + " ORDER BY id DESC LIMIT ?",
            Rows::receipt,
            incarnation,
            cursor == null ? "~" : cursor,
            limit));
  }

  @Override
  public List<Admitted> admittedSince(Meter meter, Instant since) {
    return file.read(connection ->
        Sql.all(
            connection,
            "SELECT a.id, r.created_at FROM receipts r JOIN accounts a USING (incarnation)"
                + " WHERE r.id >= ? AND r.meter = ? AND r.created_at >= ?"
                + " AND r.outcome IS NOT 'adjusted' ORDER BY r.id",
            row -> new Admitted(row.getString(1), Instant.ofEpochMilli(row.getLong(2))),
            TimeOrderedIds.leastAt(since.minus(LONGEST_OPENING)),
            meter.word(),
            since.toEpochMilli()));
  }

  @Override
  public Audit audit() {
    return file.read(SqliteAudit::sums);
  }

  @Override
  public void probe() {
    file.read(connection -> Sql.one(connection, "SELECT 1 FROM holders", row -> true));
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
