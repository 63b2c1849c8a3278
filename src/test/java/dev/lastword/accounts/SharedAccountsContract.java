package dev.lastword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.SharedAccounts.Abandoned;
import dev.lastword.accounts.SharedAccounts.Loan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a system of record that several nodes share must do; each store's test subclasses this. */
public abstract class SharedAccountsContract extends AccountsContract {

  private static final String PARTITION = "p17";

  private final TimeOrderedIds ids = new TimeOrderedIds(() -> NOW, new Random(2));
  private SharedAccounts shared;

  @Override
  protected abstract SharedAccounts open() throws Exception;

  @BeforeEach
  void seeWhatIsShared() {
    shared = (SharedAccounts) accounts;
  }

  private Account found(String id) {
    return accounts.find(id).orElseThrow();
  }

  /** A new epoch that is leased. */
  private long leased(String holder) {
    long epoch = shared.takeEpoch(holder);
    assertThat(shared.lease(Map.of(holder, epoch))).isEmpty();
    return epoch;
  }

  private Receipt receipt(Account account, String node, Meter meter, long amount, Outcome outcome) {
    return new Receipt(
        ids.next(),
        account.incarnation(),
        node,
        meter,
        "thing",
        amount,
        outcome,
        NOW,
        outcome == null ? null : NOW,
        1,
        null,
        null);
  }

  private Settled settle(
      String holder,
      long epoch,
      Account account,
      Meter meter,
      long spent,
      long version,
      Receipt... receipts) {
    return accounts.settle(
        new Settlement(
            holder,
            epoch,
            List.of(new Snapshot(account.incarnation(), meter, spent, version)),
            List.of(receipts)));
  }

  private Receipt stored(Account account, Receipt receipt) {
    return accounts.receipt(account.incarnation(), receipt.id()).orElseThrow();
  }

  private void assertExplained() {
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  /** Here another holder's epoch is a ledger that still owns the accounts. */
  @Override
  @Test
  protected void anotherHoldersReceiptsStayOpen() {
    Account account = create("ann", 10, 100);
    long epoch = leased(PARTITION);
    Receipt stream = receipt(account, "node", Meter.WORDS, 7, null);
    settle(PARTITION, epoch, account, Meter.WORDS, 7, 1, stream);

    assertThatThrownBy(() -> accounts.begin("node", NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(PARTITION);
    assertThat(stored(account, stream)).isEqualTo(stream);

    shared.seal(PARTITION, epoch, NOW);
    assertThat(accounts.begin("node", NOW).receiptsClosed()).as("nobody else can").isEqualTo(1);
    assertThat(stored(account, stream).amount()).isEqualTo(7);
    assertThat(stored(account, stream).outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertExplained();
  }

  @Test
  void numbersOfEpochsRiseAndNothingBeginsByThem() {
    create("ann", 1, 1);
    long first = shared.takeEpoch(PARTITION);
    long second = shared.takeEpoch(PARTITION);

    assertThat(second).isGreaterThan(first);
    assertThat(shared.lend(PARTITION, second, "ann")).isInstanceOf(Loan.Over.class);
    // Neither does it end the one that is current.
    shared.lease(Map.of(PARTITION, first));
    shared.takeEpoch(PARTITION);
    assertThat(shared.lend(PARTITION, first, "ann")).isInstanceOf(Loan.Lent.class);
    assertThat(shared.takeEpoch("other")).isPositive();
  }

  @Test
  void aNumberIsNeverTakenTwice() throws Exception {
    ConcurrentLinkedQueue<Long> taken = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        threads.submit(() -> taken.add(shared.takeEpoch(PARTITION)));
      }
    }
    assertThat(taken).hasSize(100).doesNotHaveDuplicates();
    assertThat(shared.takeEpoch(PARTITION)).isGreaterThan(Collections.max(taken));
  }

  @Test
  void theNewestLeasedEpochIsCurrentAndOlderOnesAreRefused() {
    long old = shared.takeEpoch(PARTITION);
    long current = shared.takeEpoch(PARTITION);

    assertThat(shared.lease(Map.of(PARTITION, current))).isEmpty();
    assertThat(shared.lease(Map.of(PARTITION, current))).as("renewed").isEmpty();
    assertThat(shared.lease(Map.of(PARTITION, old))).containsExactly(PARTITION);
    assertThat(shared.lease(Map.of(PARTITION, current))).as("unharmed").isEmpty();
  }

  @Test
  void aSealedEpochIsNotLeased() {
    long epoch = leased(PARTITION);
    long next = shared.takeEpoch(PARTITION);
    shared.seal(PARTITION, next, NOW);

    assertThat(shared.lease(Map.of(PARTITION, epoch))).containsExactly(PARTITION);
    assertThat(shared.lease(Map.of(PARTITION, next))).containsExactly(PARTITION);
    assertThat(shared.lend(PARTITION, next, "ann")).isInstanceOf(Loan.Over.class);
    assertThat(shared.lease(Map.of(PARTITION, shared.takeEpoch(PARTITION)))).isEmpty();
  }

  @Test
  void manyAreLeasedAtOnceAndEachIsAnsweredForItself() {
    Map<String, Long> wanted = new HashMap<>();
    for (int i = 0; i < 64; i++) {
      wanted.put("p" + i, shared.takeEpoch("p" + i));
    }
    leased("p3");
    leased("p60");

    assertThat(shared.lease(wanted)).containsExactlyInAnyOrder("p3", "p60");
    assertThat(shared.lease(wanted)).containsExactlyInAnyOrder("p3", "p60");
  }

  /** Nobody was lent anything in a number that was never leased, so nothing has to be sealed. */
  @Test
  void whereAllIsSealedTheNumbersBetweenAreSealedWithANewLease() {
    Account account = create("ann", 10, 10);
    shared.takeEpoch(PARTITION);
    long first = shared.takeEpoch(PARTITION);
    shared.lease(Map.of(PARTITION, first));
    assertThat(shared.lend(PARTITION, first, "ann")).isEqualTo(new Loan.Lent(account));
    shared.seal(PARTITION, first, NOW);
    long between = shared.takeEpoch(PARTITION);
    long second = leased(PARTITION);

    assertThat(shared.lend(PARTITION, second, "ann")).isEqualTo(new Loan.Lent(account));
    assertThat(shared.lease(Map.of(PARTITION, between))).containsExactly(PARTITION);
    assertThat(settle(PARTITION, between, account, Meter.WORDS, 1, 1)).isEqualTo(Settled.REFUSED);
  }

  @Test
  void promise1NothingIsLentWhileAnOlderEpochMaySettle() {
    Account account = create("ann", 0, 10);
    long old = leased(PARTITION);
    long current = leased(PARTITION);

    assertThat(shared.lend(PARTITION, current, "ann")).isInstanceOf(Loan.Unsealed.class);
    assertThat(shared.lend(PARTITION, old, "ann")).isInstanceOf(Loan.Over.class);
    Receipt late = receipt(account, "node", Meter.WORDS, 4, Outcome.COMPLETED);
    assertThat(settle(PARTITION, old, account, Meter.WORDS, 4, 1, late)).isEqualTo(Settled.DURABLE);
    assertThat(shared.seal(PARTITION, old, NOW)).isZero();

    assertThat(shared.lend(PARTITION, current, "ann")).isEqualTo(new Loan.Lent(found("ann")));
    assertThat(found("ann").words()).isEqualTo(new Balance(10, 4, 1));
    assertThat(shared.lend(PARTITION, current, "nobody")).isInstanceOf(Loan.NoAccount.class);
    assertThat(shared.lend("unknown", 1, "ann")).isInstanceOf(Loan.Over.class);
  }

  @Test
  void promise3WhatIsLateIsRefusedWhole() {
    Account account = create("ann", 0, 10);
    long old = leased(PARTITION);
    shared.seal(PARTITION, old, NOW);
    Receipt late = receipt(account, "node", Meter.WORDS, 4, Outcome.COMPLETED);

    assertThat(settle(PARTITION, old, account, Meter.WORDS, 4, 1, late)).isEqualTo(Settled.REFUSED);
    assertThat(accounts.settle(new Settlement(PARTITION, old, List.of(), List.of())))
        .isEqualTo(Settled.REFUSED);
    assertThat(accounts.settle(new Settlement("unknown", 1, List.of(), List.of())))
        .isEqualTo(Settled.REFUSED);
    assertThat(found("ann").words()).isEqualTo(new Balance(10, 0, 0));
    assertThat(accounts.receipts(account.incarnation(), null, null, 10)).isEmpty();
  }

  @Test
  void promise6SealingGivesBackTheFixedPricesOfThatHolderAndThoseEpochsOnly() {
    Account ann = create("ann", 10, 100);
    Account bob = create("bob", 10, 0);
    long first = leased(PARTITION);
    Receipt meme = receipt(ann, "node", Meter.TOKENS, 2, null);
    Receipt stream = receipt(ann, "node", Meter.WORDS, 7, null);
    Receipt done = receipt(ann, "node", Meter.TOKENS, 1, Outcome.COMPLETED);
    settle(PARTITION, first, ann, Meter.WORDS, 7, 3, stream);
    settle(PARTITION, first, ann, Meter.TOKENS, 3, 2, meme, done);
    long elsewhere = leased("p18");
    Receipt others = receipt(bob, "node", Meter.TOKENS, 2, null);
    settle("p18", elsewhere, bob, Meter.TOKENS, 2, 1, others);
    long second = leased(PARTITION);

    assertThat(shared.seal(PARTITION, first, NOW.plusSeconds(1))).isEqualTo(1);

    Account lent = ((Loan.Lent) shared.lend(PARTITION, second, "ann")).account();
    assertThat(lent.tokens()).isEqualTo(new Balance(10, 1, 3));
    assertThat(lent.words()).isEqualTo(new Balance(100, 7, 3));
    Receipt closed = stored(ann, meme);
    assertThat(closed.amount()).isZero();
    assertThat(closed.outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(closed.closedAt()).isEqualTo(NOW.plusSeconds(1));
    assertThat(closed.version()).isEqualTo(2);
    assertThat(stored(ann, stream)).as("its tab goes on").isEqualTo(stream);
    assertThat(stored(ann, done)).isEqualTo(done);
    assertThat(stored(bob, others)).isEqualTo(others);

    // In the next epoch the stream goes on, and another meme is open when the first seal comes
    // again.
    Receipt later = receipt(ann, "node", Meter.TOKENS, 2, null);
    settle(PARTITION, second, ann, Meter.TOKENS, 3, 4, later);
    Receipt more = stream.paid(9);
    settle(PARTITION, second, ann, Meter.WORDS, 9, 4, more);
    assertThat(shared.seal(PARTITION, first, NOW)).isZero();
    assertThat(stored(ann, later)).isEqualTo(later);
    assertThat(stored(ann, more)).isEqualTo(more);
    assertThat(found("ann").tokens()).isEqualTo(new Balance(10, 3, 4));
    assertThat(found("bob").tokens().spent()).isEqualTo(2);
    assertExplained();
  }

  @Test
  void sealingWhatNobodyKnowsKeepsItFromEverBeginning() {
    assertThat(shared.seal(PARTITION, 3, NOW)).isZero();

    assertThat(shared.lease(Map.of(PARTITION, 2L))).containsExactly(PARTITION);
    assertThat(shared.takeEpoch(PARTITION)).isGreaterThan(3);
  }

  @Test
  void sealingAnOlderEpochAgainUnsealsNothing() {
    Account account = create("ann", 1, 0);
    long first = leased(PARTITION);
    long second = leased(PARTITION);
    shared.seal(PARTITION, second, NOW);
    shared.seal(PARTITION, first, NOW);

    assertThat(settle(PARTITION, second, account, Meter.TOKENS, 1, 1)).isEqualTo(Settled.REFUSED);
  }

  /** Each settlement is whole before the seal or refused, and its fixed price given back. */
  @Test
  void promise6SettlementsThatMeetTheirSealAreWholeOrRefused() throws Exception {
    for (int round = 0; round < 5; round++) {
      Account account = create("ann" + round, 100, 0);
      String holder = "q" + round;
      long epoch = leased(holder);
      ConcurrentLinkedQueue<Receipt> accepted = new ConcurrentLinkedQueue<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        threads.submit(() -> {
          for (int i = 1; i <= 20; i++) {
            Receipt meme = receipt(account, "node", Meter.TOKENS, 1, null);
            if (settle(holder, epoch, account, Meter.TOKENS, i, i, meme) == Settled.DURABLE) {
              accepted.add(meme);
            }
          }
        });
        threads.submit(() -> shared.seal(holder, epoch, NOW));
      }
      assertThat(found("ann" + round).tokens().spent()).isZero();
      for (Receipt one : accepted) {
        assertThat(stored(account, one).amount()).isZero();
      }
      assertExplained();
    }
  }

  /** What is lent counts everything that the older epoch was told is durable. */
  @Test
  void promise1ALoanKnowsAllThatWasSettledBeforeIt() throws Exception {
    for (int round = 0; round < 5; round++) {
      Account account = create("ann" + round, 0, 1_000);
      String holder = "q" + round;
      long old = leased(holder);
      long current = leased(holder);
      List<Long> durable = new ArrayList<>();
      ConcurrentLinkedQueue<Balance> lent = new ConcurrentLinkedQueue<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        threads.submit(() -> {
          for (long i = 1; i <= 20; i++) {
            Receipt one = receipt(account, "node", Meter.WORDS, 1, Outcome.COMPLETED);
            if (settle(holder, old, account, Meter.WORDS, i, i, one) == Settled.DURABLE) {
              durable.add(i);
            }
          }
        });
        threads.submit(() -> {
          Loan loan;
          do {
            shared.seal(holder, old, NOW);
            loan = shared.lend(holder, current, account.id());
          } while (loan instanceof Loan.Unsealed);
          lent.add(((Loan.Lent) loan).account().words());
        });
      }
      assertThat(lent.poll().spent()).isEqualTo(durable.isEmpty() ? 0 : durable.getLast());
      assertExplained();
    }
  }

  @Test
  void openReceiptsOfSilentNodesAreFound() {
    Account account = create("ann", 10, 100);
    long epoch = leased(PARTITION);
    shared.alive("living");
    Receipt ofNobody = receipt(account, "never seen", Meter.WORDS, 1, null);
    Receipt ofLiving = receipt(account, "living", Meter.WORDS, 1, null);
    Receipt closed = receipt(account, "never seen", Meter.WORDS, 1, Outcome.COMPLETED);
    settle(PARTITION, epoch, account, Meter.WORDS, 3, 3, ofNobody, ofLiving, closed);

    assertThat(shared.abandoned(Duration.ofMinutes(1), 10))
        .containsExactly(new Abandoned("ann", ofNobody));
    await()
        .until(() ->
            shared.abandoned(Duration.ofMillis(5), 10).contains(new Abandoned("ann", ofLiving)));
    assertThat(shared.abandoned(Duration.ofMillis(5), 1)).hasSize(1);
    shared.alive("living");
    assertThat(shared.abandoned(Duration.ofMinutes(1), 10)).hasSize(1);
    // Deleted, by now long enough ago: nobody else will close them.
    accounts.delete("ann", NOW);
    await().until(() -> shared.abandoned(Duration.ofMillis(5), 10).isEmpty());
    Receipt last = accounts.receipt(account.incarnation(), ofLiving.id()).orElseThrow();
    assertThat(last.outcome()).isEqualTo(Outcome.DELETED);
    assertThat(last.amount()).isEqualTo(ofLiving.amount());
  }

  @Test
  void whetherSomebodyHasALeaseIsKnown() {
    Duration lately = Duration.ofSeconds(2);
    assertThat(shared.leasedWithin(PARTITION, Duration.ofMinutes(1))).isFalse();
    long old = shared.takeEpoch(PARTITION);
    assertThat(shared.leasedWithin(PARTITION, Duration.ofMinutes(1))).isFalse();
    long epoch = leased(PARTITION);
    assertThat(shared.leasedWithin(PARTITION, Duration.ofMinutes(1))).isTrue();
    assertThat(shared.leasedWithin("q", Duration.ofMinutes(1))).isFalse();

    await().until(() -> !shared.leasedWithin(PARTITION, lately));
    assertThat(shared.lease(Map.of(PARTITION, old))).containsExactly(PARTITION);
    assertThat(shared.leasedWithin(PARTITION, lately)).as("refused").isFalse();
    assertThat(shared.lease(Map.of(PARTITION, epoch))).isEmpty();
    assertThat(shared.leasedWithin(PARTITION, lately)).as("renewed").isTrue();
  }

  @Test
  void whatOperatorsChangedLatelyIsFound() {
    create("ann", 10, 100);
    create("bob", 10, 100);
    create("eve", 10, 100);
    create("dan", 10, 100);
    long epoch = leased(PARTITION);
    assertThat(shared.changedWithin(Duration.ofMinutes(1)))
        .containsExactlyInAnyOrder("ann", "bob", "dan", "eve");
    await().until(() -> shared.changedWithin(Duration.ofMillis(50)).isEmpty());

    settle(PARTITION, epoch, found("dan"), Meter.WORDS, 1, 1);
    accounts.credit("ann", Meter.WORDS, 1, null, NOW);
    accounts.setStatus("bob", Status.SUSPENDED);
    accounts.delete("eve", NOW);

    assertThat(shared.changedWithin(Duration.ofMillis(5_000))).contains("ann", "bob", "eve");
    await().until(() -> shared.changedWithin(Duration.ofMillis(50)).isEmpty());
  }

  /**
   * Two epochs after each other, random draws, closes, redeliveries and late calls: what is left is
   * what the pure core says of what was accepted.
   */
  @Test
  void promise3RandomActsOverManyEpochsAgreeWithThePureCore() {
    Random random = new Random(7);
    create("ann", 5_000, 5_000);
    long epoch = leased(PARTITION);
    Account lent = ((Loan.Lent) shared.lend(PARTITION, epoch, "ann")).account();
    Map<Meter, Balance> balances =
        new HashMap<>(Map.of(Meter.TOKENS, lent.tokens(), Meter.WORDS, lent.words()));
    Map<String, Receipt> receipts = new HashMap<>();
    List<Settlement> sent = new ArrayList<>();
    for (int step = 0; step < 500; step++) {
      Meter meter = random.nextBoolean() ? Meter.TOKENS : Meter.WORDS;
      Balance balance = balances.get(meter);
      List<Receipt> open =
          receipts.values().stream()
              .filter(one -> one.outcome() == null && one.meter() == meter)
              .toList();
      Receipt next;
      if (open.isEmpty() || random.nextInt(3) == 0) {
        long units = balance.affordable(1, 1 + random.nextInt(9));
        next = receipt(lent, "node", meter, units, null);
        balance = balance.spend(units);
      } else {
        Receipt one = open.get(random.nextInt(open.size()));
        long surplus = random.nextLong(one.amount() + 1);
        balance = balance.giveBack(surplus);
        next = one.closed(one.amount() - surplus, Outcome.COMPLETED, NOW, null);
      }
      Settlement settlement =
          new Settlement(
              PARTITION,
              epoch,
              List.of(new Snapshot(lent.incarnation(), meter, balance.spent(), balance.version())),
              List.of(next));
      assertThat(accounts.settle(settlement)).isEqualTo(Settled.DURABLE);
      sent.add(settlement);
      balances.put(meter, balance);
      receipts.put(next.id(), next);
      if (random.nextInt(3) == 0) {
        accounts.settle(sent.get(random.nextInt(sent.size())));
      }
      if (random.nextInt(25) == 0) {
        long over = epoch;
        epoch = leased(PARTITION);
        shared.seal(PARTITION, over, NOW);
        Balance tokens = balances.get(Meter.TOKENS);
        long back = 0;
        for (Receipt one : List.copyOf(receipts.values())) {
          if (one.outcome() == null && one.meter() == Meter.TOKENS) {
            back += one.amount();
            receipts.put(one.id(), one.closed(0, Outcome.INTERRUPTED, NOW, null));
          }
        }
        balances.put(Meter.TOKENS, back == 0 ? tokens : tokens.giveBack(back));
        lent = ((Loan.Lent) shared.lend(PARTITION, epoch, "ann")).account();
        assertThat(lent.tokens()).isEqualTo(balances.get(Meter.TOKENS));
        assertThat(lent.words()).isEqualTo(balances.get(Meter.WORDS));
        assertExplained();
      }
    }
    for (Receipt one : receipts.values()) {
      assertThat(stored(lent, one)).isEqualTo(one);
    }
  }

  @Test
  void idsAreWhatTheyAreToTheLastCharacter() {
    String astral = "😀".repeat(255);
    Set<String> all =
        new TreeSet<>(Set.of("ann", "ANN", "ann ", " ann", "änn", "an\u0308nn", "ａnn", astral));
    LongStream.range(0, 3).forEach(i -> all.add("é".repeat(252) + i));
    for (String id : all) {
      create(id, 1, 1);
    }
    for (String id : all) {
      assertThat(found(id).id()).isEqualTo(id);
      accounts.credit(id, Meter.TOKENS, 1, null, NOW);
    }
    assertThat(accounts.list(null, 100)).extracting(Account::id).hasSameElementsAs(all);
    assertThat(accounts.delete("ann", NOW)).isTrue();
    assertThat(found("ann ").tokens().credited()).isEqualTo(2);
    assertThat(accounts.find("Ann")).isEmpty();
    assertExplained();
  }

  @Test
  void whatAStoreCannotHoldIsTooMuch() {
    create("ann", 0, 0);
    long most = accounts.maximumBalance();

    assertThat(accounts.credit("ann", Meter.WORDS, most, null, NOW))
        .isInstanceOf(Crediting.Credited.class);
    assertThat(accounts.credit("ann", Meter.WORDS, 1, null, NOW))
        .isInstanceOf(Crediting.TooMuch.class);
    assertThat(found("ann").words().credited()).isEqualTo(most);
    assertExplained();
  }

  private static Quarantined unreadable(String id, String holder) {
    return new Quarantined(id, holder, "{\"v\":2}", "why \u00e9", NOW, Quarantined.State.WAITING);
  }

  @Test
  void promise2_whatIsSetAsideStaysUntilItIsDecided() {
    Quarantined one = unreadable("m2", PARTITION);
    Quarantined other = unreadable("m1", PARTITION);
    shared.desk().quarantine(one);
    shared.desk().quarantine(one);
    shared.desk().quarantine(other);
    shared.desk().quarantine(unreadable("m3", "p18"));
    assertThat(shared.desk().quarantined(PARTITION)).containsExactly(one, other);
    assertThat(shared.desk().quarantined()).hasSize(3);

    Quarantined.State waiting = Quarantined.State.WAITING;
    assertThat(shared.desk().decide("m4", waiting, Quarantined.State.DISCARDED)).isFalse();
    assertThat(shared.desk().decide("m2", Quarantined.State.RELEASED, waiting)).isFalse();
    assertThat(shared.desk().decide("m2", waiting, Quarantined.State.RELEASED)).isTrue();
    assertThat(shared.desk().decide("m2", waiting, Quarantined.State.DISCARDED)).isFalse();
    assertThat(shared.desk().decide("m2", Quarantined.State.RELEASED, Quarantined.State.SETTLED))
        .isTrue();
    assertThat(shared.desk().decide("m1", waiting, Quarantined.State.DISCARDED)).isTrue();
    shared.desk().quarantine(one);
    assertThat(shared.desk().quarantined()).extracting(Quarantined::id).containsExactly("m3");
    assertThat(shared.desk().quarantined(PARTITION))
        .extracting(Quarantined::state)
        .containsExactly(Quarantined.State.SETTLED, Quarantined.State.DISCARDED);
  }

  @Test
  void receiptsAheadAreKeptByVersionAndForgotten() {
    ReceiptAhead first = new ReceiptAhead("R", 1, "z1:" + "x".repeat(200_000));
    ReceiptAhead second = new ReceiptAhead("R", 2, "other");
    shared.desk().keepAhead(List.of(first, second), NOW);
    shared.desk().keepAhead(List.of(first), NOW.plusSeconds(9));
    List<ReceiptAhead.Key> keys = List.of(first.key(), second.key(), new ReceiptAhead.Key("S", 1));
    assertThat(shared.desk().ahead(keys)).containsExactlyInAnyOrder(first, second);
    shared.desk().forgetAhead(List.of(second.key()));
    assertThat(shared.desk().ahead(keys)).containsExactly(first);
    shared.desk().forgetAheadBefore(NOW);
    assertThat(shared.desk().ahead(keys)).containsExactly(first);
    shared.desk().forgetAheadBefore(NOW.plusMillis(1));
    assertThat(shared.desk().ahead(keys)).isEmpty();
  }

  @Test
  void creatingOneIdAtOnceMakesOneAccountInEachLife() throws Exception {
    for (int life = 0; life < 4; life++) {
      List<Creation> made = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Creation>> creating = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          creating.add(
              threads.submit(
                  () -> accounts.create(new NewAccount("ann", null, Set.of(), 1, 1), null, NOW)));
        }
        for (Future<Creation> one : creating) {
          made.add(one.get());
        }
      }
      assertThat(made.stream().filter(Creation.Created.class::isInstance)).hasSize(1);
      assertThat(made.stream().filter(Creation.Exists.class::isInstance)).hasSize(11);
      assertThat(accounts.find("ann").orElseThrow().reborn()).isEqualTo(life > 0);
      accounts.delete("ann", NOW);
    }
    assertThat(accounts.audit()).isEqualTo(new Audit(4, 0, List.of()));
  }

  /** As nodes do that are started together. */
  protected static void openAtOnce(Callable<? extends SharedAccounts> opening) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<SharedAccounts>> nodes = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        nodes.add(threads.submit(opening::call));
      }
      for (Future<SharedAccounts> one : nodes) {
        one.get().close();
      }
    }
  }
}
