package dev.lastword.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.AccountsContract;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryAccountsTest extends AccountsContract {

  private final Disk disk = new Disk();

  @Override
  protected Accounts open() {
    return new MemoryAccounts(disk, ids(), Steps.NONE);
  }

  /** Where the embedded store can be stopped, this one can. */
  @Test
  void itsStepsAreThoseOfTheEmbeddedStore(@TempDir Path folder) {
    List<Step> embedded = new ArrayList<>();
    List<Step> memory = new ArrayList<>();
    try (Accounts store = SqliteAccounts.open(folder, ids(), embedded::add, failure -> {})) {
      everyAct(store);
    }
    try (Accounts store = new MemoryAccounts(new Disk(), ids(), memory::add)) {
      everyAct(store);
    }
    assertThat(memory).isEqualTo(embedded).hasSizeGreaterThan(30);
  }

  private static TimeOrderedIds ids() {
    return new TimeOrderedIds(() -> NOW, new Random(2));
  }

  private static void everyAct(Accounts store) {
    CallerKey key = new CallerKey("operator", new RequestKey("k", "f"));
    NewAccount wanted = new NewAccount("ann", null, Set.of(), 5, 0);
    for (int i = 0; i < 2; i++) {
      store.create(wanted, key, NOW);
      store.create(wanted, null, NOW);
      store.credit(
          "ann", Meter.WORDS, 3, i == 0 ? null : new CallerKey("other", key.request()), NOW);
      store.credit("nobody", Meter.WORDS, 3, null, NOW);
    }
    Account account = store.find("ann").orElseThrow();
    long epoch = store.begin("node", NOW).number();
    Receipt open =
        new Receipt(
            ids().next(),
            account.incarnation(),
            "node",
            Meter.TOKENS,
            "thing",
            2,
            null,
            NOW,
            null,
            1,
            null,
            null);
    Snapshot spent = new Snapshot(account.incarnation(), Meter.TOKENS, 2, 1);
    store.settle(new Settlement("node", epoch, List.of(spent), List.of(open)));
    store.begin("node", NOW);
    store.settle(new Settlement("node", epoch, List.of(spent), List.of(open)));
    store.setStatus("ann", Status.SUSPENDED);
    store.setPermissions("nobody", Set.of());
    store.delete("ann", NOW);
    store.forgetKeysBefore(NOW);
  }
}
