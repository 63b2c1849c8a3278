package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PacerTest {

  @Test
  void nobodyIsWokenEarlyAndEverybodyIsWoken() throws Exception {
    List<Future<Long>> early = new ArrayList<>();
    try (Pacer pacer = new Pacer(System::nanoTime);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2_000; i++) {
        long seed = i;
        early.add(
            threads.submit(() -> {
              Random random = new Random(seed);
              Pacer.Alarm alarm = pacer.alarm();
              long worst = Long.MAX_VALUE;
              for (int sleep = 0; sleep < 10; sleep++) {
                long due = System.nanoTime() + random.nextInt(100_000_000);
                assertThat(alarm.sleepUntil(due)).isTrue();
                worst = Math.min(worst, System.nanoTime() - due);
              }
              return worst;
            }));
      }
      for (Future<Long> one : early) {
        assertThat(one.get()).isNotNegative();
      }
    }
  }

  @Test
  void aSleeperFurtherAwayThanTheWheelIsLongIsWokenInItsOwnTurn() throws Exception {
    AtomicLong clock = new AtomicLong();
    try (Pacer pacer = new Pacer(clock::get);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Pacer.Alarm alarm = pacer.alarm();
      Future<Boolean> far = threads.submit(() -> alarm.sleepUntil(60_000_000_000L));
      clock.set(59_000_000_000L);
      Pacer.Alarm near = pacer.alarm();
      assertThat(threads.submit(() -> near.sleepUntil(58_000_000_000L)).get()).isTrue();
      assertThat(far.isDone()).isFalse();
      clock.set(60_100_000_000L);
      assertThat(far.get()).isTrue();
    }
  }

  @Test
  void wakingEndsThisSleepAndLaterOnes() throws Exception {
    try (Pacer pacer = new Pacer(System::nanoTime);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Pacer.Alarm alarm = pacer.alarm();
      CountDownLatch asleep = new CountDownLatch(1);
      Future<Boolean> sleeping =
          threads.submit(() -> {
            asleep.countDown();
            return alarm.sleepUntil(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
          });
      asleep.await();
      alarm.wake();
      assertThat(sleeping.get()).isFalse();
      assertThat(alarm.sleepUntil(System.nanoTime() + TimeUnit.HOURS.toNanos(1))).isFalse();
    }
  }

  @Test
  void closingWakesEverybody() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Pacer pacer = new Pacer(System::nanoTime);
      Future<Boolean> sleeping =
          threads.submit(
              () -> pacer.alarm().sleepUntil(System.nanoTime() + TimeUnit.HOURS.toNanos(1)));
      pacer.close();
      assertThat(sleeping.get()).isFalse();
    }
  }
}
