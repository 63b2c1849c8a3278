package dev.lastword.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is paid when all of it is there, over a store that may be away. */
@Timeout(60)
final class PaidAtOnceTest {

  private static final RequestKey KEY = new RequestKey("k", "f");

  @TempDir private Path folder;
  private final AtomicBoolean away = new AtomicBoolean();
  private Accounts accounts;
  private LocalLedger ledger;

  @BeforeEach
  void open() {
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new Random());
    accounts = SqliteAccounts.open(folder, ids, Steps.NONE, reason -> {});
    ledger =
        LocalLedger.beginPatiently(
            unreliable(), ids, World.real(), CommitObserver.NONE, failure -> {});
    accounts.create(
        new NewAccount("ann", null, Set.of(), 0, 10), null, InstantSource.system().instant());
  }

  @AfterEach
  void close() throws Exception {
    away.set(false);
    ledger.close();
    accounts.close();
  }

  private Accounts unreliable() {
    return (Accounts)
        Proxy.newProxyInstance(
            Accounts.class.getClassLoader(),
            new Class<?>[] {Accounts.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("settle") && away.get()) {
                throw new AccountsFailure("on purpose", new IOException());
              }
              try {
                return method.invoke(accounts, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private PaidAtOnce answer() {
    Account account = ledger.account("ann").orElseThrow();
    Order order = new Order("ann", account.incarnation(), Meter.WORDS, "answer", KEY, null);
    return switch (ledger.open(order)) {
      case Opening.Opened(Tab tab) -> new PaidAtOnce(tab, account.words().left(), null);
      case Opening other -> throw new AssertionError("" + other);
    };
  }

  private long left() {
    return ledger.account("ann").orElseThrow().words().left();
  }

  /** The first finds out that the store is away, the second knows it already. */
  @Test
  void promise5WhatCannotBePaidCostsNothingAndItsKeyIsFreeAgain() {
    for (int round = 0; round < 2; round++) {
      PaidAtOnce answer = answer();
      answer.draw(1, 4);
      away.set(true);
      assertThatThrownBy(() -> answer.close(4, Outcome.COMPLETED, "~one"))
          .isInstanceOfAny(LedgerFailure.class, AccountsFailure.class);
      if (round == 0) {
        away.set(false);
        await().until(() -> ledger.healthy() && ledger.queued() == 0);
        away.set(true);
      }
    }
    away.set(false);
    await().until(() -> ledger.healthy() && ledger.queued() == 0);
    assertThat(left()).isEqualTo(10);

    PaidAtOnce again = answer();
    again.draw(1, 4);

    assertThat(again.close(4, Outcome.COMPLETED, "~one").orElseThrow().amount()).isEqualTo(4);
    assertThat(left()).isEqualTo(6);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }
}
