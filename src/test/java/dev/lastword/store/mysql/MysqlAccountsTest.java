package dev.lastword.store.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.SharedAccountsContract;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.world.Steps;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract on a real server, and what is MySQL's own: its tables. */
final class MysqlAccountsTest extends SharedAccountsContract {

  private final DatabaseServer server = DatabaseServer.shared();
  private final String dsn = server.fresh();
  private final String name = MysqlAddress.parse(dsn).database();

  @Override
  protected SharedAccounts open() {
    return open(dsn);
  }

  private static MysqlAccounts open(String dsn) {
    return MysqlAccounts.open(
        MysqlAddress.parse(dsn),
        new TimeOrderedIds(InstantSource.system(), new Random()),
        Steps.NONE);
  }

  private static Receipt words(Account account, String id, long amount, Instant closedAt) {
    return new Receipt(
        id,
        account.incarnation(),
        "node",
        Meter.WORDS,
        "words",
        amount,
        closedAt == null ? null : Outcome.COMPLETED,
        NOW,
        closedAt,
        closedAt == null ? 1 : 2,
        null,
        null);
  }

  private void settle(long epoch, Account account, long spent, long version, Receipt receipt) {
    accounts.settle(
        new Settlement(
            "node",
            epoch,
            List.of(new Snapshot(account.incarnation(), Meter.WORDS, spent, version)),
            List.of(receipt)));
  }

  @Test
  void promise7TheUsersTableSaysWhatTheBalancesSay() {
    Account account = create("ann", 5, 1_000);
    long epoch = accounts.begin("node", NOW).number();
    settle(epoch, account, 400, 1, words(account, "1", 400, NOW));
    accounts.credit("ann", Meter.TOKENS, 3, null, NOW);
    accounts.credit("ann", Meter.WORDS, 50, null, NOW);

    assertThat(
            server.query(
                name,
                "SELECT CONCAT_WS(' ', user_id, words_left, total_words, tokens_left, total_tokens)"
                    + " FROM users"))
        .containsExactly("ann 650 1050 8 8");

    server.execute(name, "UPDATE users SET words_left = 651");
    assertThat(accounts.audit().discrepancies())
        .singleElement()
        .asString()
        .contains("ann", "651 of 1050");
    server.execute(name, "UPDATE users SET words_left = 650");
    server.execute(name, "INSERT INTO users (user_id) VALUES ('stranger')");
    assertThat(accounts.audit().discrepancies()).singleElement().asString().contains("stranger");
  }

  @Test
  void promise3AFinishedStreamIsOneRequestHoweverOftenItIsSettled() {
    Account account = create("ann", 0, 1_000);
    long epoch = accounts.begin("node", NOW).number();
    settle(epoch, account, 9, 1, words(account, "1", 9, null));
    assertThat(server.query(name, "SELECT count(*) FROM requests")).containsExactly("0");
    for (int i = 0; i < 3; i++) {
      settle(epoch, account, 7, 2, words(account, "1", 7, NOW.plusMillis(4_321)));
    }

    String row = "SELECT CONCAT_WS(' ', user_id, duration, charge_id, created_at) FROM requests";
    assertThat(server.query(name, row)).containsExactly("ann 4321 1 2026-01-02 03:04:05");
  }

  @Test
  void aDeletedUserTakesItsRequestsAlongAndLeavesItsReceipts() {
    Account account = create("ann", 0, 1_000);
    long epoch = accounts.begin("node", NOW).number();
    settle(epoch, account, 7, 1, words(account, "1", 7, NOW));
    accounts.delete("ann", NOW);

    assertThat(server.query(name, "SELECT user_id FROM users UNION SELECT user_id FROM requests"))
        .isEmpty();
    assertThat(accounts.receipts(account.incarnation(), null, null, 10)).hasSize(1);

    // The same id again: what the first life still settles is not the second one's.
    create("ann", 0, 500);
    settle(epoch, account, 9, 2, words(account, "2", 2, NOW));
    assertThat(server.query(name, "SELECT words_left FROM users")).containsExactly("500");
    assertThat(server.query(name, "SELECT user_id FROM requests")).isEmpty();
    assertThat(accounts.audit()).isEqualTo(new Audit(2, 2, List.of()));
  }

  /** The tables as another program made them, in the collation that servers used to have. */
  private static String old(DatabaseServer server, String charset, String collation) {
    String dsn = server.fresh();
    server.execute(
        MysqlAddress.parse(dsn).database(),
        """
        CREATE TABLE users (
          user_id VARCHAR(255) PRIMARY KEY,
          words_left INT NOT NULL DEFAULT 1000000,
          total_words INT NOT NULL DEFAULT 1000000,
          created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
          updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
          INDEX idx_words_left (words_left)
        ) ENGINE = InnoDB CHARACTER SET %1$s COLLATE %2$s;
        CREATE TABLE requests (
          id BIGINT AUTO_INCREMENT PRIMARY KEY,
          user_id VARCHAR(255) NOT NULL,
          data TEXT,
          duration INT NOT NULL,
          created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
          INDEX idx_user_id (user_id),
          INDEX idx_created_at (created_at),
          FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
        ) ENGINE = InnoDB CHARACTER SET %1$s COLLATE %2$s;
        INSERT INTO users (user_id, words_left, total_words, created_at) VALUES
          ('user1', 999500, 1000000, '2025-07-31 22:04:49'),
          ('Änn', 1000000, 1000000, '2025-07-31 22:04:50'),
          ('empty', 0, 1000, '2025-07-31 22:04:51'),
          ('overdrawn', -5, 1000, '2025-07-31 22:04:52'),
          ('gift', 70, 50, '2025-07-31 22:04:53');
        INSERT INTO requests (user_id, data, duration) VALUES
          ('user1', 'some words', 60000), ('Änn', NULL, 1);
        """
            .formatted(charset, collation));
    return dsn;
  }

  @Test
  void promise7ExistingUsersBecomeAccountsWhoseUnitsAreAllExplained() {
    for (String charset : List.of("utf8mb4", "latin1")) {
      String collation = charset.equals("latin1") ? "latin1_swedish_ci" : "utf8mb4_general_ci";
      String old = old(server, charset, collation);
      String database = MysqlAddress.parse(old).database();
      try (SharedAccounts adopted = open(old)) {
        Account user1 = adopted.find("user1").orElseThrow();
        assertThat(user1.words()).isEqualTo(new Balance(1_000_000, 500, 1));
        assertThat(user1.tokens()).isEqualTo(Balance.EMPTY);
        assertThat(user1.permissions()).isEmpty();
        assertThat(adopted.find("Änn").orElseThrow().words())
            .isEqualTo(new Balance(1_000_000, 0, 0));
        assertThat(adopted.find("empty").orElseThrow().words().left()).isZero();
        assertThat(adopted.find("overdrawn").orElseThrow().words().left()).isZero();
        assertThat(adopted.find("gift").orElseThrow().words().left()).isEqualTo(70);
        assertThat(adopted.receipts(user1.incarnation(), null, null, 10))
            .singleElement()
            .satisfies(receipt -> {
              assertThat(receipt.amount()).isEqualTo(500);
              assertThat(TimeOrderedIds.isValid(receipt.id())).isTrue();
            });
        assertThat(adopted.admittedSince(Meter.WORDS, Instant.EPOCH)).isEmpty();
        assertThat(adopted.audit()).isEqualTo(new Audit(5, 3, List.of()));

        // From now on an id is what it is to the last character, and the cascade still works.
        assertThat(adopted.create(new NewAccount("USER1", null, Set.of(), 0, 0), null, NOW))
            .isInstanceOf(Creation.Created.class);
        assertThat(server.query(database, "SELECT user_id FROM requests ORDER BY user_id"))
            .containsExactlyInAnyOrder("user1", "Änn");
        adopted.delete("user1", NOW);
        assertThat(server.query(database, "SELECT user_id FROM requests")).containsExactly("Änn");
        assertThat(adopted.audit().discrepancies()).isEmpty();
      }
      try (SharedAccounts again = open(old)) {
        assertThat(again.audit()).as("adopted once").isEqualTo(new Audit(6, 3, List.of()));
      }
    }
  }

  @Test
  void manyNodesMayStartAtOnce() throws Exception {
    String empty = server.fresh();
    openAtOnce(() -> open(empty));
  }

  @Test
  void promise2AServerThatCouldLoseWhatItConfirmsIsRefused() {
    server.execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
    try {
      assertThatThrownBy(() -> open(dsn))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("innodb_flush_log_at_trx_commit = 2")
          .hasMessageContaining("Set it to 1");
    } finally {
      server.execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    }
  }

  @Test
  void promise9AnUnreachableOrUnknownDatabaseIsNamedWithoutItsPassword() {
    for (String wrong :
        List.of(
            "ann:secret@tcp(127.0.0.1:1)/words",
            dsn.replace("p@ss", "secret"),
            dsn.replace(name, "nowhere"))) {
      assertThatThrownBy(() -> open(wrong))
          .isInstanceOf(AccountsFailure.class)
          .hasMessageContaining(MysqlAddress.parse(wrong).toString())
          .hasMessageNotContaining("secret");
    }
  }
}
