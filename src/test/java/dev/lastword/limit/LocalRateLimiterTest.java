package dev.lastword.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalRateLimiterTest {
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final LocalRateLimiter limiter = new LocalRateLimiter(100, MINUTE, now::get);

  @Test
  void promise8AHundredAMinuteAndNotOneMore() {
    for (int i = 0; i < 100; i++) {
      assertThat(limiter.admit("ann").remaining()).isEqualTo(99 - i);
    }
    assertThat(limiter.admit("ann")).isEqualTo(new Admission.Refused(MINUTE.toNanos()));
    assertThat(limiter.admit("ben")).isEqualTo(new Admission.Admitted(99, MINUTE.toNanos()));
    now.addAndGet(MINUTE.toNanos() - 1);
    Admission refused = limiter.admit("ann");
    assertThat(refused).isEqualTo(new Admission.Refused(1));
    assertThat(refused.remaining()).isZero();
    assertThat(refused.resetNanos()).isEqualTo(1);
    now.incrementAndGet();
    assertThat(limiter.admit("ann")).isEqualTo(new Admission.Admitted(99, MINUTE.toNanos()));
  }

  @Test
  void promise8ParallelRequestsOfOneInstantAreAdmittedExactlyUpToTheLimit() throws Exception {
    for (int round = 0; round < 50; round++) {
      assertThat(admittedInParallel(32, 20)).isEqualTo(100);
      now.addAndGet(MINUTE.toNanos());
    }
  }

  @Test
  void promise8ForgettingIdleUsersNeverAdmitsMore() throws Exception {
    // The window is short and the clock moves at each reading and sometimes jumps, so that the
    // user is idle, forgotten and back again as often as possible, in every interleaving.
    int limit = 5;
    long windowNanos = 40;
    Map<Thread, Long> lastReading = new ConcurrentHashMap<>();
    LongSupplier movingClock =
        () -> {
          long reading = now.incrementAndGet();
          lastReading.put(Thread.currentThread(), reading);
          return reading;
        };
    LocalRateLimiter racing =
        new LocalRateLimiter(limit, Duration.ofNanos(windowNanos), movingClock);
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong forgotten = new AtomicLong();
    List<Long> admitted = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(7)) {
      Future<?> housekeeping =
          threads.submit(() -> {
            while (!over.get()) {
              forgotten.addAndGet(racing.forgetIdle());
            }
          });
      List<Future<List<Long>>> callers = new ArrayList<>();
      for (int seed = 0; seed < 6; seed++) {
        Random random = new Random(seed);
        callers.add(
            threads.submit(() -> {
              List<Long> times = new ArrayList<>();
              for (int i = 0; i < 100_000; i++) {
                if (racing.admit("ann") instanceof Admission.Admitted) {
                  times.add(lastReading.getOrDefault(Thread.currentThread(), 0L));
                }
                if (random.nextInt(20) == 0) {
                  now.addAndGet(windowNanos);
                }
              }
              return times;
            }));
      }
      for (Future<List<Long>> caller : callers) {
        admitted.addAll(caller.get());
      }
      over.set(true);
      housekeeping.get();
    }
    long origin = Long.MAX_VALUE - 1_000;
    List<Long> elapsed = admitted.stream().map(time -> time - origin).sorted().toList();
    for (int i = limit; i < elapsed.size(); i++) {
      assertThat(elapsed.get(i) - elapsed.get(i - limit)).isGreaterThanOrEqualTo(windowNanos);
    }
    assertThat(forgotten).hasPositiveValue();
    assertThat(elapsed).hasSizeGreaterThan(limit);
  }

  @Test
  void promise8AfterARestartTheWindowIsRebuiltFromAgesInAnyOrder() {
    long second = 1_000_000_000L;
    for (long age : new long[] {30, 59, 1, 60, 61, 45, 3_600}) {
      limiter.restore("ann", age * second);
    }
    assertThat(limiter.admit("ann")).isEqualTo(new Admission.Admitted(95, second));
    now.addAndGet(second);
    assertThat(limiter.admit("ann")).isEqualTo(new Admission.Admitted(95, 14 * second));
  }

  @Test
  void promise8ARestartGivesNobodyAFreshWindow() {
    for (int i = 0; i < 250; i++) {
      limiter.restore("ann", i * 1_000L);
    }
    assertThat(limiter.admit("ann"))
        .isEqualTo(new Admission.Refused(MINUTE.toNanos() - 99 * 1_000L));
  }

  @Test
  void anAgeFromAClockThatWasAheadCountsAsNow() {
    limiter.restore("ann", -5_000_000_000L);
    limiter.restore("ann", Long.MIN_VALUE);
    assertThat(limiter.admit("ann")).isEqualTo(new Admission.Admitted(97, MINUTE.toNanos()));
  }

  @Test
  void whatLeftTheWindowLongAgoIsNotRestored() {
    limiter.restore("ann", MINUTE.toNanos());
    limiter.restore("ann", Long.MAX_VALUE);
    assertThat(limiter.users()).isZero();
  }

  @Test
  void idleUsersAreDroppedAndOthersKept() {
    limiter.admit("ann");
    now.addAndGet(30_000_000_000L);
    limiter.admit("ben");
    assertThat(limiter.forgetIdle()).isZero();
    now.addAndGet(30_000_000_000L - 1);
    assertThat(limiter.forgetIdle()).isZero();
    now.incrementAndGet();
    assertThat(limiter.forgetIdle()).isEqualTo(1);
    assertThat(limiter.users()).isEqualTo(1);
    assertThat(limiter.admit("ben").remaining()).isEqualTo(98);
    assertThat(limiter.admit("ann").remaining()).isEqualTo(99);
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT1M",
    "-1, PT1M",
    "1000001, PT1M",
    "1, PT0S",
    "1, PT-1S",
    "1, PT24H0.000000001S"
  })
  void aLimitOutsideItsRangeIsRefused(int limit, Duration window) {
    assertThatThrownBy(() -> new LocalRateLimiter(limit, window, now::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be");
  }

  /** All threads start together, at one reading of the clock, while idle users are forgotten. */
  private long admittedInParallel(int callers, int requestsEach) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    AtomicLong admitted = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        all.add(
            threads.submit(() -> {
              start.await();
              for (int i = 0; i < requestsEach; i++) {
                if (limiter.admit("ann") instanceof Admission.Admitted) {
                  admitted.incrementAndGet();
                }
                limiter.forgetIdle();
              }
              return null;
            }));
      }
      start.countDown();
      for (Future<?> one : all) {
        one.get();
      }
    }
    return admitted.get();
  }
}
