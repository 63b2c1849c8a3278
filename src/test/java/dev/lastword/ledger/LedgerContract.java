package dev.lastword.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger must do; each ledger's test subclasses this. */
public abstract class LedgerContract {

  protected static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private final Instant begin = begin();
  protected final AtomicLong millis = new AtomicLong(begin.toEpochMilli());
  protected final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());

  protected Accounts accounts;
  protected Ledger ledger;

  /** When the test takes place. */
  protected Instant begin() {
    return NOW;
  }

  /** Has the ledger forget what it need not know: the system of record has it. */
  protected void loseMemory() {}

  /** How many requests at once it takes without saying that it is busy. */
  protected int atOnce() {
    return Integer.MAX_VALUE;
  }

  protected abstract Accounts openAccounts() throws Exception;

  protected abstract Ledger openLedger(Accounts accounts);

  @BeforeEach
  void openBoth() throws Exception {
    accounts = openAccounts();
    ledger = openLedger(accounts);
  }

  @AfterEach
  void closeBoth() {
    ledger.close();
    accounts.close();
  }

  protected Account create(String id, long tokens, long words) {
    return ((Creation.Created)
            accounts.create(new NewAccount(id, null, Set.of(), tokens, words), null, begin))
        .account();
  }

  protected Tab open(Account account, Meter meter) {
    return opened(ledger.open(order(account, meter, null)));
  }

  protected static Tab opened(Opening opening) {
    assertThat(opening).isInstanceOf(Opening.Opened.class);
    return ((Opening.Opened) opening).tab();
  }

  protected static Order order(Account account, Meter meter, @Nullable RequestKey key) {
    return new Order(
        account.id(), account.incarnation(), meter, "thing", key, key == null ? null : "seed");
  }

  protected long left(String id, Meter meter) {
    return ledger.account(id).orElseThrow().balance(meter).left();
  }

  private Receipt stored(Account account, Tab tab) {
    return accounts.receipt(account.incarnation(), tab.id()).orElseThrow();
  }

  private static long paid(Draw draw) {
    return draw instanceof Draw.Paid paid ? paid.units() : 0;
  }

  @Test
  void promise4WhatWasDrawnIsDurableBeforeItIsDelivered() {
    Account account = create("ann", 0, 10);
    Tab tab = open(account, Meter.WORDS);

    assertThat(tab.draw(1, 4)).isEqualTo(new Draw.Paid(4, 6));

    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(4);
    Receipt receipt = stored(account, tab);
    assertThat(receipt.amount()).isEqualTo(4);
    assertThat(receipt.outcome()).isNull();
    tab.close(0, Outcome.DISCONNECTED, null);
  }

  @Test
  void whatItTakesToGiveItAgainIsThereFromTheFirstUnitOn() {
    Account account = create("ann", 0, 10);
    Tab tab =
        opened(
            ledger.open(
                new Order("ann", account.incarnation(), Meter.WORDS, "thing", null, "seed")));
    tab.draw(1, 4);

    assertThat(stored(account, tab).result()).isEqualTo("seed");
    assertThat(tab.close(4, Outcome.COMPLETED, "words").orElseThrow().result()).isEqualTo("words");
  }

  @Test
  void promise8AChargeBeginsWhenItIsFirstPaidAndNotBefore() {
    Account account = create("ann", 0, 10);
    Tab tab = open(account, Meter.WORDS);
    millis.addAndGet(5);
    tab.draw(1, 1);
    millis.addAndGet(5);
    tab.draw(1, 1);

    assertThat(stored(account, tab).createdAt()).isEqualTo(begin.plusMillis(5));
    tab.close(2, Outcome.COMPLETED, null);
  }

  @Test
  void promise5WhatWasNotDeliveredIsGivenBack() {
    Account account = create("ann", 0, 10);
    Tab tab = open(account, Meter.WORDS);
    tab.draw(1, 4);
    tab.draw(1, 4);

    Receipt receipt = tab.close(5, Outcome.DISCONNECTED, null).orElseThrow();

    assertThat(receipt.amount()).isEqualTo(5);
    assertThat(receipt.outcome()).isEqualTo(Outcome.DISCONNECTED);
    assertThat(stored(account, tab)).isEqualTo(receipt);
    assertThat(left("ann", Meter.WORDS)).isEqualTo(5);
    assertThat(tab.close(5, Outcome.COMPLETED, null)).contains(receipt);
    assertThatThrownBy(() -> tab.draw(1, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void promise1ADrawGetsTheLastAffordableUnitAndNotOneMore() {
    Account account = create("ann", 0, 7);
    Tab tab = open(account, Meter.WORDS);

    assertThat(tab.draw(1, 5)).isEqualTo(new Draw.Paid(5, 2));
    assertThat(tab.draw(1, 5)).isEqualTo(new Draw.Paid(2, 0));
    assertThat(tab.draw(1, 5)).isEqualTo(new Draw.Insufficient(Meter.WORDS, 0, 1));
    tab.close(7, Outcome.EXHAUSTED, null);
  }

  @Test
  void aTabThatNeverDrewLeavesNoReceipt() {
    Account account = create("ann", 1, 0);
    Tab tab = open(account, Meter.TOKENS);

    assertThat(tab.draw(2, 2)).isEqualTo(new Draw.Insufficient(Meter.TOKENS, 1, 2));
    assertThat(tab.close(0, Outcome.FAILED, null)).isEmpty();

    assertThat(accounts.receipts(account.incarnation(), null, null, 10)).isEmpty();
  }

  @Test
  void aFixedPriceIsPaidAndClosedInOneStep() {
    Account account = create("ann", 3, 0);
    Tab tab = open(account, Meter.TOKENS);

    assertThat(tab.charge(2, null)).isEqualTo(new Draw.Paid(2, 1));

    Receipt receipt = stored(account, tab);
    assertThat(receipt.amount()).isEqualTo(2);
    assertThat(receipt.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(receipt.closedAt()).isEqualTo(begin);
    assertThat(tab.close(0, Outcome.FAILED, null)).contains(receipt);
    Tab second = open(account, Meter.TOKENS);
    assertThat(second.charge(2, null)).isEqualTo(new Draw.Insufficient(Meter.TOKENS, 1, 2));
    second.close(0, Outcome.FAILED, null);
  }

  @Test
  void promise5MoreThanWasDrawnCannotBeDelivered() {
    Account account = create("ann", 0, 10);
    Tab tab = open(account, Meter.WORDS);
    tab.draw(1, 2);

    assertThatThrownBy(() -> tab.close(3, Outcome.COMPLETED, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tab.draw(0, 1)).isInstanceOf(IllegalArgumentException.class);
    tab.close(2, Outcome.COMPLETED, null);
  }

  @Test
  void promise1ParallelChargesNeverOverspend() throws Exception {
    Account account = create("ann", 10, 0);
    AtomicLong succeeded = new AtomicLong();
    inParallel(
        500,
        () -> {
          Tab tab = open(account, Meter.TOKENS);
          succeeded.addAndGet(paid(tab.charge(1, null)));
          tab.close(0, Outcome.FAILED, null);
        });

    assertThat(succeeded).hasValue(10);
    assertThat(left("ann", Meter.TOKENS)).isZero();
    assertThat(accounts.receipts(account.incarnation(), null, null, 100)).hasSize(10);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise1And7ParallelStreamsDeliverExactlyTheBalance() throws Exception {
    Account account = create("ann", 0, 1_000);
    AtomicLong delivered = new AtomicLong();
    inParallel(
        80,
        () -> {
          Random random = new Random();
          Tab tab = open(account, Meter.WORDS);
          long drawn = 0;
          long units;
          while ((units = paid(tab.draw(1, 1 + random.nextInt(32)))) > 0) {
            drawn += units;
          }
          delivered.addAndGet(drawn);
          tab.close(drawn, Outcome.EXHAUSTED, null);
        });

    assertThat(delivered).hasValue(1_000);
    assertThat(accounts.audit().discrepancies()).isEmpty();
    assertThat(accounts.find("ann").orElseThrow().words().spent()).isEqualTo(1_000);
  }

  private void inParallel(int times, Runnable task) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Math.min(times, atOnce()); i++) {
        running.add(threads.submit(task));
      }
    }
    for (Future<?> one : running) {
      one.get();
    }
  }

  @Test
  void promise3AKeyIsChargedOnce() {
    Account account = create("ann", 10, 0);
    RequestKey key = new RequestKey("k", "f");
    Tab tab = opened(ledger.open(order(account, Meter.TOKENS, key)));

    assertThat(ledger.open(order(account, Meter.TOKENS, key)))
        .isInstanceOf(Opening.StillRunning.class);
    assertThat(ledger.open(order(account, Meter.TOKENS, new RequestKey("k", "g"))))
        .isInstanceOf(Opening.KeyUsedOtherwise.class);
    tab.charge(2, "the meme");

    Opening again = ledger.open(order(account, Meter.TOKENS, key));
    assertThat(again).isInstanceOf(Opening.Replayed.class);
    Receipt receipt = ((Opening.Replayed) again).receipt();
    assertThat(receipt.id()).isEqualTo(tab.id());
    assertThat(receipt.result()).isEqualTo("the meme");
    assertThat(ledger.open(order(account, Meter.TOKENS, new RequestKey("k", "g"))))
        .isInstanceOf(Opening.KeyUsedOtherwise.class);
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(8);
  }

  @Test
  void promise3ParallelRetriesOfOneKeyAreChargedOnce() throws Exception {
    Account account = create("ann", 10, 0);
    RequestKey key = new RequestKey("k", "f");
    AtomicLong charged = new AtomicLong();
    inParallel(
        200,
        () -> {
          if (ledger.open(order(account, Meter.TOKENS, key)) instanceof Opening.Opened opened) {
            charged.addAndGet(paid(opened.tab().charge(1, "x")));
          }
        });

    assertThat(charged).hasValue(1);
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(9);
  }

  @Test
  void aKeyWhoseChargeWasGivenBackIsChargedAnew() {
    Account account = create("ann", 10, 0);
    RequestKey key = new RequestKey("k", "f");
    Tab failed = opened(ledger.open(order(account, Meter.TOKENS, key)));
    failed.draw(2, 2);
    failed.close(0, Outcome.FAILED, null);

    Tab again = opened(ledger.open(order(account, Meter.TOKENS, key)));
    assertThat(again.id()).isNotEqualTo(failed.id());
    again.close(0, Outcome.FAILED, null);
  }

  @Test
  void aKeyIsForgottenAfterADay() {
    Account account = create("ann", 10, 0);
    RequestKey key = new RequestKey("k", "f");
    opened(ledger.open(order(account, Meter.TOKENS, key))).charge(1, "x");

    loseMemory();
    millis.addAndGet(Duration.ofHours(24).toMillis());
    assertThat(ledger.open(order(account, Meter.TOKENS, key))).isInstanceOf(Opening.Replayed.class);
    millis.addAndGet(1);
    opened(ledger.open(order(account, Meter.TOKENS, key))).close(0, Outcome.FAILED, null);
  }

  /** Without a key a ledger may leave it to the first draw to ask. */
  private void assertNothingIsSold(Account account, Outcome why) {
    switch (ledger.open(order(account, Meter.WORDS, null))) {
      case Opening.Suspended _ -> assertThat(why).isEqualTo(Outcome.INTERRUPTED);
      case Opening.NoAccount _ -> assertThat(why).isEqualTo(Outcome.DELETED);
      case Opening.Opened(Tab tab) -> {
        assertThat(tab.draw(1, 1)).isEqualTo(new Draw.Ended(why));
        assertThat(tab.close(0, why, null)).isEmpty();
      }
      case Opening other -> throw new AssertionError(other);
    }
  }

  @Test
  void operatorsChangesTakeEffectAtOnce() {
    Account account = create("ann", 1, 10);
    Tab tab = open(account, Meter.WORDS);
    tab.draw(1, 4);

    accounts.credit("ann", Meter.WORDS, 5, null, begin);
    accounts.setPermissions("ann", Set.of(Permission.GENERATE_LLM_MEME));
    ledger.refresh("ann");

    assertThat(left("ann", Meter.WORDS)).isEqualTo(11);
    assertThat(ledger.account("ann").orElseThrow().permissions())
        .containsExactly(Permission.GENERATE_LLM_MEME);
    assertThat(tab.ended()).isEmpty();

    accounts.setStatus("ann", Status.SUSPENDED);
    ledger.refresh("ann");

    assertThat(tab.ended()).contains(Outcome.INTERRUPTED);
    assertThat(tab.draw(1, 1)).isEqualTo(new Draw.Ended(Outcome.INTERRUPTED));
    assertNothingIsSold(account, Outcome.INTERRUPTED);
    accounts.setStatus("ann", Status.ACTIVE);
    ledger.refresh("ann");
    assertThat(tab.draw(1, 1)).isInstanceOf(Draw.Paid.class);
    tab.close(5, Outcome.COMPLETED, null);
  }

  /** Closes a tab whose account has its next life already; says what it has cost then. */
  protected long closeLate(Tab tab, long delivered, long drawn) {
    tab.close(delivered, Outcome.DELETED, null);
    return delivered;
  }

  @Test
  void deletionEndsTabsAndTheIdMayLiveAgain() {
    Account account = create("ann", 0, 10);
    Tab tab = open(account, Meter.WORDS);
    tab.draw(1, 4);

    accounts.delete("ann", begin);
    ledger.refresh("ann");

    assertThat(tab.ended()).contains(Outcome.DELETED);
    assertThat(tab.draw(1, 1)).isEqualTo(new Draw.Ended(Outcome.DELETED));
    assertThat(ledger.account("ann")).isEmpty();
    Account second = create("ann", 0, 3);
    assertThat(left("ann", Meter.WORDS)).isEqualTo(3);
    assertNothingIsSold(account, Outcome.DELETED);
    long paid = closeLate(tab, 2, 4);
    assertThat(left("ann", Meter.WORDS)).isEqualTo(3);
    assertThat(accounts.receipts(second.incarnation(), null, null, 10)).isEmpty();
    assertThat(stored(account, tab).amount()).isEqualTo(paid);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void anUnknownAccountCanBeCreatedLater() {
    assertThat(ledger.account("ann")).isEmpty();
    ledger.refresh("ann");
    create("ann", 1, 1);
    assertThat(ledger.account("ann")).isPresent();
  }

  @Test
  void loweringABalanceIsACharge() {
    Account account = create("ann", 10, 0);
    open(account, Meter.TOKENS).charge(2, null);

    assertThat(ledger.lowerTo("ann", Meter.TOKENS, 3)).contains(0L);
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(3);
    Receipt receipt = accounts.receipts(account.incarnation(), null, null, 1).getFirst();
    assertThat(receipt.outcome()).isEqualTo(Outcome.ADJUSTED);
    assertThat(receipt.amount()).isEqualTo(5);
    assertThat(ledger.lowerTo("ann", Meter.TOKENS, 9)).contains(6L);
    assertThat(left("ann", Meter.TOKENS)).isEqualTo(3);
    assertThat(ledger.lowerTo("nobody", Meter.TOKENS, 9)).isEmpty();
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }
}
