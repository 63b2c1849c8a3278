package dev.lastword.store.mysql;

import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Desk;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.mysql.Holders.Standing;
import dev.lastword.store.sql.Rows;
import dev.lastword.store.sql.Sql;
import dev.lastword.store.sql.SqlAccounts;
import dev.lastword.store.sql.SqlAudit;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in MySQL 8 or MariaDB, shared by as many nodes as there are. A transaction that meets a
 * deadlock is run again; every other failure is said, and whoever settles may settle again.
 * Thread-safe.
 */
public final class MysqlAccounts extends SqlAccounts implements SharedAccounts {

  private static final System.Logger LOG = System.getLogger(MysqlAccounts.class.getName());

  /** What the table {@code users} says of the living, and what it should say. */
  private static final List<String> BESIDE =
      List.of(
          """
          SELECT 'account ' || a.id || ': users says words '
                 || coalesce(u.words_left || ' of ' || u.total_words, 'nothing') || ', tokens '
                 || coalesce(u.tokens_left || ' of ' || u.total_tokens, 'nothing')
            FROM accounts a
            JOIN balances w ON w.incarnation = a.incarnation AND w.meter = 'words'
            JOIN balances t ON t.incarnation = a.incarnation AND t.meter = 'tokens'
            LEFT JOIN users u ON u.user_id = a.id
           WHERE a.living = 1
             AND (u.user_id IS NULL OR u.words_left <> w.credited - w.spent
                  OR u.total_words <> w.credited OR u.tokens_left <> t.credited - t.spent
                  OR u.total_tokens <> t.credited)
          """,
          """
          SELECT 'user ' || u.user_id || ': no account'
            FROM users u LEFT JOIN accounts a ON a.id = u.user_id AND a.living = 1
           WHERE a.incarnation IS NULL
          """);

  private final MysqlDatabase database;
  private final Holders holders;
  private final Settling settling;
  private final QueueDesk desk;

  private MysqlAccounts(
      MysqlDatabase database,
      TimeOrderedIds ids,
      Steps steps,
      Levels levels,
      Optional<Texts> texts) {
    super(ids, steps, levels);
    this.database = database;
    this.holders = new Holders(steps);
    this.settling = new Settling(steps, outbox, texts);
    this.desk = new QueueDesk(database);
  }

  /**
   * Opens the store: makes or adopts its tables, and connects.
   *
   * @throws IllegalStateException if the server is too old, or could lose what it confirms
   * @throws dev.lastword.accounts.AccountsFailure if it cannot be reached
   */
  public static MysqlAccounts open(MysqlAddress address, TimeOrderedIds ids, Steps steps) {
    return open(address, ids, steps, Levels.NONE, null);
  }

  /**
   * The same, with somebody to be told when balances fall, and with the words of finished streams
   * in the table {@code requests}.
   *
   * @param wording what the words were; null if they are not to be kept
   */
  public static MysqlAccounts open(
      MysqlAddress address,
      TimeOrderedIds ids,
      Steps steps,
      Levels levels,
      @Nullable Wording wording) {
    int connections = MysqlSchema.prepare(address);
    LOG.log(Level.INFO, address + ": " + connections + " connections at most");
    MysqlDatabase database = new MysqlDatabase(address, connections);
    Optional<Texts> texts =
        wording == null
            ? Optional.empty()
            : database.read(connection -> Texts.of(connection, wording));
    return new MysqlAccounts(database, ids, steps, levels, texts);
  }

  /** Audits a store from another process, also while servers run on it. */
  public static Audit auditOf(MysqlAddress address) {
    try (MysqlDatabase database = new MysqlDatabase(address, 1)) {
      return database.snapshot(MysqlAccounts::sums);
    }
  }

  private static Audit sums(Connection connection) throws SQLException {
    return SqlAudit.sums(connection, BESIDE);
  }

  @Override
  protected <T> T read(Sql.Work<T> work) {
    return database.read(work);
  }

  @Override
  protected <T> T write(Step durable, Sql.Work<T> work) {
    T result = database.transaction(work);
    steps.at(durable);
    return result;
  }

  @Override
  protected String forUpdate() {
    return " FOR UPDATE";
  }

  @Override
  protected void accountMade(Connection connection, long incarnation) throws SQLException {
    change(
        connection,
        Step.CREATE_ACCOUNT,
        """
        INSERT INTO users (user_id, words_left, total_words, tokens_left, total_tokens)
        SELECT a.id, w.credited, w.credited, t.credited, t.credited FROM accounts a
          JOIN balances w ON w.incarnation = a.incarnation AND w.meter = 'words'
          JOIN balances t ON t.incarnation = a.incarnation AND t.meter = 'tokens'
         WHERE a.incarnation = ?
        """,
        incarnation);
  }

  /** The account and its balances are locked: nobody settles on them at this moment. */
  @Override
  protected void balanceRaised(Connection connection, long incarnation) throws SQLException {
    change(
        connection,
        Step.CREDIT_RAISED,
        """
        UPDATE users u
          JOIN accounts a ON a.id = u.user_id
          JOIN balances w ON w.incarnation = a.incarnation AND w.meter = 'words'
          JOIN balances t ON t.incarnation = a.incarnation AND t.meter = 'tokens'
           SET u.words_left = w.credited - w.spent, u.total_words = w.credited,
               u.tokens_left = t.credited - t.spent, u.total_tokens = t.credited
         WHERE a.incarnation = ?
        """,
        incarnation);
  }

  @Override
  protected void accountEnded(Connection connection, String id) throws SQLException {
    change(connection, Step.CHANGE_MADE, "DELETE FROM users WHERE user_id = ?", id);
  }

  /** What the columns of {@code users} can hold. */
  @Override
  public long maximumBalance() {
    return Integer.MAX_VALUE;
  }

  /**
   * All that is open is closed, whoever opened it: every other holder is sealed, or this is
   * refused.
   */
  @Override
  public Epoch begin(String holder, Instant now) {
    return write(
        Step.RECOVERY_DONE,
        connection -> {
          long epoch = holders.takeOver(connection, holder);
          return new Epoch(epoch, settling.closeOpen(connection, now, "TRUE"));
        });
  }

  @Override
  public Settled settle(Settlement settlement) {
    return write(
        Step.COMMIT_DONE,
        connection -> {
          Optional<Standing> standing = Holders.locked(connection, settlement.holder());
          if (standing.isEmpty() || settlement.epoch() <= standing.get().sealed()) {
            return Settled.REFUSED;
          }
          settling.apply(connection, settlement);
          return Settled.DURABLE;
        });
  }

  @Override
  public long takeEpoch(String holder) {
    return write(Step.RECOVERY_DONE, connection -> holders.take(connection, holder));
  }

  /** Renewing what is current only reads the holders, whose rows others have locked. */
  @Override
  public Set<String> lease(Map<String, Long> epochs) {
    Map<String, Long> wanted = read(connection -> Holders.unleased(connection, epochs));
    return write(
        Step.RECOVERY_DONE,
        connection -> {
          Set<String> refused = holders.lease(connection, wanted);
          SortedSet<String> leased = new TreeSet<>(epochs.keySet());
          leased.removeAll(refused);
          holders.note(connection, leased);
          return refused;
        });
  }

  @Override
  public boolean leasedWithin(String holder, Duration time) {
    return read(connection ->
        Sql.one(
                connection,
                "SELECT 1 FROM leases WHERE holder = ? AND leased_at > NOW(3) - INTERVAL ? MICROSECOND",
                row -> true,
                holder,
                TimeUnit.NANOSECONDS.toMicros(time.toNanos()))
            .isPresent());
  }

  @Override
  public Loan lend(String holder, long epoch, String id) {
    return database.transaction(connection -> {
      Optional<Standing> standing = Holders.locked(connection, holder);
      if (standing.isEmpty() || !standing.get().leases(epoch)) {
        return new Loan.Over();
      }
      if (standing.get().sealed() < epoch - 1) {
        return new Loan.Unsealed();
      }
      return living(connection, id).<Loan>map(Loan.Lent::new).orElseGet(Loan.NoAccount::new);
    });
  }

  @Override
  public int seal(String holder, long epoch, Instant now) {
    return write(
        Step.RECOVERY_DONE,
        connection -> {
          holders.seal(connection, holder, epoch);
          return settling.closeOpen(
              connection,
              now,
              "meter = 'tokens' AND settled_holder = ? AND settled_epoch <= ?",
              holder,
              epoch);
        });
  }

  @Override
  public void alive(String node) {
    write(
        Step.RECOVERY_DONE,
        connection ->
            change(
                connection,
                Step.RECOVERY_EPOCH,
                "INSERT INTO nodes (node, seen_at) VALUES (?, NOW(3))"
                    + " ON DUPLICATE KEY UPDATE seen_at = NOW(3)",
                node));
  }

  @Override
  public List<Abandoned> abandoned(Duration silence, int limit) {
    long micros = TimeUnit.NANOSECONDS.toMicros(silence.toNanos());
    closeThoseOfTheDeleted(micros);
    return read(connection ->
        Sql.all(
            connection,
            """
            SELECT a.id AS account_id, r.* FROM receipts r
              JOIN accounts a ON a.incarnation = r.incarnation
              LEFT JOIN nodes n ON n.node = r.holder
             WHERE r.outcome IS NULL
               AND (n.node IS NULL OR n.seen_at <= NOW(3) - INTERVAL ? MICROSECOND)
             ORDER BY r.id LIMIT ?
            """,
            row -> new Abandoned(row.getString("account_id"), Rows.receipt(row)),
            micros,
            limit));
  }

  /** Should the real close still come, its version is newer. */
  private void closeThoseOfTheDeleted(long silenceMicros) {
    String from = " receipts r JOIN accounts a ON a.incarnation = r.incarnation";
    String condition =
        " WHERE r.outcome IS NULL AND a.deleted_at"
            + " <= UNIX_TIMESTAMP(NOW(3) - INTERVAL ? MICROSECOND) * 1000";
    boolean any =
        read(connection ->
            Sql.one(
                    connection,
                    "SELECT 1 FROM" + from + condition + " LIMIT 1",
                    row -> true,
                    silenceMicros)
                .isPresent());
    if (any) {
      write(
          Step.RECOVERY_DONE,
          connection ->
              change(
                  connection,
                  Step.RECOVERY_CLOSED,
                  "UPDATE"
                      + from
                      + " SET r.outcome = 'deleted', r.closed_at = UNIX_TIMESTAMP(NOW(3)) * 1000"
                      + condition,
                  silenceMicros));
    }
  }

  @Override
  public List<String> changedWithin(Duration time) {
    return read(connection ->
        Sql.all(
            connection,
            "SELECT DISTINCT id FROM accounts WHERE changed_at >= NOW(3) - INTERVAL ? MICROSECOND",
            row -> row.getString(1),
            TimeUnit.NANOSECONDS.toMicros(time.toNanos())));
  }

  @Override
  public Desk desk() {
    return desk;
  }

  @Override
  public Audit audit() {
    return database.snapshot(MysqlAccounts::sums);
  }

  @Override
  public void close() {
    database.close();
  }
}
