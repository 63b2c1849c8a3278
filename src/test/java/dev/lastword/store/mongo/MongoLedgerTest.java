package dev.lastword.store.mongo;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.ledger.DatabaseLedgerContract;
import dev.lastword.world.Steps;
import java.util.Random;

/** The ledger of a single node, with its accounts in MongoDB. */
final class MongoLedgerTest extends DatabaseLedgerContract {

  @Override
  protected Accounts openAccounts() {
    return MongoAccounts.open(
        MongoAddress.parse(MongoProcess.shared().fresh()),
        new TimeOrderedIds(clock, new Random()),
        Steps.NONE);
  }
}
