package dev.lastword.store.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.JavaMachine;
import dev.lastword.faults.servers.QueueServer;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.QueuedRoute;
import dev.lastword.settlement.SettlementQueue.Parcel;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.world.Steps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lastword settle} as a process, on a real queue and a real database. */
final class SettleProcessTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private final QueueServer server = QueueServer.running();
  private final SqsAddress address = Queues.fresh();
  private final SqsQueue queue = Queues.open(address);
  private final String dsn = DatabaseServer.shared().fresh();
  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new Random());

  @TempDir private Path folder;

  private Process settle(Path log, String... options) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(JavaMachine.command("256m"));
    builder.command().addAll(List.of("dev.lastword.Main", "settle"));
    builder.command().addAll(List.of(options));
    JavaMachine.withoutSettings(builder);
    builder
        .environment()
        .putAll(
            Map.of(
                "DSN",
                dsn,
                "LASTWORD_QUEUE",
                "sqs:" + address.name(),
                "SQS_ENDPOINT",
                server.endpoint().toString(),
                "AWS_REGION",
                "eu-west-1",
                "AWS_ACCESS_KEY_ID",
                "x",
                "AWS_SECRET_ACCESS_KEY",
                "x"));
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private Settlement charge(long epoch, long incarnation, long number) {
    Receipt receipt =
        new Receipt(
            ids.next(),
            incarnation,
            "node",
            Meter.TOKENS,
            "text-meme",
            1,
            Outcome.COMPLETED,
            NOW,
            NOW,
            1,
            null,
            null);
    return new Settlement(
        "p1",
        epoch,
        List.of(new Snapshot(incarnation, Meter.TOKENS, number, number)),
        List.of(receipt));
  }

  @Test
  void promise2_aWorkerThatIsKilledAndAQuarantineLoseNothing() throws Exception {
    QueuedRoute route = new QueuedRoute(queue, ids, InstantSource.system(), FlowObserver.NONE);
    Path firstLog = folder.resolve("first");
    Path secondLog = folder.resolve("second");
    try (MysqlAccounts accounts = MysqlAccounts.open(MysqlAddress.parse(dsn), ids, Steps.NONE)) {
      Process first = settle(firstLog, "--trace", "--hidden", "2");
      Process second = settle(secondLog, "--trace", "--hidden", "2");
      try {
        accounts.create(new NewAccount("ann", null, Set.of(), 100, 0), null, NOW);
        long incarnation = accounts.find("ann").orElseThrow().incarnation();
        long epoch = accounts.takeEpoch("p1");
        accounts.lease(Map.of("p1", epoch));
        awaitLine(firstLog, "settling what comes out of");
        awaitLine(secondLog, "settling what comes out of");
        route.settle(charge(epoch, incarnation, 1));
        await().atMost(Duration.ofSeconds(40)).until(() -> spent(accounts) == 1);
        assertThat(Files.readString(firstLog) + Files.readString(secondLog))
            .contains("flow consumed update-tokens charge=");
        // What its calls still take from the queue comes again when it is no longer hidden.
        first.destroyForcibly().waitFor();
        queue.handIn(new Parcel("p1", ids.next(), "update-tokens", "nonsense"));
        route.settle(charge(epoch, incarnation, 2));
        await()
            .atMost(Duration.ofSeconds(40))
            .until(() -> !accounts.desk().quarantined().isEmpty());
        assertThat(spent(accounts)).isEqualTo(1);
        String id = accounts.desk().quarantined().getFirst().id();
        Path answer = folder.resolve("answer");
        assertThat(settle(answer, "--discard", id).waitFor()).isZero();
        assertThat(Files.readString(answer)).endsWith("discarded " + id + "\n");
        await().atMost(Duration.ofSeconds(40)).until(() -> spent(accounts) == 2);
        assertThat(accounts.audit().discrepancies()).isEmpty();
        second.toHandle().destroy();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isZero();
        assertThat(Files.readString(secondLog)).contains("QUARANTINE: message " + id, "stopped");
      } finally {
        first.destroyForcibly();
        second.destroyForcibly();
        queue.close();
      }
    }
  }

  private static void awaitLine(Path log, String text) {
    await().atMost(Duration.ofSeconds(40)).until(() -> Files.readString(log).contains(text));
  }

  private static long spent(MysqlAccounts accounts) {
    return accounts.find("ann").orElseThrow().tokens().spent();
  }
}
