package dev.lastword.store.mysql;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LedgerContract;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.util.Random;
import org.junit.jupiter.api.Timeout;

/** The ledger of a single node, with its accounts in a database. */
@Timeout(60)
final class MysqlLedgerTest extends LedgerContract {

  @Override
  protected Accounts openAccounts() {
    return MysqlAccounts.open(
        MysqlAddress.parse(DatabaseServer.shared().fresh()),
        new TimeOrderedIds(clock, new Random()),
        Steps.NONE);
  }

  @Override
  protected Ledger openLedger(Accounts accounts) {
    return LocalLedger.beginPatiently(
        accounts,
        new TimeOrderedIds(clock, new Random()),
        World.real().withClock(clock),
        CommitObserver.NONE,
        failure -> {});
  }
}
