package dev.lastword.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.SharedAccountsContract;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The contract, and what is MongoDB's own: what is between two documents. On a server of its
 * protocol, or on the real one that {@code LASTWORD_TEST_MONGODB} names.
 */
final class MongoAccountsTest extends SharedAccountsContract {

  private static final String REAL = System.getenv("LASTWORD_TEST_MONGODB");

  private final String uri =
      REAL == null
          ? MongoProcess.shared().fresh()
          : REAL.replaceFirst("(//[^/]*)(/[^?]*)?", "$1/test" + UUID.randomUUID());
  private final TimeOrderedIds ids = new TimeOrderedIds(() -> NOW, new Random(3));

  /** What is done at each step of a store that was opened with {@link #watched}. */
  private final AtomicReference<Consumer<Step>> atStep = new AtomicReference<>(_ -> {});

  /** A process that ends between two writes. */
  private static final class Crash extends RuntimeException {}

  @Override
  protected SharedAccounts open() {
    return open(Steps.NONE);
  }

  private SharedAccounts open(Steps steps) {
    return MongoAccounts.open(
        MongoAddress.parse(uri), new TimeOrderedIds(InstantSource.system(), new Random()), steps);
  }

  private SharedAccounts watched() {
    return open(step -> atStep.get().accept(step));
  }

  /** Crashes when that step is reached for the n-th time. */
  private void crashAt(Step step, int time) {
    int[] left = {time};
    atStep.set(reached -> {
      if (reached == step && --left[0] == 0) {
        throw new Crash();
      }
    });
  }

  private Receipt tokens(Account account, long amount, Outcome outcome) {
    return new Receipt(
        ids.next(),
        account.incarnation(),
        "node",
        Meter.TOKENS,
        "meme",
        amount,
        outcome,
        NOW,
        outcome == null ? null : NOW,
        1,
        new RequestKey("key", "fingerprint"),
        null);
  }

  private static Snapshot tokens(Account account, long spent, long version) {
    return new Snapshot(account.incarnation(), Meter.TOKENS, spent, version);
  }

  private static void assertExplained(Accounts accounts) {
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void promises2And7WhatIsDurableAndNotYetFiledIsFoundEverywhere() {
    Account ann = create("ann", 10, 0);
    long epoch = accounts.begin("node", NOW).number();
    Receipt first = tokens(ann, 1, Outcome.COMPLETED);
    accounts.settle(new Settlement("node", epoch, List.of(tokens(ann, 1, 1)), List.of(first)));
    Receipt open = tokens(ann, 2, null);
    try (SharedAccounts dying = watched()) {
      crashAt(Step.COMMIT_SNAPSHOT, 1);
      assertThatThrownBy(() ->
              dying.settle(
                  new Settlement("node", epoch, List.of(tokens(ann, 3, 2)), List.of(open))))
          .isInstanceOf(Crash.class);
    }

    assertThat(accounts.receipt(ann.incarnation(), open.id())).contains(open);
    assertThat(accounts.receiptByKey(ann.incarnation(), "key", NOW)).contains(open);
    assertThat(accounts.receipts(ann.incarnation(), null, null, 10)).containsExactly(open, first);
    assertThat(accounts.receipts(ann.incarnation(), null, null, 1)).containsExactly(open);
    assertThat(accounts.audit()).isEqualTo(new Audit(1, 2, List.of()));
    assertThat(accounts.begin("node", NOW).receiptsClosed()).isEqualTo(1);
    assertThat(accounts.find("ann").orElseThrow().tokens().spent()).isEqualTo(1);
    assertThat(accounts.receipt(ann.incarnation(), open.id()).orElseThrow().amount()).isZero();
    assertExplained(accounts);
  }

  @Test
  void promise3AnOperatorsKeyIsFinishedWhereverItsFirstTryEnded() {
    int crashes = 0;
    try (SharedAccounts dying = watched()) {
      for (Step step : Step.values()) {
        NewAccount wanted = new NewAccount(step.word(), null, Set.of(), 5, 7);
        CallerKey created = new CallerKey("root", new RequestKey("a " + step, "f"));
        CallerKey credited = new CallerKey("root", new RequestKey("b " + step, "f"));
        crashAt(step, 1);
        crashes += crashes(() -> dying.create(wanted, created, NOW));
        atStep.set(_ -> {});
        dying.create(wanted, created, NOW);
        crashAt(step, 1);
        crashes += crashes(() -> dying.credit(wanted.id(), Meter.TOKENS, 3, credited, NOW));
        atStep.set(_ -> {});
        dying.credit(wanted.id(), Meter.TOKENS, 3, credited, NOW);

        assertThat(dying.create(wanted, created, NOW)).isInstanceOf(Creation.AlreadyCreated.class);
        assertThat(dying.credit(wanted.id(), Meter.TOKENS, 3, credited, NOW))
            .isInstanceOf(Crediting.AlreadyCredited.class);
        assertThat(accounts.find(wanted.id()).orElseThrow().tokens().credited()).isEqualTo(8);
      }
    }
    assertThat(crashes).as("create: 5, credit: 4").isEqualTo(9);
    assertThat(accounts.audit()).isEqualTo(new Audit(Step.values().length, 0, List.of()));
  }

  private static int crashes(Runnable act) {
    try {
      act.run();
      return 0;
    } catch (Crash e) {
      return 1;
    }
  }

  @Test
  void promise3OneKeyAtOnceCreditsOnce() throws Exception {
    create("ann", 0, 0);
    CallerKey key = new CallerKey("root", new RequestKey("k", "f"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.submit(() -> accounts.credit("ann", Meter.WORDS, 3, key, NOW));
      }
    }
    assertThat(accounts.find("ann").orElseThrow().words().credited()).isEqualTo(3);
    assertExplained(accounts);
  }

  /**
   * A seal comes in the middle of a settlement: whatever the accounts were, none of them is changed
   * by it any more, and each explains its units.
   */
  @Test
  void promise6ASettlementIsNotAppliedOnceItsEpochIsSealedWhereverItStood() {
    SharedAccounts shared = (SharedAccounts) accounts;
    int late = 0;
    for (int round = 0; round < 6; round++) {
      String holder = "q" + round;
      Account ann = create("ann" + round, 10, 0);
      Account bob = create("bob" + round, 10, 0);
      long epoch = shared.takeEpoch(holder);
      shared.lease(Map.of(holder, epoch));
      if (round > 2) {
        shared.lend(holder, epoch, ann.id());
      }
      Receipt one = tokens(ann, 1, null);
      Receipt two = tokens(bob, 1, null);
      try (SharedAccounts slow = watched()) {
        // When it takes the accounts; when all is read and nothing sent; when all is applied.
        Step when = round % 3 == 1 ? Step.COMMIT_RECEIPT : Step.COMMIT_SNAPSHOT;
        int time = round % 3 == 2 ? 2 : 1;
        int[] seen = {0};
        atStep.set(step -> {
          if (step == when && ++seen[0] == time) {
            shared.seal(holder, epoch, NOW);
          }
        });
        Settled settled =
            slow.settle(
                new Settlement(
                    holder,
                    epoch,
                    List.of(tokens(ann, 1, 1), tokens(bob, 1, 1)),
                    List.of(one, two)));
        late += settled == Settled.REFUSED ? 1 : 0;
      }
      assertThat(accounts.find(ann.id()).orElseThrow().tokens().spent()).isZero();
      assertThat(accounts.find(bob.id()).orElseThrow().tokens().spent()).isZero();
      assertExplained(accounts);
    }
    assertThat(late).isEqualTo(4);
  }

  @Test
  void promise6WhatADeletedAccountLeftOpenIsClosedAsItStands() {
    SharedAccounts shared = (SharedAccounts) accounts;
    Account ann = create("ann", 0, 100);
    long epoch = shared.takeEpoch("p1");
    shared.lease(Map.of("p1", epoch));
    Receipt stream =
        new Receipt(
            ids.next(),
            ann.incarnation(),
            "n",
            Meter.WORDS,
            "words",
            7,
            null,
            NOW,
            null,
            3,
            null,
            null);
    List<Snapshot> spent = List.of(new Snapshot(ann.incarnation(), Meter.WORDS, 7, 3));
    accounts.settle(new Settlement("p1", epoch, spent, List.of(stream)));
    accounts.delete("ann", NOW);

    await()
        .untilAsserted(() -> {
          assertThat(shared.abandoned(Duration.ofMillis(20), 10)).isEmpty();
          Receipt closed = accounts.receipt(ann.incarnation(), stream.id()).orElseThrow();
          assertThat(closed.outcome()).isEqualTo(Outcome.DELETED);
          assertThat(closed.amount()).isEqualTo(7);
          assertThat(closed.version()).isEqualTo(3);
        });
    // The real close is newer.
    Receipt real = stream.closed(5, Outcome.DISCONNECTED, NOW, null);
    List<Snapshot> less = List.of(new Snapshot(ann.incarnation(), Meter.WORDS, 5, 4));
    accounts.settle(new Settlement("p1", epoch, less, List.of(real)));
    assertThat(accounts.receipt(ann.incarnation(), stream.id())).contains(real);
    assertExplained(accounts);
  }

  /** Many at once, each with a long answer: more than one document holds. */
  private Settlement large(Account account, long epoch, Receipt open) {
    List<Receipt> receipts = new ArrayList<>();
    String result = "x".repeat(60_000);
    for (int i = 0; i < 400; i++) {
      Receipt one = tokens(account, 1, null);
      receipts.add(one.closed(1, Outcome.COMPLETED, NOW, result + i));
    }
    receipts.add(open.closed(0, Outcome.FAILED, NOW, null));
    return new Settlement("node", epoch, List.of(tokens(account, 400, 402)), receipts);
  }

  @Test
  void promise2WhatIsLargerThanADocumentIsSettledWhole() {
    Account ann = create("ann", 400, 0);
    Account bob = create("bob", 400, 0);
    long epoch = accounts.begin("node", NOW).number();
    Receipt open = tokens(ann, 5, null);
    accounts.settle(new Settlement("node", epoch, List.of(tokens(ann, 5, 1)), List.of(open)));
    Settlement settlement = large(ann, epoch, open);
    List<Snapshot> snapshots = new ArrayList<>(settlement.snapshots());
    snapshots.add(tokens(bob, 1, 1));
    List<Receipt> receipts = new ArrayList<>(settlement.receipts());
    receipts.add(tokens(bob, 1, Outcome.COMPLETED));
    Settlement both = new Settlement("node", epoch, snapshots, receipts);

    for (int i = 0; i < 2; i++) {
      assertThat(accounts.settle(both)).isEqualTo(Settled.DURABLE);
      assertThat(accounts.find("ann").orElseThrow().tokens()).isEqualTo(new Balance(400, 400, 402));
      assertThat(accounts.find("bob").orElseThrow().tokens().spent()).isEqualTo(1);
      assertThat(accounts.audit()).isEqualTo(new Audit(2, 402, List.of()));
    }
    for (Receipt one : settlement.receipts()) {
      assertThat(accounts.receipt(ann.incarnation(), one.id())).contains(one);
    }
  }

  @Test
  void promise7WhateverPortionACrashCutsEveryUnitIsExplained() {
    Account ann = create("ann", 400, 0);
    long epoch = accounts.begin("node", NOW).number();
    Receipt open = tokens(ann, 5, null);
    accounts.settle(new Settlement("node", epoch, List.of(tokens(ann, 5, 1)), List.of(open)));
    Settlement settlement = large(ann, epoch, open);
    int crashes = 0;
    try (SharedAccounts dying = watched()) {
      for (int time = 1; time < 6; time++) {
        crashAt(Step.COMMIT_SNAPSHOT, time);
        crashes += crashes(() -> dying.settle(settlement));
        atStep.set(_ -> {});
        assertExplained(accounts);
        assertThat(accounts.find("ann").orElseThrow().tokens().spent()).isBetween(0L, 400L);
      }
      assertThat(dying.settle(settlement)).isEqualTo(Settled.DURABLE);
    }
    assertThat(crashes).isEqualTo(5);
    assertThat(accounts.find("ann").orElseThrow().tokens()).isEqualTo(new Balance(400, 400, 402));
    assertExplained(accounts);
  }

  @Test
  void manyNodesMayStartAtOnce() throws Exception {
    openAtOnce(this::open);
  }

  @Test
  void promise9AnUnreachableServerIsNamedWithoutItsPassword() {
    MongoAddress nowhere = MongoAddress.parse("mongodb://ann:s3cret@127.0.0.1:1/words?x=y");
    assertThat(nowhere.database()).isEqualTo("words");
    assertThat(nowhere.toString()).isEqualTo("mongodb://***@127.0.0.1:1/words?***");
    assertThatThrownBy(() -> MongoAccounts.open(nowhere, ids, Steps.NONE))
        .isInstanceOf(AccountsFailure.class)
        .hasMessageContaining(nowhere.toString())
        .hasMessageNotContaining("s3cret");
  }
}
