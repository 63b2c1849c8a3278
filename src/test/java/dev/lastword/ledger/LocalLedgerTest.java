package dev.lastword.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LocalLedgerTest extends LedgerContract {

  @TempDir private Path folder;

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong nanos = new AtomicLong();

  @Override
  protected Accounts openAccounts() {
    return SqliteAccounts.open(
        folder, new TimeOrderedIds(clock, new Random()), Steps.NONE, reason -> {});
  }

  private World world() {
    return new World(clock, nanos::get, Thread.ofPlatform().daemon().factory(), Steps.NONE);
  }

  @Override
  protected Ledger openLedger(Accounts accounts) {
    return LocalLedger.begin(
        accounts,
        new TimeOrderedIds(clock, new Random()),
        world(),
        CommitObserver.NONE,
        failure::set);
  }

  @Test
  void idleAccountsLeaveMemoryAndComeBackAsTheyWere() {
    Account account = create("ann", 10, 0);
    Tab tab = open(account, Meter.TOKENS);
    LocalLedger local = (LocalLedger) ledger;
    nanos.addAndGet(LocalLedger.IDLE.toNanos());
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

  /** However long its commit takes: read again before it, the account would have its units back. */
  @Test
  void promise1AnAccountStaysInMemoryUntilItsLoweringIsDurable() {
    create("ann", 10, 0);
    AtomicReference<LocalLedger> own = new AtomicReference<>();
    AtomicInteger loaded = new AtomicInteger();
    Accounts slow =
        (Accounts)
            Proxy.newProxyInstance(
                Accounts.class.getClassLoader(),
                new Class<?>[] {Accounts.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("settle")) {
                    nanos.addAndGet(LocalLedger.IDLE.toNanos());
                    own.get().forgetIdle();
                    loaded.set(own.get().loadedAccounts());
                  }
                  return method.invoke(accounts, arguments);
                });
    own.set(
        LocalLedger.begin(
            slow,
            new TimeOrderedIds(clock, new Random()),
            world(),
            CommitObserver.NONE,
            failure::set));
    try (Ledger ledger = own.get()) {
      assertThat(ledger.lowerTo("ann", Meter.TOKENS, 3)).contains(0L);

      assertThat(loaded).hasValue(1);
      nanos.addAndGet(LocalLedger.IDLE.toNanos());
      own.get().forgetIdle();
      assertThat(own.get().loadedAccounts()).isZero();
    }
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
      // Whoever waits is told first.
      await().untilAsserted(() -> assertThat(failure.get()).hasMessageContaining("taken over"));
      assertThat(ledger.healthy()).isFalse();
      assertThat(second.account("ann").orElseThrow().tokens().spent()).isZero();
    }
    assertThatThrownBy(() -> open(account, Meter.TOKENS).charge(1, null))
        .isInstanceOf(LedgerFailure.class);
  }

  /** Accounts leave memory, die and live again while they are charged: each has one balance. */
  @Test
  void promise1And7NobodyIsEverTwiceInMemory() throws Exception {
    LocalLedger local = (LocalLedger) ledger;
    AtomicBoolean running = new AtomicBoolean(true);
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      all.add(
          threads.submit(() -> {
            while (running.get()) {
              nanos.addAndGet(LocalLedger.IDLE.toNanos());
              local.forgetIdle();
            }
          }));
      for (int i = 0; i < 8; i++) {
        String id = "user" + i % 2;
        all.add(threads.submit(() -> chargeWhile(running, id)));
      }
      try {
        for (int life = 0; life < 60; life++) {
          String id = "user" + life % 2;
          accounts.delete(id, NOW);
          ledger.refresh(id);
          create(id, 40, 0);
        }
      } finally {
        running.set(false);
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(accounts.audit().receipts()).isPositive();
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  private void chargeWhile(AtomicBoolean running, String id) {
    while (running.get()) {
      Optional<Account> account = ledger.account(id);
      if (account.isEmpty()) {
        // Dead at this moment: let others have the processor, its creator above all.
        Thread.yield();
      } else if (ledger.open(order(account.get(), Meter.TOKENS, null))
          instanceof Opening.Opened opened) {
        opened.tab().charge(1, null);
        opened.tab().close(0, Outcome.FAILED, null);
      }
    }
  }

  /** The store, until it is told to run out of memory in the middle of a settlement. */
  private Accounts failing(AtomicBoolean now) {
    return (Accounts)
        Proxy.newProxyInstance(
            Accounts.class.getClassLoader(),
            new Class<?>[] {Accounts.class},
            (proxy, method, arguments) -> {
              if (now.get() && method.getName().equals("settle")) {
                throw new OutOfMemoryError("on purpose");
              }
              return method.invoke(accounts, arguments);
            });
  }

  @Test
  void whatIsDrawnAheadSharesOneCommit() {
    Account account = create("ann", 0, 10);
    AtomicInteger commits = new AtomicInteger();
    CommitObserver observer = (changes, nanos) -> commits.incrementAndGet();
    try (Ledger own = lingering(accounts, observer)) {
      List<Tab> tabs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Tab tab = opened(own.open(order(account, Meter.WORDS, null)));
        assertThat(tab.drawAhead(1, 2)).isInstanceOf(Draw.Paid.class);
        tabs.add(tab);
      }
      assertThat(commits).as("nobody waits").hasValue(0);

      tabs.getFirst().awaitPaid();

      await().untilAsserted(() -> assertThat(commits).hasValue(1));
      assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(6);
      tabs.forEach(Tab::awaitPaid);
      tabs.forEach(tab -> tab.close(1, Outcome.COMPLETED, null));
    }
    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(3);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise2WhatIsDrawnAheadIsDurableWhenTheLedgerIsClosed() {
    Account account = create("ann", 0, 10);
    try (Ledger own = lingering(accounts, CommitObserver.NONE)) {
      opened(own.open(order(account, Meter.WORDS, null))).drawAhead(4, 4);
    }
    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(4);
  }

  @Test
  void promise4WhatIsDrawnAheadIsNotPaidIfItsCommitFails() {
    Account account = create("ann", 0, 10);
    AtomicBoolean now = new AtomicBoolean();
    try (Ledger own = lingering(failing(now), CommitObserver.NONE)) {
      Tab tab = opened(own.open(order(account, Meter.WORDS, null)));
      tab.draw(1, 1);
      now.set(true);
      assertThat(tab.drawAhead(1, 1)).isEqualTo(new Draw.Paid(1, 8));

      assertThatThrownBy(tab::awaitPaid).isInstanceOf(LedgerFailure.class);

      assertThatThrownBy(() -> tab.close(1, Outcome.COMPLETED, null))
          .isInstanceOf(LedgerFailure.class);
    }
    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(1);
  }

  /** Its committer commits when somebody waits, or at its end, and not before. */
  private Ledger lingering(Accounts store, CommitObserver observer) {
    return LocalLedger.begin(
        store,
        new TimeOrderedIds(clock, new Random()),
        world(),
        observer,
        failure::set,
        null,
        Duration.ofHours(1));
  }

  @Test
  void promise9AnErrorInTheCommitterIsToldToWhoeverWaits() {
    Account account = create("ann", 10, 0);
    AtomicBoolean now = new AtomicBoolean();
    try (Ledger own =
        LocalLedger.begin(
            failing(now),
            new TimeOrderedIds(clock, new Random()),
            world(),
            CommitObserver.NONE,
            reason -> {
              failure.set(reason);
              throw new OutOfMemoryError("here, too");
            })) {
      opened(own.open(order(account, Meter.TOKENS, null))).charge(1, null);
      now.set(true);

      Tab tab = opened(own.open(order(account, Meter.TOKENS, null)));
      assertThatThrownBy(() -> tab.charge(1, null)).isInstanceOf(LedgerFailure.class);

      assertThat(own.healthy()).isFalse();
      await().untilAsserted(() -> assertThat(failure.get()).hasMessage("on purpose"));
      assertThatThrownBy(() -> tab.charge(1, null)).isInstanceOf(LedgerFailure.class);
    }
    assertThat(accounts.find("ann").orElseThrow().tokens().spent()).isEqualTo(1);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  /** Memory has spent what the failed commit did not: nothing may be told of it. */
  @Test
  void promise9AfterAFailedCommitNothingIsSaidAboutMoney() {
    Account account = create("ann", 10, 0);
    RequestKey key = new RequestKey("k", "f");
    AtomicBoolean now = new AtomicBoolean();
    try (Ledger own =
        LocalLedger.begin(
            failing(now),
            new TimeOrderedIds(clock, new Random()),
            world(),
            CommitObserver.NONE,
            failure::set)) {
      Tab keyed = opened(own.open(order(account, Meter.TOKENS, key)));
      keyed.draw(2, 2);
      Tab tab = opened(own.open(order(account, Meter.TOKENS, null)));
      Tab other = opened(own.open(order(account, Meter.TOKENS, null)));
      now.set(true);
      assertThatThrownBy(() -> tab.charge(8, null)).isInstanceOf(LedgerFailure.class);

      // Neither 402, nor an amount to add, nor a charge that is open in the store for an answer.
      assertThatThrownBy(() -> other.charge(1, null)).isInstanceOf(LedgerFailure.class);
      assertThatThrownBy(() -> own.lowerTo("ann", Meter.TOKENS, 8))
          .isInstanceOf(LedgerFailure.class);
      assertThatThrownBy(() -> keyed.close(2, Outcome.COMPLETED, "x"))
          .isInstanceOf(LedgerFailure.class);
      assertThatThrownBy(() -> own.open(order(account, Meter.TOKENS, key)))
          .isInstanceOf(LedgerFailure.class);
    }
  }

  /** Else an operator would add what a charge took that a crash then undoes. */
  @Test
  void promise7WhatIsMissingIsToldWhenItIsDurable() throws Exception {
    Account account = create("ann", 10, 0);
    AtomicReference<Thread> operator = new AtomicReference<>();
    Accounts slow =
        (Accounts)
            Proxy.newProxyInstance(
                Accounts.class.getClassLoader(),
                new Class<?>[] {Accounts.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("settle")) {
                    await().until(() -> operator.get() != null && isHeldUp(operator.get()));
                    throw new AccountsFailure("on purpose", new IOException());
                  }
                  return method.invoke(accounts, arguments);
                });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Ledger own =
            LocalLedger.begin(
                slow,
                new TimeOrderedIds(clock, new Random()),
                world(),
                CommitObserver.NONE,
                failure::set)) {
      Tab tab = opened(own.open(order(account, Meter.TOKENS, null)));
      Future<Draw> charge = threads.submit(() -> tab.charge(10, null));
      await().until(() -> own.account("ann").orElseThrow().tokens().left() == 0);
      FutureTask<Optional<Long>> missing =
          new FutureTask<>(() -> own.lowerTo("ann", Meter.TOKENS, 10));
      operator.set(Thread.ofVirtual().start(missing));

      assertThatThrownBy(missing::get).hasCauseInstanceOf(LedgerFailure.class);
      assertThatThrownBy(charge::get).hasCauseInstanceOf(LedgerFailure.class);
    }
  }

  private static boolean isHeldUp(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TERMINATED;
  }
}
