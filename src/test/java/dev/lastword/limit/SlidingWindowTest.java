package dev.lastword.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlidingWindowTest {
  private static final int SEEDS = 5_000;

  @Test
  void promise8NoWindowEverHoldsMoreThanTheLimit() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      int limit = 1 + random.nextInt(seed % 10 == 0 ? 120 : 8);
      long windowNanos = 1L + random.nextInt(seed % 2 == 0 ? 50 : 60_000);
      SlidingWindow window = new SlidingWindow(limit, windowNanos);
      ListModel model = new ListModel(limit, windowNanos);
      long now = anyOrigin(random);
      for (int request = 0; request < 400; request++) {
        now += pause(random, windowNanos, limit);
        assertThat(window.admit(now))
            .as("seed %d, request %d", seed, request)
            .isEqualTo(model.admit(now));
      }
      model.assertNoWindowHoldsMoreThanTheLimit();
    }
  }

  @Test
  void theTimesOfARestartAreRestoredInAnyOrder() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      int limit = 1 + random.nextInt(20);
      long windowNanos = 1L + random.nextInt(1_000);
      long now = anyOrigin(random);
      List<Long> ages = new ArrayList<>();
      for (int i = random.nextInt(2 * limit); i > 0; i--) {
        ages.add(random.nextLong(2 * windowNanos));
      }
      SlidingWindow window = new SlidingWindow(limit, windowNanos);
      Collections.shuffle(ages, random);
      for (long age : ages) {
        window.restore(now - age, now);
      }
      ListModel model = new ListModel(limit, windowNanos);
      ages.sort(Collections.reverseOrder());
      for (long age : ages) {
        model.admitted.add(now - age);
      }
      for (int request = 0; request < 100; request++) {
        assertThat(window.admit(now))
            .as("seed %d, request %d", seed, request)
            .isEqualTo(model.admit(now));
        now += pause(random, windowNanos, limit);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, -1, -60_000_000_000L, Long.MAX_VALUE - 5, Long.MAX_VALUE, Long.MIN_VALUE})
  void theOldestLeavesExactlyWhenItIsOneWindowOld(long start) {
    long windowNanos = 60_000_000_000L;
    SlidingWindow window = new SlidingWindow(2, windowNanos);
    assertThat(window.admit(start)).isEqualTo(new Admission.Admitted(1, windowNanos));
    assertThat(window.admit(start + 10)).isEqualTo(new Admission.Admitted(0, windowNanos - 10));
    assertThat(window.admit(start + 20)).isEqualTo(new Admission.Refused(windowNanos - 20));
    assertThat(window.admit(start + windowNanos - 1)).isEqualTo(new Admission.Refused(1));
    assertThat(window.admit(start + windowNanos)).isEqualTo(new Admission.Admitted(0, 10));
    assertThat(window.admit(start + windowNanos + 9)).isEqualTo(new Admission.Refused(1));
    assertThat(window.admit(start + windowNanos + 10)).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void whoComesBackExactlyAfterRetryAfterIsAdmitted() {
    SlidingWindow window = new SlidingWindow(3, 1_000);
    long now = 77;
    for (int i = 0; i < 1_000; i++) {
      if (window.admit(now) instanceof Admission.Refused refused) {
        long next = now + refused.retryAfterNanos();
        assertThat(window.admit(next - 1)).isEqualTo(new Admission.Refused(1));
        assertThat(window.admit(next)).isInstanceOf(Admission.Admitted.class);
        now = next;
      }
      now += i % 7 * 50L;
    }
  }

  @Test
  void aUserWhoWasAwayForMonthsStartsAfresh() {
    SlidingWindow window = new SlidingWindow(1, 60_000_000_000L);
    window.admit(Long.MIN_VALUE);
    assertThat(window.admit(Long.MIN_VALUE + 100L * 86_400 * 1_000_000_000))
        .isInstanceOf(Admission.Admitted.class);
  }

  private static long anyOrigin(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> Long.MAX_VALUE - random.nextInt(10_000);
      default -> random.nextLong();
    };
  }

  /** Bursts, an even pace, waits of exactly a window, and silences. */
  private static long pause(Random random, long windowNanos, int limit) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> 0;
      case 3 -> windowNanos;
      case 4 -> windowNanos - 1;
      case 5 -> random.nextLong(2 * windowNanos);
      default -> random.nextLong(2 * windowNanos / limit + 1);
    };
  }

  /** Every admitted time, counted afresh for each decision. */
  private static final class ListModel {
    private final int limit;
    private final long windowNanos;
    private final List<Long> admitted = new ArrayList<>();

    private ListModel(int limit, long windowNanos) {
      this.limit = limit;
      this.windowNanos = windowNanos;
    }

    private Admission admit(long now) {
      List<Long> inside = admitted.stream().filter(time -> now - time < windowNanos).toList();
      if (inside.size() >= limit) {
        // Admitted once fewer than the limit are inside.
        long freeing = inside.get(inside.size() - limit);
        return new Admission.Refused(freeing + windowNanos - now);
      }
      admitted.add(now);
      long first = inside.isEmpty() ? now : inside.getFirst();
      return new Admission.Admitted(limit - inside.size() - 1, first + windowNanos - now);
    }

    private void assertNoWindowHoldsMoreThanTheLimit() {
      ArrayDeque<Long> inside = new ArrayDeque<>();
      for (long time : admitted) {
        inside.addLast(time);
        while (time - inside.getFirst() >= windowNanos) {
          inside.removeFirst();
        }
        assertThat(inside.size()).isLessThanOrEqualTo(limit);
      }
    }
  }
}
