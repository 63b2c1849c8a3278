package dev.lastword.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ledger over a store that may be away, here at our word; it keeps every other promise too. */
@Timeout(60)
final class PatientLedgerTest extends LedgerContract {

  /** What becomes of settlements. */
  private enum Store {
    THERE,
    AWAY,
    /** Applies them, and loses the answer. */
    DEAF
  }

  /** Enough for a store that is there, on any machine. */
  private static final Duration PATIENCE = Duration.ofMillis(700);

  private static final RequestKey KEY = new RequestKey("k", "f");

  @TempDir private Path folder;

  private final AtomicReference<Store> store = new AtomicReference<>(Store.THERE);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Settlement> asked = new CopyOnWriteArrayList<>();

  @Override
  protected Accounts openAccounts() {
    return SqliteAccounts.open(
        folder, new TimeOrderedIds(clock, new Random()), Steps.NONE, reason -> {});
  }

  @Override
  protected Ledger openLedger(Accounts accounts) {
    return LocalLedger.begin(
        unreliable(accounts),
        new TimeOrderedIds(clock, new Random()),
        World.real().withClock(clock),
        CommitObserver.NONE,
        failure::set,
        PATIENCE,
        LocalLedger.LINGER);
  }

  private Accounts unreliable(Accounts accounts) {
    return (Accounts)
        Proxy.newProxyInstance(
            Accounts.class.getClassLoader(),
            new Class<?>[] {Accounts.class},
            (proxy, method, arguments) -> {
              try {
                if (!method.getName().equals("settle")) {
                  return method.invoke(accounts, arguments);
                }
                asked.add((Settlement) arguments[0]);
                Store now = store.get();
                if (now == Store.AWAY) {
                  throw new AccountsFailure("on purpose", new IOException());
                }
                Settled settled = (Settled) method.invoke(accounts, arguments);
                if (now == Store.DEAF) {
                  throw new AccountsFailure("on purpose, too late", new IOException());
                }
                return settled;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @AfterEach
  void theStoreIsThereAgain() {
    store.set(Store.THERE);
  }

  private void back() {
    store.set(Store.THERE);
    await().until(ledger::healthy);
    await().until(() -> ledger.queued() == 0);
  }

  private Tab keyed(Account account) {
    return opened(ledger.open(order(account, Meter.TOKENS, KEY)));
  }

  private void assertGivenBack(Account account, String charge) {
    await()
        .untilAsserted(() -> {
          Receipt receipt = accounts.receipt(account.incarnation(), charge).orElseThrow();
          assertThat(receipt.amount()).isZero();
          assertThat(receipt.outcome()).isEqualTo(Outcome.FAILED);
        });
    assertThat(accounts.find("ann").orElseThrow().tokens().spent()).isZero();
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(10);
    assertThat(accounts.audit().discrepancies()).isEmpty();
    assertThat(failure.get()).isNull();
  }

  @Test
  void promise5AChargeThatCouldNotBeMadeDurableInTimeIsGivenBack() {
    for (Store fault : List.of(Store.AWAY, Store.DEAF)) {
      String id = fault == Store.AWAY ? "ann" : "bob";
      Account account = create(id, 10, 0);
      store.set(fault);
      Tab tab = opened(ledger.open(order(account, Meter.TOKENS, null)));

      assertThatThrownBy(() -> tab.charge(1, "a meme")).isInstanceOf(LedgerFailure.class);
      assertThat(ledger.healthy()).isFalse();
      tab.close(0, Outcome.FAILED, null);

      back();
      await().until(() -> accounts.find(id).orElseThrow().tokens().version() == 2);
      assertThat(accounts.find(id).orElseThrow().tokens()).isEqualTo(new Balance(10, 0, 2));
      assertThat(left(id, Meter.TOKENS)).isEqualTo(10);
      assertThat(accounts.audit().discrepancies()).isEmpty();
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  void promise5WhatWasDrawnInVainIsGivenBackByItsClose() {
    Account account = create("ann", 10, 0);
    store.set(Store.AWAY);
    Tab tab = keyed(account);
    assertThatThrownBy(() -> tab.draw(2, 2)).isInstanceOf(LedgerFailure.class);
    assertThatThrownBy(() -> tab.close(0, Outcome.FAILED, null)).isInstanceOf(LedgerFailure.class);

    back();
    assertGivenBack(account, tab.id());
  }

  /** However often it asks, it is not paid while the store is away. */
  @Test
  void promise4WhatIsDrawnAheadIsNotPaidWhileTheStoreIsAway() {
    Account account = create("ann", 0, 10);
    Tab tab = open(account, Meter.WORDS);
    tab.draw(1, 1);
    store.set(Store.AWAY);
    assertThat(tab.drawAhead(1, 1)).isEqualTo(new Draw.Paid(1, 8));

    assertThatThrownBy(tab::awaitPaid).isInstanceOf(LedgerFailure.class);
    assertThatThrownBy(tab::awaitPaid).isInstanceOf(LedgerFailure.class);

    back();
    tab.close(1, Outcome.COMPLETED, null);
    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(1);
  }

  /** The meme was made and paid, and its close came too late to answer. */
  @Test
  void promise5AnAnswerThatComesTooLateIsGivenBack() {
    Account account = create("ann", 10, 0);
    Tab tab = keyed(account);
    tab.draw(2, 2);
    store.set(Store.DEAF);
    assertThatThrownBy(() -> tab.close(2, Outcome.COMPLETED, "a meme"))
        .isInstanceOf(LedgerFailure.class);
    // As a sale does when something broke.
    tab.close(0, Outcome.FAILED, null);

    back();
    assertGivenBack(account, tab.id());
  }

  /** Else a retry would be answered with a charge that is then given back. */
  @Test
  void promise4AKeyStaysTakenUntilItsChargeIsGivenBack() {
    Account account = create("ann", 10, 0);
    store.set(Store.AWAY);
    Tab tab = keyed(account);
    assertThatThrownBy(() -> tab.charge(2, "a meme")).isInstanceOf(LedgerFailure.class);
    assertThatThrownBy(() -> keyed(account)).isInstanceOf(LedgerFailure.class);

    back();
    await().until(() -> ledger.open(order(account, Meter.TOKENS, KEY)) instanceof Opening.Opened);
    assertGivenBack(account, tab.id());
  }

  @Test
  void promise9NothingIsSaidAboutMoneyWhileTheStoreIsAway() {
    Account account = create("ann", 10, 0);
    Tab open = opened(ledger.open(order(account, Meter.TOKENS, null)));
    store.set(Store.AWAY);
    Tab tab = opened(ledger.open(order(account, Meter.TOKENS, null)));
    assertThatThrownBy(() -> tab.charge(10, null)).isInstanceOf(LedgerFailure.class);

    long begun = System.nanoTime();
    assertThatThrownBy(() -> open.draw(11, 11)).as("no 402").isInstanceOf(LedgerFailure.class);
    assertThatThrownBy(() -> open.draw(1, 1)).isInstanceOf(LedgerFailure.class);
    assertThatThrownBy(() -> ledger.open(order(account, Meter.TOKENS, null)))
        .isInstanceOf(LedgerFailure.class);
    assertThatThrownBy(() -> ledger.lowerTo("ann", Meter.TOKENS, 3))
        .isInstanceOf(LedgerFailure.class);
    assertThat(System.nanoTime() - begun)
        .as("it is known already that nothing can be waited for")
        .isLessThan(PATIENCE.toNanos());

    back();
    assertGivenBack(account, tab.id());
    assertThat(open.draw(10, 10)).isInstanceOf(Draw.Paid.class);
  }

  @Test
  void promise2AShortAbsenceIsWaitedForAndNothingIsReordered() {
    Account account = create("ann", 10, 100);
    Tab stream = open(account, Meter.WORDS);
    stream.draw(1, 5);
    store.set(Store.DEAF);
    Thread returning =
        Thread.ofVirtual()
            .start(() -> {
              await().until(() -> asked.size() > 3);
              store.set(Store.THERE);
            });
    assertThat(stream.draw(1, 5)).isInstanceOf(Draw.Paid.class);
    stream.close(7, Outcome.COMPLETED, null);

    assertThat(returning.isAlive()).isFalse();
    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(7);
    assertThat(accounts.audit().discrepancies()).isEmpty();
    long last = 0;
    for (Settlement settlement : asked) {
      long version = settlement.snapshots().iterator().next().version();
      assertThat(version).isGreaterThanOrEqualTo(last);
      last = version;
    }
  }

  @Test
  void anAccountStaysInMemoryUntilItsLateChargeIsDurable() {
    Account account = create("ann", 10, 0);
    store.set(Store.AWAY);
    assertThatThrownBy(() -> ledger.lowerTo("ann", Meter.TOKENS, 4))
        .isInstanceOf(LedgerFailure.class);

    back();
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(4);
    assertThat(accounts.find("ann").orElseThrow().tokens().spent()).isEqualTo(6);
    open(account, Meter.TOKENS).charge(4, null);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void endingGivesUpOnAStoreThatStaysAway() {
    Account account = create("ann", 10, 0);
    store.set(Store.AWAY);
    Tab tab = open(account, Meter.TOKENS);
    assertThatThrownBy(() -> tab.charge(1, null)).isInstanceOf(LedgerFailure.class);

    ledger.close();

    assertThat(failure.get()).isInstanceOf(AccountsFailure.class);
  }
}
