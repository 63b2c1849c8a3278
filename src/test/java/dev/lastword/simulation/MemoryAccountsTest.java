package dev.lastword.simulation;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsContract;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Steps;
import java.util.Random;

final class MemoryAccountsTest extends AccountsContract {

  private final Disk disk = new Disk();

  @Override
  protected Accounts open() {
    return new MemoryAccounts(disk, new TimeOrderedIds(() -> NOW, new Random(2)), Steps.NONE);
  }
}
