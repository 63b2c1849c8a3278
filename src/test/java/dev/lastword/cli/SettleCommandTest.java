package dev.lastword.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Settling;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.QueuedRoute;
import dev.lastword.settlement.SettlementQueue.Parcel;
import dev.lastword.settlement.SettlementWorker;
import dev.lastword.settlement.WorkerLimits;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqs.Queues;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.store.sqs.SqsQueue;
import dev.lastword.world.Steps;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine;

/** What operators do about messages that nobody can read, beside a worker on a real queue. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SettleCommandTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final WorkerLimits LIMITS =
      new WorkerLimits(1, 4, Duration.ofSeconds(5), SECOND, SECOND, SECOND, Duration.ofMillis(100));

  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new Random());
  private final String dsn = DatabaseServer.shared().fresh();
  private final MysqlAccounts accounts =
      MysqlAccounts.open(MysqlAddress.parse(dsn), ids, Steps.NONE);
  private final SqsAddress address = Queues.fresh();
  private final SqsQueue queue = SqsQueue.open(address);
  private final QueuedRoute route =
      new QueuedRoute(queue, ids, InstantSource.system(), FlowObserver.NONE);
  private final SettlementWorker worker =
      new SettlementWorker(queue, accounts, InstantSource.system(), FlowObserver.NONE, LIMITS);

  /** Another for each test, and so is the group. */
  private final class User {
    final String id;
    final String group;
    final long incarnation;
    final long epoch;

    User(String id, String group) {
      this.id = id;
      this.group = group;
      accounts.create(new NewAccount(id, null, Set.of(), 100, 0), null, NOW);
      incarnation = accounts.find(id).orElseThrow().incarnation();
      epoch = accounts.takeEpoch(group);
      accounts.lease(Map.of(group, epoch));
    }

    void charge(long number) {
      Receipt receipt =
          new Receipt(
              ids.next(),
              incarnation,
              "n",
              Meter.TOKENS,
              "meme",
              1,
              Outcome.COMPLETED,
              NOW,
              NOW,
              1,
              null,
              null);
      route.settle(
          new Settlement(
              group,
              epoch,
              List.of(new Snapshot(incarnation, Meter.TOKENS, number, number)),
              List.of(receipt)));
    }

    long spent() {
      return accounts.find(id).orElseThrow().tokens().spent();
    }
  }

  /** What a command said, and its exit status. */
  private record Said(int status, String out, String err) {}

  @BeforeAll
  void start() {
    worker.start();
  }

  @AfterAll
  void stop() {
    worker.close();
    queue.close();
    accounts.close();
  }

  private Said settle(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new SettleCommand(() -> Settling.open(Map.of("DSN", dsn))))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(Lastword::explain)
            .execute(arguments);
    return new Said(status, out.toString(), err.toString());
  }

  private String awaitQuarantine() {
    await().atMost(Duration.ofSeconds(20)).until(() -> accounts.desk().quarantined().size() == 1);
    return accounts.desk().quarantined().getFirst().id();
  }

  @Test
  void whatIsInQuarantineIsListedAndWhatIsDiscardedIsGone() {
    User ann = new User("ann", "p1");
    assertThat(settle("--quarantined")).isEqualTo(new Said(0, "", ""));
    queue.handIn(new Parcel("p1", ids.next(), "update-tokens", "{\"v\":2}"));
    ann.charge(1);
    String id = awaitQuarantine();

    Said list = settle("--quarantined");
    assertThat(list.status()).isEqualTo(1);
    assertThat(list.out())
        .startsWith(id + " p1 " + accounts.desk().quarantined().getFirst().at() + " WAITING: ")
        .contains("it is of version 2, which this worker does not know\n  {\"v\":2}\n");
    assertThat(ann.spent()).as("what is behind it waits").isZero();

    assertThat(settle("--discard", id)).isEqualTo(new Said(0, "discarded " + id + "\n", ""));
    await().atMost(Duration.ofSeconds(20)).until(() -> ann.spent() == 1);
    assertThat(settle("--quarantined")).isEqualTo(new Said(0, "", ""));
    assertThat(settle("--discard", id).status()).as("once").isEqualTo(1);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void whatIsReleasedIsReadAgainBeforeWhatWaited() {
    User bob = new User("bob", "p2");
    // Its receipt travels ahead of it, and is late.
    queue.handIn(
        new Parcel(
            "p2",
            ids.next(),
            "update-tokens",
            """
            {"v":1,"type":"update-tokens","holder":"p2","epoch":%d,"receipts":[],
             "snapshots":[{"account":%d,"meter":"tokens","spent":1,"version":1}],
             "ahead":[{"id":"FIRST","version":1}]}\
            """
                .formatted(bob.epoch, bob.incarnation)));
    bob.charge(2);
    String id = awaitQuarantine();

    assertThat(settle("--release", id)).isEqualTo(new Said(0, "released " + id + "\n", ""));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> accounts.desk().quarantined().getFirst().state() == State.WAITING);
    assertThat(bob.spent()).as("it still cannot be read").isZero();

    accounts
        .desk()
        .keepAhead(
            List.of(
                new dev.lastword.accounts.ReceiptAhead(
                    "FIRST",
                    1,
                    """
                    {"v":1,"type":"receipts-ahead","holder":"p2","receipts":[{"id":"FIRST",
                    "account":%d,"node":"n","meter":"tokens","product":"meme","amount":1,
                    "outcome":"completed","created":"2026-01-02T03:04:05Z",
                    "closed":"2026-01-02T03:04:05Z","version":1}]}\
                    """
                        .formatted(bob.incarnation))),
            NOW);
    assertThat(settle("--release", id).status()).isZero();
    await().atMost(Duration.ofSeconds(20)).until(() -> bob.spent() == 2);
    assertThat(accounts.desk().quarantined()).isEmpty();
    assertThat(accounts.desk().quarantined("p2").getFirst().state()).isEqualTo(State.SETTLED);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void everyCommandOfThePageIsOne() throws Exception {
    List<String> commands =
        Pattern.compile("(?m)^\\./lastword settle (.*?)(?:  .*)?$")
            .matcher(Files.readString(Path.of("docs", "sqs.md")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(commands).containsExactly("--quarantined", "--release ID", "--discard ID");
    for (String command : commands) {
      Said said = settle(command.split(" "));
      assertThat(said.err() + said.out())
          .as(command)
          .isIn("", "lastword: no such message waits; see lastword settle --quarantined\n");
    }
  }

  @Test
  void whatIsNotThereIsSaidAndNothingHappens() {
    for (String option : List.of("--release", "--discard")) {
      Said said = settle(option, "nobody");
      assertThat(said.status()).isEqualTo(1);
      assertThat(said.err())
          .isEqualTo("lastword: no such message waits; see lastword settle --quarantined\n");
    }
    assertThat(settle("--release", "a", "--discard", "b").status())
        .as("one at a time")
        .isEqualTo(2);
    assertThat(settle("--hidden", "0").err()).contains("--hidden must be 1 to 43200 seconds");
    assertThat(settle().err()).contains("LASTWORD_QUEUE or SQS_QUEUE_URL must say where the queue");
  }
}
