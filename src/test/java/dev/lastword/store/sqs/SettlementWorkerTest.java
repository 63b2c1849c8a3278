package dev.lastword.store.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.QueueFailure;
import dev.lastword.settlement.SettlementQueue;
import dev.lastword.settlement.SettlementQueue.Delivery;
import dev.lastword.settlement.SettlementWorker;
import dev.lastword.settlement.WorkerLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker does about a queue that does what no queue should. */
@Timeout(30)
final class SettlementWorkerTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final WorkerLimits ONE_AT_A_TIME =
      new WorkerLimits(1, 1, SECOND, SECOND, SECOND, SECOND, Duration.ofMillis(100));

  private final WatchedAccounts record = new WatchedAccounts(1);
  private final Script queue = new Script();
  private final SettlementWorker worker =
      new SettlementWorker(
          queue, record.port(), InstantSource.system(), FlowObserver.NONE, ONE_AT_A_TIME);

  /** Answers as told, one taking after the other, and then has nothing more. */
  private static final class Script implements SettlementQueue {
    final BlockingQueue<Supplier<List<Delivery>>> answers = new LinkedBlockingQueue<>();
    final BlockingQueue<Delivery> done = new LinkedBlockingQueue<>();
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    final BlockingQueue<Delivery> refused = new LinkedBlockingQueue<>();
    final AtomicInteger takings = new AtomicInteger();
    volatile boolean refusesDone;

    @Override
    public void handIn(Parcel parcel) {}

    @Override
    public List<Delivery> take(Duration hidden) {
      takings.incrementAndGet();
      try {
        Supplier<List<Delivery>> answer = answers.poll(50, TimeUnit.MILLISECONDS);
        return answer == null ? List.of() : answer.get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void keep(Collection<Delivery> deliveries, Duration hidden) {
      deliveries.forEach(one -> ends.add("kept " + one.id()));
    }

    @Override
    public void done(Collection<Delivery> deliveries) {
      if (refusesDone) {
        refused.addAll(deliveries);
        throw new QueueFailure("it may come again");
      }
      done.addAll(deliveries);
      deliveries.forEach(one -> ends.add("done " + one.id()));
    }

    @Override
    public long size() {
      return 0;
    }

    @Override
    public void probe() {}

    @Override
    public void close() {}
  }

  private static List<Delivery> charge(String ahead) {
    String body =
        """
        {"v":1,"type":"update-tokens","holder":"p1","epoch":1,"receipts":[],"ahead":[%s],
         "snapshots":[{"account":1,"meter":"tokens","spent":1,"version":1}]}\
        """
            .formatted(ahead);
    return List.of(new Delivery("m1", "p1", body, 1, Instant.now(), "h1"));
  }

  @Test
  void promise2_aTakingThatFailsInAnyWayIsTriedAgainAndTheWorkerCanBeClosed() throws Exception {
    queue.answers.add(() -> {
      throw new IllegalStateException("what no queue says");
    });
    queue.answers.add(() -> charge(""));
    worker.start();
    assertThat(queue.done.take().id()).isEqualTo("m1");
    worker.close();
    assertThat(record.spent(1)).isEqualTo(1);
  }

  @Test
  void promise2_receiptsAheadAreKeptWhileTheirSettlementMayComeAgain() throws Exception {
    SharedAccounts accounts = record.port();
    String receipt =
        """
        {"v":1,"type":"receipts-ahead","holder":"p1","receipts":[{"id":"R","account":1,"node":"n",
        "meter":"tokens","product":"meme","amount":1,"created":"2026-01-02T03:04:05Z",
        "version":1}]}\
        """;
    accounts.desk().keepAhead(List.of(new ReceiptAhead("R", 1, receipt)), Instant.now());
    List<Delivery> settlement = charge("{\"id\":\"R\",\"version\":1}");
    queue.refusesDone = true;
    queue.answers.add(() -> settlement);
    worker.start();
    queue.refused.take();
    worker.close();
    assertThat(record.spent(1)).isEqualTo(1);
    assertThat(accounts.desk().ahead(List.of(new ReceiptAhead.Key("R", 1)))).hasSize(1);
  }

  @Test
  void promise3_whatWasDecidedIsNotAppliedWhenItComesAgain() throws Exception {
    SharedAccounts accounts = record.port();
    Delivery charge = charge("").getFirst();
    accounts
        .desk()
        .quarantine(
            new Quarantined(
                charge.id(), "p1", charge.body(), "a test", Instant.now(), State.WAITING));
    accounts.desk().decide(charge.id(), State.WAITING, State.DISCARDED);
    queue.answers.add(() -> List.of(charge));
    worker.start();
    assertThat(queue.done.take()).isEqualTo(charge);
    worker.close();
    assertThat(record.settled).isEmpty();
  }

  @Test
  void promise2_aSealWaitsBehindASettlementThatFailed() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    record.before =
        _ -> {
          if (attempts.getAndIncrement() == 0) {
            throw new AccountsFailure("busy", new IllegalStateException());
          }
        };
    String seal = "{\"v\":1,\"type\":\"seal-epoch\",\"holder\":\"p1\",\"epoch\":1}";
    List<Delivery> run =
        List.of(charge("").getFirst(), new Delivery("m2", "p1", seal, 1, Instant.now(), "h2"));
    queue.answers.add(() -> run);
    queue.answers.add(() -> run);
    worker.start();
    assertThat(queue.done.take().id()).isEqualTo("m1");
    assertThat(queue.done.take().id()).isEqualTo("m2");
    worker.close();
    assertThat(record.spent(1)).isEqualTo(1);
  }

  @Test
  void promise2_whatComesBehindAMessageThatWasSetAsideEarlierWaits() throws Exception {
    SharedAccounts accounts = record.port();
    accounts
        .desk()
        .quarantine(
            new Quarantined("m0", "p1", "nonsense", "a test", Instant.now(), State.WAITING));
    queue.answers.add(() -> charge(""));
    worker.start();
    assertThat(queue.ends.take()).isEqualTo("kept m1");
    accounts.desk().decide("m0", State.WAITING, State.DISCARDED);
    queue.answers.add(() -> charge(""));
    assertThat(queue.ends.take()).isEqualTo("done m1");
    worker.close();
    assertThat(record.settled).hasSize(1);
  }

  @Test
  void whoIsClosedTakesNothingMore() throws Exception {
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
    queue.answers.add(() -> charge(""));
    worker.start();
    reached.await();
    int takings = queue.takings.get();
    Thread closing = Thread.ofVirtual().start(worker::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    closing.join();
    assertThat(record.spent(1)).as("what it held is finished").isEqualTo(1);
    assertThat(queue.takings).hasValue(takings);
  }
}
