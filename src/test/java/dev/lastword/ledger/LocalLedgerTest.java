package dev.lastword.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sqlite.SqliteAccounts;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalLedgerTest extends LedgerContract {

  @TempDir private Path folder;

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long nanos;

  @Override
  protected Accounts openAccounts() {
    return SqliteAccounts.open(folder, new TimeOrderedIds(clock, new Random()), reason -> {});
  }

  @Override
  protected Ledger openLedger(Accounts accounts) {
    return LocalLedger.begin(
        accounts,
        new TimeOrderedIds(clock, new Random()),
        clock,
        () -> nanos,
        CommitObserver.NONE,
        failure::set);
  }

  @Test
  void idleAccountsLeaveMemoryAndComeBackAsTheyWere() {
    Account account = create("ann", 10, 0);
    Tab tab = open(account, Meter.TOKENS);
    LocalLedger local = (LocalLedger) ledger;
    nanos += LocalLedger.IDLE.toNanos();
    local.forgetIdle();
    assertThat(local.loadedAccounts()).as("a tab is open").isEqualTo(1);

    tab.charge(3, null);
    local.forgetIdle();

    assertThat(local.loadedAccounts()).isZero();
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(7);
    open(account, Meter.TOKENS).charge(3, null);
    assertThat(accounts.find("ann").orElseThrow().tokens().spent()).isEqualTo(6);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void unknownAccountsTakeNoMemory() {
    for (int i = 0; i < 100; i++) {
      assertThat(ledger.account("nobody" + i)).isEmpty();
    }
    assertThat(((LocalLedger) ledger).loadedAccounts()).isZero();
  }

  @Test
  void promise6ANextLifeClosesWhatWasOpen() {
    Account account = create("ann", 10, 10);
    RequestKey key = new RequestKey("k", "f");
    Tab meme = opened(ledger.open(order(account, Meter.TOKENS, key)));
    meme.draw(2, 2);
    Tab stream = open(account, Meter.WORDS);
    stream.draw(1, 3);

    ledger.close();
    ledger = openLedger(accounts);

    assertThat(left("ann", Meter.TOKENS)).isEqualTo(10);
    assertThat(left("ann", Meter.WORDS)).isEqualTo(7);
    assertThat(accounts.receipt(account.incarnation(), stream.id()).orElseThrow().outcome())
        .isEqualTo(Outcome.INTERRUPTED);
    assertThat(accounts.audit().discrepancies()).isEmpty();
    // The fixed price was given back, so its key is free again.
    opened(ledger.open(order(account, Meter.TOKENS, key))).charge(2, "x");
  }

  @Test
  void aForgottenSecondLedgerIsRefusedAtItsNextCharge() {
    Account account = create("ann", 10, 0);
    Tab tab = open(account, Meter.TOKENS);
    try (Ledger second = openLedger(accounts)) {
      assertThatThrownBy(() -> tab.charge(1, null)).isInstanceOf(LedgerFailure.class);
      assertThat(failure.get()).hasMessageContaining("taken over");
      assertThat(ledger.healthy()).isFalse();
      assertThat(second.account("ann").orElseThrow().tokens().spent()).isZero();
    }
    assertThatThrownBy(() -> open(account, Meter.TOKENS).charge(1, null))
        .isInstanceOf(LedgerFailure.class);
  }
}
