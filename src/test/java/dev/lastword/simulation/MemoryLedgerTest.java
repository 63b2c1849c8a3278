package dev.lastword.simulation;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LedgerContract;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.util.Random;

/** The ledger does not notice that its store is only a stand-in. */
final class MemoryLedgerTest extends LedgerContract {

  @Override
  protected Accounts openAccounts() {
    return new MemoryAccounts(new Disk(), new TimeOrderedIds(clock, new Random(3)), Steps.NONE);
  }

  @Override
  protected Ledger openLedger(Accounts accounts) {
    return LocalLedger.begin(
        accounts,
        new TimeOrderedIds(clock, new Random(4)),
        World.real().withClock(clock),
        CommitObserver.NONE,
        failure -> {
          throw new AssertionError(failure);
        });
  }
}
