package dev.lastword.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsContract;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sql.Sql;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
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
}
