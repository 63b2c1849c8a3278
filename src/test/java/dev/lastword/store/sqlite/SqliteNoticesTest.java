package dev.lastword.store.sqlite;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.NoticesContract;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Steps;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

final class SqliteNoticesTest extends NoticesContract {

  @TempDir private Path folder;

  @Override
  protected Accounts open(Levels levels) {
    return SqliteAccounts.open(
        folder,
        new TimeOrderedIds(InstantSource.system(), new Random()),
        Steps.NONE,
        levels,
        failure -> {});
  }
}
