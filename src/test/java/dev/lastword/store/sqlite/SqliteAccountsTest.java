package dev.lastword.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsContract;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sql.Sql;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteAccountsTest extends AccountsContract {

  @TempDir private Path folder;

  @Override
  protected Accounts open() {
    return open(folder);
  }

  private static Accounts open(Path folder) {
    return SqliteAccounts.open(
        folder,
        new TimeOrderedIds(InstantSource.system(), new Random()),
        Steps.NONE,
        failure -> {});
  }

  @Test
  void aSecondOwnerIsToldWhoTheFirstIs() {
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
  }

  @Test
  void theAuditReadsBesideALiveOwner() {
    accounts.create(new NewAccount("ann", null, Set.of(), 1, 1), null, NOW);

    assertThat(SqliteAccounts.auditOf(folder)).isEqualTo(new Audit(1, 0, List.of()));
  }

  @Test
  void aCopyIsWholeAndNeverOverwrites() {
    accounts.create(new NewAccount("ann", null, Set.of(), 1, 1), null, NOW);
    Path copy = folder.resolve("copy").resolve("lastword.db");
    assertThat(copy.getParent().toFile().mkdir()).isTrue();

    SqliteAccounts.copy(folder, copy);

    try (Accounts copied = open(copy.getParent())) {
      assertThat(copied.find("ann")).isEqualTo(accounts.find("ann"));
    }
    assertThatThrownBy(() -> SqliteAccounts.copy(folder, copy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exists");
  }

  @Test
  void aFolderWithoutAStoreIsNamed() {
    assertThatThrownBy(() -> SqliteAccounts.auditOf(folder.resolve("nowhere")))
        .hasMessageContaining("nowhere");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("lastword.db"), "This is not a database. ".repeat(500));

    assertThatThrownBy(() -> open(other)).hasMessageContaining("not a database");
  }

  @Test
  void promise2TheWriterWaitsForTheDisk() {
    try (SqliteFile database = new SqliteFile(folder.resolve("other.db"), Steps.NONE, e -> {})) {
      for (String pragma : List.of("synchronous", "journal_mode")) {
        String value =
            database.write(
                Step.CHANGE_DONE,
                connection ->
                    Sql.one(connection, "PRAGMA " + pragma, row -> row.getString(1)).orElseThrow());
        assertThat(value).isEqualTo(pragma.equals("synchronous") ? "2" : "wal");
      }
    }
  }

  @Test
  void anErrorInTheMiddleOfAWriteLeavesNoHalfAndEndsWriting() {
    AtomicReference<Throwable> told = new AtomicReference<>();
    Path file = folder.resolve("other.db");
    try (SqliteFile database = new SqliteFile(file, Steps.NONE, told::set)) {
      Sql.Work<Object> half =
          connection -> {
            Sql.execute(connection, "INSERT INTO holders (holder, epoch) VALUES ('half', 1)");
            throw new OutOfMemoryError("on purpose");
          };
      assertThatThrownBy(() -> database.write(Step.CHANGE_DONE, half))
          .isInstanceOf(OutOfMemoryError.class);

      assertThat(told.get()).isInstanceOf(AccountsFailure.class);
      assertThatThrownBy(() -> database.write(Step.CHANGE_DONE, connection -> "more"))
          .isInstanceOf(AccountsFailure.class);
      List<String> holders =
          database.read(connection ->
              Sql.all(connection, "SELECT holder FROM holders", row -> row.getString(1)));
      assertThat(holders).isEmpty();
    }
  }

  /** Two tabs of one account may be paid in another order than they were opened in. */
  @Test
  void receiptsAreFoundInTheOrderTheyWerePaidIn() {
    Account ann = create("ann", 9, 9);
    long epoch = accounts.begin("node", NOW).number();
    List<String> paid = new ArrayList<>();
    List<String> opened = List.of(ids.next(), ids.next(), ids.next(), ids.next());
    for (int index : List.of(1, 0, 3, 2)) {
      String id = opened.get(index);
      Meter meter = index == 0 ? Meter.WORDS : Meter.TOKENS;
      settle(epoch, List.of(), List.of(receipt(id, ann, meter, 0, null, 1)));
      paid.addFirst(id);
      // Once more, as a stream that goes on: it keeps its place.
      String first = paid.getLast();
      settle(epoch, List.of(), List.of(receipt(first, ann, Meter.TOKENS, 0, null, 2 + index)));
    }

    assertThat(idsOf(ann, null, null, 10)).isEqualTo(paid);
    assertThat(idsOf(ann, null, paid.get(1), 10)).isEqualTo(paid.subList(2, 4));
    assertThat(idsOf(ann, Meter.WORDS, null, 10)).containsExactly(opened.getFirst());
    assertThat(idsOf(ann, null, ids.next(), 10)).isEmpty();
  }

  @Test
  void promise7TheAuditMissesAReceiptThatIsGoneFromItsAccountsChain() throws Exception {
    Account ann = create("ann", 9, 9);
    long epoch = accounts.begin("node", NOW).number();
    List<String> all = List.of(ids.next(), ids.next(), ids.next());
    for (String id : all) {
      settle(epoch, List.of(), List.of(receipt(id, ann, Meter.TOKENS, 0, null, 1)));
    }
    assertThat(accounts.audit().discrepancies()).isEmpty();

    for (String damage :
        List.of(
            "DELETE FROM receipts WHERE id = '" + all.get(1) + "'",
            "UPDATE receipts SET previous = NULL WHERE id = '" + all.get(2) + "'",
            "UPDATE receipts SET previous = 'nobody' WHERE id = '" + all.get(2) + "'",
            "UPDATE balances SET latest = NULL",
            "UPDATE balances SET latest = '" + all.get(1) + "'",
            // In circles: the latest alone, and the two before it.
            "UPDATE receipts SET previous = CASE id WHEN '%s' THEN '%s' WHEN '%s' THEN '%s' END"
                .formatted(all.get(0), all.get(1), all.get(1), all.get(0)),
            "UPDATE receipts SET previous = id")) {
      Path damaged = Files.createTempDirectory(folder, "damaged");
      SqliteAccounts.copy(folder, damaged.resolve("lastword.db"));
      try (Connection file =
              DriverManager.getConnection("jdbc:sqlite:" + damaged + "/lastword.db");
          Statement statement = file.createStatement()) {
        assertThat(statement.executeUpdate(damage)).as(damage).isPositive();
      }
      assertThat(SqliteAccounts.auditOf(damaged).discrepancies()).as(damage).isNotEmpty();
      try (Accounts opened = open(damaged)) {
        // Whatever it finds, it comes to an end.
        assertThat(opened.receipts(ann.incarnation(), Meter.WORDS, null, 10)).isEmpty();
      }
    }
  }

  @Test
  void aFileOfTheFirstVersionIsBroughtUpToDate() throws Exception {
    Path old = Files.createDirectory(folder.resolve("old"));
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + old + "/lastword.db");
        Statement statement = file.createStatement()) {
      for (String ddl : SqliteFile.script("schema-1.sql")) {
        statement.execute(ddl);
      }
      statement.execute("PRAGMA user_version = 1");
      statement.execute(
          "INSERT INTO accounts (id, reborn, permissions, status, revision, created_at)"
              + " VALUES ('ann', 0, '', 'active', 1, 1), ('bob', 0, '', 'active', 1, 1)");
      statement.execute(
          "INSERT INTO balances SELECT incarnation, meter, 0, 0, 0 FROM accounts,"
              + " (SELECT 'tokens' AS meter UNION SELECT 'words')");
      // By turns of either, and one that was paid for later than its id says.
      for (int number = 0; number < 6; number++) {
        statement.execute(
            "INSERT INTO receipts (id, incarnation, holder, meter, product, amount, outcome,"
                + " created_at, closed_at, version) VALUES ('%s', %d, 'local', 'words', 'words', 0,"
                    .formatted("01ABC" + number, 1 + number % 2)
                + " 'failed', %d, 9, 1)".formatted(number == 0 ? 5 : number));
      }
    }
    assertThat(SqliteAccounts.auditOf(old)).isEqualTo(new Audit(2, 6, List.of()));

    try (Accounts opened = open(old)) {
      assertThat(opened.audit()).isEqualTo(new Audit(2, 6, List.of()));
      assertThat(opened.receipts(1, null, null, 10))
          .extracting(Receipt::id)
          .containsExactly("01ABC0", "01ABC4", "01ABC2");
      assertThat(opened.receipts(2, null, "01ABC5", 10))
          .extracting(Receipt::id)
          .containsExactly("01ABC3", "01ABC1");
    }
  }

  private List<String> idsOf(
      Account account, @Nullable Meter meter, @Nullable String cursor, int limit) {
    return accounts.receipts(account.incarnation(), meter, cursor, limit).stream()
        .map(Receipt::id)
        .toList();
  }
}
