package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaceTest {

  @Test
  void aSeedGivesTheSameWaitsForEver() {
    assertThat(waits(new Pace(500, 1_000, 7), 3))
        .containsExactly(987_607_871L, 649_060_030L, 925_487_628L);
  }

  @Test
  void twoPacesOfOneSeedAgree() {
    assertThat(waits(new Pace(500, 1_000, -3), 500))
        .isEqualTo(waits(new Pace(500, 1_000, -3), 500));
  }

  @Test
  void waitsAreSpreadEvenlyBetweenTheLimits() {
    long[] waits = waits(new Pace(500, 1_000, 11), 100_000);
    int[] tenths = new int[10];
    for (long wait : waits) {
      assertThat(wait).isBetween(500_000_000L, 1_000_000_000L);
      tenths[(int) Math.min(9, (wait - 500_000_000L) / 50_000_000L)]++;
    }
    for (int tenth : tenths) {
      assertThat(tenth).isCloseTo(10_000, within(500));
    }
  }

  @Test
  void equalLimitsGiveThatWait() {
    assertThat(waits(new Pace(20, 20, 5), 100)).containsOnly(20_000_000L);
    assertThat(waits(new Pace(0, 0, 5), 100)).containsOnly(0L);
  }

  @Test
  void theLongestWaitIsADay() {
    assertThat(waits(new Pace(86_400_000, 86_400_000, 5), 10)).containsOnly(86_400_000_000_000L);
  }

  /** Words and waits of one seed must not rise and fall together. */
  @Test
  void theWaitsTellNothingAboutTheWords() {
    int seeds = 20_000;
    double sum = 0;
    for (long seed = 0; seed < seeds; seed++) {
      double word = new Random(seed).nextInt(1_000) / 999.0 - 0.5;
      double wait = new Pace(0, 1_000, seed).nextWaitNanos() / 1e9 - 0.5;
      sum += word * wait;
    }
    double correlation = sum / seeds * 12;
    assertThat(correlation).isCloseTo(0, within(0.03));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 5",
    "-5, -1",
    "6, 5",
    "0, 86400001",
    "0, 9223372036854775807",
    "-9223372036854775808, 0"
  })
  void limitsThatAreNoneAreRefused(long minimumMillis, long maximumMillis) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pace(minimumMillis, maximumMillis, 1))
        .withMessageContaining(minimumMillis + " to " + maximumMillis);
  }

  private static long[] waits(Pace pace, int count) {
    return LongStream.generate(pace::nextWaitNanos).limit(count).toArray();
  }
}
