package dev.lastword.store.mysql;

import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.SharedAccountsContract;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Steps;
import java.time.InstantSource;
import java.util.Random;

final class MysqlAccountsTest extends SharedAccountsContract {

  private final String dsn = DatabaseServer.shared().fresh();

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
}
