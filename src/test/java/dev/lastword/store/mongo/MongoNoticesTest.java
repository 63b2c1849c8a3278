package dev.lastword.store.mongo;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.SharedNoticesContract;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.world.Steps;
import java.time.InstantSource;
import java.util.Random;

final class MongoNoticesTest extends SharedNoticesContract {

  private final String uri = MongoProcess.shared().fresh();

  @Override
  protected Accounts open(Levels levels) {
    return MongoAccounts.open(
        MongoAddress.parse(uri),
        new TimeOrderedIds(InstantSource.system(), new Random()),
        Steps.NONE,
        levels);
  }
}
