package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lastword.load.Timeline.Slice;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimelineTest {

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static long count(List<Slice> slices, String kind) {
    return slices.stream().mapToLong(slice -> slice.count(kind)).sum();
  }

  private static void haveNoGaps(List<Slice> slices, double endSeconds) {
    double end = 0;
    for (Slice slice : slices) {
      assertThat(slice.fromSeconds()).isEqualTo(end);
      end = slice.toSeconds();
    }
    assertThat(end).isEqualTo(endSeconds);
  }

  @Test
  void aRunOfNothingHasNoSlices() {
    assertThat(new Timeline().slices()).isEmpty();
    Slice lately = new Timeline().last(millis(5_000), millis(1_000));
    assertThat(lately.counts()).isEmpty();
    assertThat(lately.perSecond("a")).isZero();
  }

  @Test
  void oneThingIsOneSliceAndItsRateIsTheRuns() {
    Timeline timeline = new Timeline();
    timeline.add("a", millis(800), millis(790));

    List<Slice> slices = timeline.slices();

    assertThat(slices).hasSize(1);
    haveNoGaps(slices, 0.8);
    assertThat(slices.getFirst().perSecond("a")).isEqualTo(1.25);
    assertThat((double) slices.getFirst().micros().getMaxValue())
        .isCloseTo(790_000, Percentage.withPercentage(1));
  }

  /** From less than an interval to a day, at the same thousand things each. */
  @ParameterizedTest
  @ValueSource(longs = {1, 10, 11, 990, 12_000, 12_001, 60_000, 600_000, 86_400_000})
  void howeverLongARunNothingIsLostAndLittleIsKept(long runMillis) {
    Timeline timeline = new Timeline();
    for (int thing = 1; thing <= 1_000; thing++) {
      long at = millis(runMillis) / 1_000 * thing;
      timeline.add(thing % 4 == 0 ? "bad" : "good", at, millis(thing));
    }

    List<Slice> slices = timeline.slices();

    haveNoGaps(slices, runMillis / 1e3);
    assertThat(slices).hasSizeLessThanOrEqualTo(31);
    assertThat(count(slices, "good")).isEqualTo(750);
    assertThat(count(slices, "bad")).isEqualTo(250);
    assertThat(slices.stream().mapToLong(slice -> slice.micros().getTotalCount()).sum())
        .isEqualTo(1_000);
    if (slices.size() > 1) {
      assertThat(slices.getLast().seconds())
          .isGreaterThanOrEqualTo(slices.getFirst().seconds() / 2);
    }
  }

  @Test
  void aThingIsInTheSliceOfItsTime() {
    Timeline timeline = new Timeline();
    for (int thing = 0; thing < 10_000; thing++) {
      timeline.add("a", millis(2L * thing), millis(thing < 5_000 ? 1 : 100));
    }

    List<Slice> slices = timeline.slices();

    assertThat(slices).hasSizeGreaterThan(50);
    for (Slice slice : slices) {
      assertThat(slice.perSecond("a")).isCloseTo(500, within(15.0));
      if (slice.toSeconds() < 10) {
        assertThat(slice.micros().getMaxValue()).isLessThan(1_020);
      } else if (slice.fromSeconds() > 10) {
        assertThat(slice.micros().getMinValue()).isGreaterThan(98_000);
      }
    }
  }

  @Test
  void latelyIsNotBefore() {
    Timeline timeline = new Timeline();
    for (int second = 0; second < 8; second++) {
      timeline.add("a", millis(1_000L * second), millis(second));
    }

    Slice lately = timeline.last(millis(8_000), millis(2_500));

    assertThat(lately.count("a")).isEqualTo(2);
    assertThat(lately.micros().getMinValue()).isBetween(5_900L, 6_000L);
    assertThat(lately.perSecond("a")).isEqualTo(0.8);
    assertThat(timeline.last(millis(60_000), millis(2_500)).count("a")).isZero();
  }

  @Test
  void kindsBeyondTheLimitAreOneTogether() {
    Timeline timeline = new Timeline();
    for (int kind = 0; kind < 100; kind++) {
      timeline.add("kind " + kind, millis(kind));
    }

    List<Slice> slices = timeline.slices();

    assertThat(slices.getFirst().counts()).hasSize(Timeline.MAX_KINDS);
    assertThat(count(slices, "kind 6")).isEqualTo(1);
    assertThat(count(slices, Timeline.OTHER)).isEqualTo(93);
  }

  @Test
  void manyThreadsLoseNothing() {
    Timeline timeline = new Timeline();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < 100; thread++) {
        threads.execute(() -> {
          for (int thing = 0; thing < 1_000; thing++) {
            timeline.add("a", millis(40L * thing), millis(1));
          }
        });
      }
    }

    assertThat(count(timeline.slices(), "a")).isEqualTo(100_000);
  }
}
