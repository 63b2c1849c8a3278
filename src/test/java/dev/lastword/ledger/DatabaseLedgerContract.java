package dev.lastword.ledger;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.World;
import java.util.Random;
import org.junit.jupiter.api.Timeout;

/** The ledger of a single node, with its accounts in a database, which may be away. */
@Timeout(60)
public abstract class DatabaseLedgerContract extends LedgerContract {

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
