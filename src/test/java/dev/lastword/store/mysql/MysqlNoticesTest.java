package dev.lastword.store.mysql;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.SharedNoticesContract;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.world.Steps;
import java.time.InstantSource;
import java.util.Random;

final class MysqlNoticesTest extends SharedNoticesContract {

  private final String dsn = DatabaseServer.shared().fresh();

  @Override
  protected Accounts open(Levels levels) {
    return MysqlAccounts.open(
        MysqlAddress.parse(dsn),
        new TimeOrderedIds(InstantSource.system(), new Random()),
        Steps.NONE,
        levels,
        null);
  }
}
