package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LoadRunTest {

  private static LoadPlan byTheClock(int requests, int workers) {
    return new LoadPlan(
        LoadPlanTest.MEMES, new LoadPlan.Loop.Open(1e9, workers), requests, null, 1);
  }

  @Test
  void whatFindsAllWorkersBusyWaitsAndItsWaitIsCounted() throws InterruptedException {
    Tally tally = new Tally();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier three = new CyclicBarrier(3);
    Errand errand =
        _ -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          try {
            three.await();
          } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
          } finally {
            running.decrementAndGet();
          }
          return Reply.answered(200);
        };

    new LoadRun(byTheClock(3_000, 3), errand, tally, System.nanoTime()).run();

    assertThat(tally.good()).isEqualTo(3_000);
    assertThat(most).hasValue(3);
    assertThat(tally.latencies().getMaxValue() / 1e6)
        .as("all were meant to start at once, so the last one waited for the whole run")
        .isGreaterThan(0.99 * tally.seconds() - 1e-5);
  }

  @Test
  void whatCouldNotBeSentForLongIsNotSentAnyMore() throws InterruptedException {
    Tally tally = new Tally();
    Errand errand =
        _ -> {
          while (tally.requests() < 2) {
            Thread.onSpinWait();
          }
          return Reply.answered(200);
        };
    long aMinuteAgo = System.nanoTime() - TimeUnit.MINUTES.toNanos(1);

    new LoadRun(byTheClock(3, 1), errand, tally, aMinuteAgo).run();

    assertThat(tally.good()).isEqualTo(1);
    assertThat(tally.errors()).isEqualTo(Map.of("not sent: all workers were busy for 30 s", 2L));
  }
}
