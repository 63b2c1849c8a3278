package dev.lastword.store.sql;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outbox;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operators do to accounts, and what is read of them, in SQL that SQLite, MySQL and MariaDB
 * understand alike. How a transaction is run, and what is settled in one, is the store's own.
 */
public abstract class SqlAccounts implements Accounts {

  private static final String LIVING = " WHERE a.id = ? AND a.deleted_at IS NULL";

  /** A charge's id is made when it is opened, a little before it begins. */
  private static final Duration LONGEST_OPENING = Duration.ofMinutes(1);

  /** Makes the ids of credits. */
  protected final TimeOrderedIds ids;

  /** Is told of each statement that changes something. */
  protected final Steps steps;

  /** Is told of balances before they change. */
  protected final SqlOutbox outbox;

  protected SqlAccounts(TimeOrderedIds ids, Steps steps, Levels levels) {
    this.ids = ids;
    this.steps = steps;
    this.outbox = new SqlOutbox(this, levels);
  }

  /** Looks something up; each statement sees what is committed. */
  protected abstract <T> T read(Sql.Work<T> work);

  /**
   * Runs the work in one transaction that is durable when this returns, or never happened.
   *
   * @param durable the step that its commit is
   */
  protected abstract <T> T write(Step durable, Sql.Work<T> work);

  /** What makes a query lock the rows it finds; empty where one transaction writes at a time. */
  protected abstract String forUpdate();

  /** An account was made within this transaction, with its balances. */
  protected abstract void accountMade(Connection connection, long incarnation) throws SQLException;

  /** A balance of the account was raised within this transaction. */
  protected abstract void balanceRaised(Connection connection, long incarnation)
      throws SQLException;

  /** The account was ended within this transaction. */
  protected abstract void accountEnded(Connection connection, String id) throws SQLException;

  /** One statement that changes something, and the step that it is. */
  protected final int change(
      Connection connection, Step step, String sql, @Nullable Object... parameters)
      throws SQLException {
    int rows = Sql.execute(connection, sql, parameters);
    steps.at(step);
    return rows;
  }

  @Override
  public Creation create(NewAccount wanted, @Nullable CallerKey key, Instant now) {
    return write(
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
          accountMade(connection, incarnation);
          if (key != null) {
            remember(connection, Step.CREATE_KEY, key, Long.toString(incarnation), now);
          }
          return new Creation.Created(living(connection, wanted.id()).orElseThrow());
        });
  }

  private long insertAccount(Connection connection, NewAccount wanted, Instant now)
      throws SQLException {
    boolean reborn =
        Sql.one(
                connection,
                "SELECT 1 FROM accounts WHERE id = ? AND deleted_at IS NOT NULL LIMIT 1",
                row -> true,
                wanted.id())
            .isPresent();
    long incarnation =
        Sql.insert(
            connection,
            "INSERT INTO accounts (id, reborn, email, permissions, status, revision, created_at)"
                + " VALUES (?, ?, ?, ?, 'active', 1, ?)",
            wanted.id(),
            reborn ? 1 : 0,
            wanted.email(),
            Rows.permissions(wanted.permissions()),
            now.toEpochMilli());
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
    return now.asCreated(wanted);
  }

  @Override
  public Optional<Account> find(String id) {
    return read(connection -> living(connection, id));
  }

  /** The living account with that id. */
  protected static Optional<Account> living(Connection connection, String id) throws SQLException {
    return Sql.one(
        connection, Rows.ACCOUNT + " WHERE a.id = ? AND a.deleted_at IS NULL", Rows::account, id);
  }

  @Override
  public List<Account> list(@Nullable String cursor, int limit) {
    return read(connection ->
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
    return write(
        Step.CHANGE_DONE,
        connection -> {
          boolean ended = alter(connection, id, "deleted_at = ?", now.toEpochMilli());
          if (ended) {
            accountEnded(connection, id);
          }
          return ended;
        });
  }

  private boolean alter(String id, String assignment, Object value) {
    return write(Step.CHANGE_DONE, connection -> alter(connection, id, assignment, value));
  }

  private boolean alter(Connection connection, String id, String assignment, Object value)
      throws SQLException {
    return change(
            connection,
            Step.CHANGE_MADE,
            "UPDATE accounts SET revision = revision + 1, "
                + assignment
                + " WHERE id = ? AND deleted_at IS NULL",
            value,
            id)
        == 1;
  }

  @Override
  public Crediting credit(
      String id, Meter meter, long amount, @Nullable CallerKey key, Instant now) {
    if (amount < 1) {
      throw new IllegalArgumentException("credit of " + amount);
    }
    return write(
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
          Optional<Account> found =
              Sql.one(connection, Rows.ACCOUNT + LIVING + forUpdate(), Rows::account, id);
          if (found.isEmpty()) {
            return new Crediting.NoAccount();
          }
          Account account = found.get();
          long before = account.balance(meter).credited();
          if (amount > maximumBalance() - before) {
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
          balanceRaised(connection, account.incarnation());
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
    write(
        Step.FORGET_DONE,
        connection ->
            change(
                connection,
                Step.FORGET_KEYS,
                "DELETE FROM caller_keys WHERE created_at < ?",
                time.toEpochMilli()));
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public Optional<Receipt> receipt(long incarnation, String id) {
    return read(connection ->
        Sql.one(
            connection,
            Rows.RECEIPT + " WHERE id = ? AND incarnation = ?",
            Rows::receipt,
            id,
            incarnation));
  }

  @Override
  public Optional<Receipt> receiptByKey(long incarnation, String key, Instant since) {
    return read(connection ->
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
    return read(connection ->
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
    return read(connection ->
        Sql.all(
            connection,
            "SELECT a.id, r.created_at FROM receipts r JOIN accounts a USING (incarnation)"
                + " WHERE r.id >= ? AND r.meter = ? AND r.created_at >= ?"
                + " AND (r.outcome IS NULL OR r.outcome <> 'adjusted') ORDER BY r.id",
            row -> new Admitted(row.getString(1), Instant.ofEpochMilli(row.getLong(2))),
            TimeOrderedIds.leastAt(since.minus(LONGEST_OPENING)),
            meter.word(),
            since.toEpochMilli()));
  }

  @Override
  public void probe() {
    read(connection -> Sql.one(connection, "SELECT 1 FROM holders LIMIT 1", row -> true));
  }
}
