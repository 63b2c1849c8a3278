package dev.lastword.store.mysql;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.ledger.DatabaseLedgerContract;
import dev.lastword.world.Steps;
import java.util.Random;

/** The ledger of a single node, with its accounts in MySQL or MariaDB. */
final class MysqlLedgerTest extends DatabaseLedgerContract {

  @Override
  protected Accounts openAccounts() {
    return MysqlAccounts.open(
        MysqlAddress.parse(DatabaseServer.shared().fresh()),
        new TimeOrderedIds(clock, new Random()),
        Steps.NONE);
  }
}
