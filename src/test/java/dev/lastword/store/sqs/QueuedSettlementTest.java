package dev.lastword.store.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.QueueServer;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.QueueFailure;
import dev.lastword.settlement.QueuedRoute;
import dev.lastword.settlement.SettlementQueue.Delivery;
import dev.lastword.settlement.SettlementQueue.Parcel;
import dev.lastword.settlement.SettlementWorker;
import dev.lastword.settlement.WorkerLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;

/**
 * Settlement through a real queue: ElasticMQ. Each test has a queue of its own, and mostly waits.
 */
@Timeout(90)
@ResourceLock(
    value = QueuedSettlementTest.SERVER,
    mode = ResourceAccessMode.READ,
    target = ResourceLockTarget.CHILDREN)
final class QueuedSettlementTest {

  static final String SERVER = "the queue server";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final WorkerLimits LIMITS =
      new WorkerLimits(
          1,
          4,
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(100));

  private final QueueServer server = QueueServer.running();
  private final SqsAddress address = Queues.fresh();
  private final SqsQueue queue = Queues.open(address);
  private final Steps steps = new Steps();
  private final QueuedRoute route =
      new QueuedRoute(
          queue,
          new TimeOrderedIds(InstantSource.system(), new Random()),
          InstantSource.system(),
          steps);
  private final WatchedAccounts record = new WatchedAccounts(12);
  private final List<SettlementWorker> workers = new ArrayList<>();

  /** Notes what it is told. */
  private static final class Steps implements FlowObserver {
    final List<String> notes = new CopyOnWriteArrayList<>();
    final List<Quarantined> alarms = new CopyOnWriteArrayList<>();
    volatile int holding = -1;

    private void note(String step, Settlement settlement) {
      settlement.receipts().forEach(receipt -> notes.add(step + " " + receipt.id()));
    }

    @Override
    public void deducted(String holder, String charge, long units) {}

    @Override
    public void published(Settlement settlement, int messages) {
      note("published", settlement);
    }

    @Override
    public void consumed(Settlement settlement) {
      note("consumed", settlement);
    }

    @Override
    public void settled(Settlement settlement, Settled settled, Duration age) {
      note(settled == Settled.DURABLE ? "settled" : "late", settlement);
    }

    @Override
    public void sealed(String holder, long epoch, int receiptsClosed) {
      notes.add("sealed " + holder + " " + epoch);
    }

    @Override
    public void queueFailed(Act act, QueueFailure failure) {
      notes.add("queue failed " + act);
    }

    @Override
    public void postponed(String holder, Duration time, RuntimeException failure) {
      notes.add("postponed " + holder);
    }

    @Override
    public void quarantined(Quarantined message) {
      alarms.add(message);
    }

    @Override
    public void holding(int messages) {
      holding = messages;
    }

    @Override
    public void waiting(long messages) {}
  }

  @BeforeEach
  void startsEmpty() {
    assertThat(queue.size()).isZero();
  }

  @AfterEach
  void stop() {
    workers.forEach(SettlementWorker::close);
    queue.close();
  }

  private SettlementWorker worker() {
    SettlementWorker worker =
        new SettlementWorker(queue, record.port(), InstantSource.system(), steps, LIMITS);
    workers.add(worker);
    worker.start();
    return worker;
  }

  private static Receipt receipt(int account, long number, String result) {
    return new Receipt(
        "C%02d-%05d".formatted(account, number),
        account,
        "node",
        Meter.TOKENS,
        "text-meme",
        1,
        Outcome.COMPLETED,
        NOW,
        NOW,
        1,
        result == null ? null : new RequestKey("key" + number, "print"),
        result);
  }

  /** The account's charge of that number, counted from 1, with all before it. */
  private static Settlement charge(int account, long number) {
    return charge(account, number, 1);
  }

  private static Settlement charge(int account, long number, long epoch) {
    return new Settlement(
        "p" + account,
        epoch,
        List.of(new Snapshot(account, Meter.TOKENS, number, number)),
        List.of(receipt(account, number, null)));
  }

  /** Tests run beside each other, and in one of them a thread dies on purpose. */
  private static ConditionFactory await() {
    return Awaitility.await().dontCatchUncaughtExceptions();
  }

  private void awaitEmpty() {
    await().atMost(Duration.ofSeconds(15)).until(() -> queue.size() == 0);
  }

  private List<Long> versionsOf(int account) {
    return record.settled.stream()
        .filter(one -> one.holder().equals("p" + account))
        .flatMap(one -> one.snapshots().stream())
        .map(Snapshot::version)
        .toList();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_eachGroupArrivesWholeAndInItsOrder() throws Exception {
    SettlementWorker one = worker();
    worker();
    List<Thread> nodes = new ArrayList<>();
    for (int account = 1; account <= 12; account++) {
      int its = account;
      nodes.add(
          Thread.ofVirtual()
              .start(() -> {
                for (long number = 1; number <= 25; number++) {
                  route.settle(charge(its, number));
                }
              }));
    }
    for (Thread node : nodes) {
      node.join();
    }
    awaitEmpty();
    one.close();
    for (int account = 1; account <= 12; account++) {
      assertThat(record.spent(account)).isEqualTo(25);
      assertThat(versionsOf(account)).isSorted().doesNotHaveDuplicates().hasSize(25);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theFlowOfAChargeCanBeSeen() {
    worker();
    route.settle(charge(3, 1));
    awaitEmpty();
    assertThat(steps.notes)
        .contains("published C03-00001", "consumed C03-00001", "settled C03-00001")
        .containsSubsequence("consumed C03-00001", "settled C03-00001");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise3_whatADeadWorkerHeldComesAgainInOrder() throws Exception {
    AtomicInteger killed = new AtomicInteger();
    record.after =
        settlement -> {
          if (settlement.snapshots().iterator().next().version() == 2
              && killed.getAndIncrement() == 0) {
            throw new WatchedAccounts.Killed();
          }
        };
    Thread.UncaughtExceptionHandler usual = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, _) -> {});
    try {
      for (long number = 1; number <= 4; number++) {
        route.settle(charge(1, number));
      }
      worker();
      awaitEmpty();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(usual);
    }
    assertThat(record.spent(1)).isEqualTo(4);
    assertThat(versionsOf(1)).containsExactly(1L, 2L, 1L, 2L, 3L, 4L);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_aDatabaseThatIsAwayLosesNothing() {
    record.away = true;
    worker();
    for (long number = 1; number <= 3; number++) {
      route.settle(charge(1, number));
      route.settle(charge(2, number));
    }
    route.seal("p1", 1);
    await()
        .until(() -> steps.notes.contains("postponed p1") && steps.notes.contains("postponed p2"));
    record.away = false;
    awaitEmpty();
    assertThat(record.spent(1)).isEqualTo(3);
    assertThat(record.spent(2)).isEqualTo(3);
    assertThat(steps.notes).containsSubsequence("settled C01-00003", "sealed p1 1");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise3_aSettlementOfASealedEpochIsIgnoredWhole() {
    worker();
    route.settle(charge(1, 1));
    route.seal("p1", 1);
    route.settle(charge(1, 2, 1));
    route.settle(charge(1, 2, 2));
    awaitEmpty();
    assertThat(steps.notes)
        .containsSubsequence(
            "settled C01-00001", "sealed p1 1", "late C01-00002", "settled C01-00002");
    assertThat(record.spent(1)).isEqualTo(2);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whatIsSlowStaysWithItsWorker() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    record.before =
        _ -> {
          reached.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    route.settle(charge(1, 1));
    route.settle(charge(1, 2));
    SettlementWorker worker = worker();
    reached.await();
    Thread closing = Thread.ofVirtual().start(worker::close);
    try (SqsQueue other = Queues.open(address)) {
      for (int asked = 0; asked < 5; asked++) {
        assertThat(other.take(Duration.ofSeconds(1)))
            .as("a group that is being worked on")
            .isEmpty();
      }
    } finally {
      goOn.countDown();
    }
    closing.join();
    assertThat(record.spent(1)).as("a worker that stops finishes what it holds").isPositive();
    assertThat(versionsOf(1)).doesNotHaveDuplicates();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_whatNobodyCanReadHoldsUpItsGroupUntilItIsDiscarded() {
    SharedAccounts accounts = record.port();
    route.settle(charge(1, 1));
    queue.handIn(new Parcel("p1", "x1", "update-tokens", "{\"v\":2}"));
    route.settle(charge(1, 2));
    route.seal("p1", 1);
    route.settle(charge(2, 1));
    worker();
    await().until(() -> !steps.alarms.isEmpty() && steps.holding == 1 && record.spent(2) == 1);
    Quarantined message = accounts.desk().quarantined().getFirst();
    assertThat(message.body()).isEqualTo("{\"v\":2}");
    assertThat(message.reason()).contains("version 2");
    accounts.desk().decide(message.id(), State.WAITING, State.RELEASED);
    await().until(() -> steps.alarms.size() == 2);
    assertThat(accounts.desk().quarantined().getFirst().state()).isEqualTo(State.WAITING);
    assertThat(record.spent(1)).as("what is behind it waits").isEqualTo(1);
    assertThat(steps.notes).doesNotContain("sealed p1 1");
    accounts.desk().decide(message.id(), State.WAITING, State.DISCARDED);
    awaitEmpty();
    assertThat(record.spent(1)).isEqualTo(2);
    assertThat(steps.notes).containsSubsequence("settled C01-00002", "sealed p1 1");
    await().until(() -> steps.holding == 0);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_whatCanBeReadAfterAllIsAppliedBeforeWhatWaited() {
    SharedAccounts accounts = record.port();
    worker();
    queue.handIn(
        new Parcel(
            "p1",
            "x1",
            "update-tokens",
            """
            {"v":1,"type":"update-tokens","holder":"p1","epoch":1,"receipts":[],
             "snapshots":[{"account":1,"meter":"tokens","spent":1,"version":1}],
             "ahead":[{"id":"C01-00001","version":1}]}\
            """));
    route.settle(charge(1, 2));
    await().until(() -> steps.alarms.size() == 1);
    assertThat(steps.alarms.getFirst().reason()).contains("1 of its receipts");
    accounts
        .desk()
        .keepAhead(
            List.of(
                new ReceiptAhead(
                    "C01-00001",
                    1,
                    """
                    {"v":1,"type":"receipts-ahead","holder":"p1","receipts":[{"id":"C01-00001",
                    "account":1,"node":"n","meter":"tokens","product":"meme","amount":1,
                    "created":"2026-01-02T03:04:05Z","version":1}]}\
                    """)),
            NOW);
    accounts
        .desk()
        .decide(accounts.desk().quarantined().getFirst().id(), State.WAITING, State.RELEASED);
    awaitEmpty();
    assertThat(versionsOf(1)).containsExactly(1L, 2L);
    assertThat(accounts.receipt(1, "C01-00001")).isPresent();
    assertThat(accounts.desk().quarantined("p1").getFirst().state()).isEqualTo(State.SETTLED);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise7_anAccountWithFourHundredLongResultsArrivesWhole() {
    StringBuilder noise = new StringBuilder();
    new Random(5).ints(4 * 1024, ' ', 127).forEach(letter -> noise.append((char) letter));
    List<Receipt> receipts = new ArrayList<>();
    for (int number = 1; number <= 400; number++) {
      String result = noise.substring(number) + noise.substring(0, number);
      receipts.add(receipt(1, number, result));
    }
    List<Snapshot> snapshots = List.of(new Snapshot(1, Meter.TOKENS, 400, 400));
    route.settle(new Settlement("p1", 1, snapshots, receipts));
    worker();
    awaitEmpty();
    assertThat(record.spent(1)).isEqualTo(400);
    assertThat(record.settled).hasSize(1);
    assertThat(record.settled.getFirst().receipts()).hasSameElementsAs(receipts);
    SharedAccounts accounts = record.port();
    List<ReceiptAhead.Key> keys =
        receipts.stream().map(one -> new ReceiptAhead.Key(one.id(), one.version())).toList();
    await().until(() -> accounts.desk().ahead(keys).isEmpty());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(SERVER)
  void promise9_aQueueThatIsAwayIsNamedWithinSecondsAndUsedAgainLater() throws Exception {
    route.settle(charge(1, 1));
    server.freeze();
    try {
      long begun = System.nanoTime();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<?> probe = threads.submit(queue::probe);
        assertThatThrownBy(() -> route.settle(charge(1, 2)))
            .isInstanceOf(AccountsFailure.class)
            .hasMessageContaining("the queue did not take a message");
        assertThatThrownBy(probe::get).hasCauseInstanceOf(QueueFailure.class);
      }
      assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(9));
    } finally {
      server.thaw();
    }
    route.settle(charge(1, 2));
    route.settle(charge(1, 3));
    worker();
    awaitEmpty();
    assertThat(record.spent(1)).isEqualTo(3);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise3_oneIdIsOneMessageAndASealIsHandedInOnceInAWhile() {
    queue.handIn(new Parcel("p1", "same", "t", "1"));
    queue.handIn(new Parcel("p1", "same", "t", "1"));
    queue.handIn(new Parcel("p1", "other", "t", "1"));
    assertThat(queue.size()).isEqualTo(2);
    List<Delivery> taken = queue.take(Duration.ofSeconds(30));
    assertThat(taken).extracting(Delivery::group).containsOnly("p1");
    assertThat(queue.take(Duration.ofSeconds(30))).isEmpty();
    queue.done(taken);
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    QueuedRoute still =
        new QueuedRoute(
            queue,
            new TimeOrderedIds(InstantSource.system(), new Random()),
            now::get,
            FlowObserver.NONE);
    still.seal("p1", 4);
    still.seal("p1", 4);
    still.seal("p1", 5);
    still.seal("p2", 4);
    assertThat(queue.size()).isEqualTo(3);
    now.set(NOW.plusSeconds(10));
    still.seal("p1", 4);
    assertThat(queue.size()).as("the one before may be with a worker already").isEqualTo(4);
  }

  /** Accounts 1's charges up to that number, whose receipts of these numbers came ahead. */
  private Parcel joining(String id, long epoch, long spent, int... numbers) {
    String ahead =
        Arrays.stream(numbers)
            .mapToObj("{\"id\":\"C01-%05d\",\"version\":1}"::formatted)
            .collect(Collectors.joining(","));
    return new Parcel(
        "p1",
        id,
        "update-tokens",
        """
        {"v":1,"type":"update-tokens","holder":"p1","epoch":%d,"receipts":[],
         "snapshots":[{"account":1,"meter":"tokens","spent":%d,"version":%d}],"ahead":[%s]}\
        """
            .formatted(epoch, spent, spent, ahead));
  }

  private Parcel ahead(String id, int number) {
    return new Parcel(
        "p1",
        id,
        "receipts-ahead",
        """
        {"v":1,"type":"receipts-ahead","holder":"p1","receipts":[{"id":"C01-%05d","account":1,
        "node":"n","meter":"tokens","product":"meme","amount":1,"created":"2026-01-02T03:04:05Z",
        "version":1}]}\
        """
            .formatted(number));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise3_whatComesAgainWhenItsReceiptsAheadAreForgottenIsNoAlarm() {
    worker();
    queue.handIn(ahead("a1", 1));
    queue.handIn(joining("s1", 1, 1, 1));
    await().until(() -> record.spent(1) == 1);
    SharedAccounts accounts = record.port();
    ReceiptAhead.Key key = new ReceiptAhead.Key("C01-00001", 1);
    await().until(() -> accounts.desk().ahead(List.of(key)).isEmpty());
    queue.handIn(joining("s2", 1, 1, 1));
    route.settle(charge(1, 2));
    awaitEmpty();
    assertThat(steps.alarms).isEmpty();
    assertThat(record.spent(1)).isEqualTo(2);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_oneReceiptThatIsNowhereHoldsUpASettlementWhoseOthersAreKnown() {
    worker();
    queue.handIn(ahead("a1", 1));
    queue.handIn(joining("s1", 1, 1, 1));
    await().until(() -> record.spent(1) == 1);
    queue.handIn(joining("s2", 1, 2, 1, 2));
    await().until(() -> steps.alarms.size() == 1);
    assertThat(record.spent(1)).isEqualTo(1);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise3_aLateSettlementWithoutItsReceiptsAheadIsIgnored() {
    worker();
    route.settle(charge(1, 1));
    route.seal("p1", 1);
    queue.handIn(joining("s1", 1, 2, 2));
    route.settle(charge(1, 2, 2));
    awaitEmpty();
    assertThat(steps.alarms).isEmpty();
    assertThat(record.spent(1)).isEqualTo(2);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_receiptsAheadAreForgottenWhenNoQueueCanStillHoldTheirSettlement() {
    SharedAccounts accounts = record.port();
    Instant now = Instant.now();
    accounts
        .desk()
        .keepAhead(List.of(new ReceiptAhead("NEW", 1, "{}")), now.minus(Duration.ofDays(14)));
    accounts
        .desk()
        .keepAhead(List.of(new ReceiptAhead("OLD", 1, "{}")), now.minus(Duration.ofDays(16)));
    worker();
    ReceiptAhead.Key old = new ReceiptAhead.Key("OLD", 1);
    await().until(() -> accounts.desk().ahead(List.of(old)).isEmpty());
    assertThat(accounts.desk().ahead(List.of(new ReceiptAhead.Key("NEW", 1)))).hasSize(1);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_ofSeveralReleasedMessagesTheOldestGoesFirst() {
    SharedAccounts accounts = record.port();
    accounts.desk().quarantine(set("m1", NOW, joining("s1", 1, 1, 1)));
    accounts.desk().quarantine(set("m2", NOW.plusSeconds(1), joining("s2", 1, 2, 2)));
    accounts.desk().keepAhead(List.of(kept(1), kept(2)), Instant.now());
    accounts.desk().decide("m2", State.WAITING, State.RELEASED);
    worker();
    await().until(() -> steps.holding == 2);
    steps.holding = -1;
    await().until(() -> steps.holding == 2);
    assertThat(record.settled).as("the younger one waits for the older").isEmpty();
    accounts.desk().decide("m1", State.WAITING, State.RELEASED);
    await().until(() -> steps.holding == 0);
    assertThat(versionsOf(1)).containsExactly(1L, 2L);
  }

  private static Quarantined set(String id, Instant at, Parcel parcel) {
    return new Quarantined(id, parcel.group(), parcel.body(), "a test", at, State.WAITING);
  }

  private ReceiptAhead kept(int number) {
    return new ReceiptAhead("C01-%05d".formatted(number), 1, ahead("a", number).body());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void promise2_aMessageThatTheQueueRefusesIsNotTakenForSent() {
    assertThatThrownBy(() -> queue.handIn(new Parcel("p1", "x1", "t", "\u0001")))
        .isInstanceOf(QueueFailure.class)
        .hasMessageContaining("refused it");
    queue.handIn(new Parcel("p1", "x2", "t", "1"));
    assertThat(queue.size()).isEqualTo(1);
  }
}
