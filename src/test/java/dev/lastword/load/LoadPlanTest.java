package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class LoadPlanTest {

  static final LoadPlan.Product MEMES = new LoadPlan.Product.Memes();

  static LoadPlan.Product words(Long maxWords) {
    return new LoadPlan.Product.Words(maxWords, 500, 1_000);
  }

  static LoadPlan plan(LoadPlan.Product product, String options) {
    String[] arguments = options.isEmpty() ? new String[0] : options.split(" ");
    return CommandLine.populateCommand(new LoadOptions(), arguments).plan(product);
  }

  @Test
  void quickIsFiftyByTenAndTheDefault() {
    LoadPlan quick = plan(MEMES, "--quick");

    assertThat(quick).isEqualTo(plan(MEMES, ""));
    assertThat(quick.requests()).isEqualTo(50);
    assertThat(quick.loop()).isEqualTo(new LoadPlan.Loop.Closed(10, Duration.ZERO, 1_000));
    assertThat(quick.users()).isEqualTo(1);
  }

  @Test
  void fullIsFiveThousandByAHundredOrAllAtOnce() {
    assertThat(plan(MEMES, "--full").requests()).isEqualTo(5_000);
    assertThat(plan(MEMES, "--full").loop())
        .isEqualTo(new LoadPlan.Loop.Closed(100, Duration.ZERO, 1_000));
    assertThat(plan(MEMES, "--full --workers all --ramp 0").loop())
        .isEqualTo(new LoadPlan.Loop.Closed(5_000, Duration.ZERO, 0));
  }

  @Test
  void timeAloneEndsARunThatCountsNothing() {
    LoadPlan plan = plan(MEMES, "--duration 30s --workers 7 --pause 250ms");

    assertThat(plan.bounded()).isFalse();
    assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(30));
    assertThat(plan.loop()).isEqualTo(new LoadPlan.Loop.Closed(7, Duration.ofMillis(250), 1_000));
    assertThat(plan(MEMES, "--duration 30s --rate 2.5").requests()).isEqualTo(75);
  }

  @Test
  void theClockHasAsManyWorkersAsItIsGiven() {
    assertThat(plan(MEMES, "--rate 10 --duration 5s").loop())
        .isEqualTo(new LoadPlan.Loop.Open(10, LoadPlan.MAX_WORKERS));
    assertThat(plan(MEMES, "--rate 10 --duration 5s --workers 3").loop())
        .isEqualTo(new LoadPlan.Loop.Open(10, 3));
    assertThat(plan(MEMES, "--rate 10 --duration 5s --workers all").loop())
        .isEqualTo(new LoadPlan.Loop.Open(10, 50));
    // Streams of 1.5 s on average, four at a time.
    assertThat(plan(words(2L), "--rate 100 --duration 5m --workers 4").mostRequestsPerSecond())
        .isCloseTo(2.67, within(0.01));
    assertThat(plan(words(2L), "--rate 100 --duration 5m --workers 4").users()).isEqualTo(3);
  }

  @Test
  void noUserIsAskedForMoreThanTheRateLimitAllows() {
    assertThat(plan(words(null), "--full --workers all").users()).isEqualTo(56);
    // A worker starts a second stream within a minute at most: 200 requests.
    assertThat(plan(words(null), "--full").users()).isEqualTo(3);
    // Streams of one second at the shortest: 61 a minute and worker.
    assertThat(plan(words(2L), "--duration 10m --workers 90").users()).isEqualTo(61);
    assertThat(plan(words(2L), "--rate 60 --duration 10m").users()).isEqualTo(41);
    assertThat(plan(words(2L), "--full --users 5").users()).isEqualTo(5);
  }

  @Test
  void theCeilingIsWhatTheOptionsAllow() {
    assertThat(plan(MEMES, "--full").mostRequestsPerSecond())
        .as("5,000 in the tenth of a second in which the workers begin")
        .isCloseTo(50_505, within(1.0));
    assertThat(plan(MEMES, "--quick --pause 1s").mostRequestsPerSecond()).isEqualTo(12.5);
    assertThat(plan(MEMES, "--duration 15s --workers 200 --pause 1s").mostRequestsPerSecond())
        .isEqualTo(200);
    assertThat(plan(MEMES, "--duration 15s").mostRequestsPerSecond()).isInfinite();
    assertThat(plan(MEMES, "--duration 15s --rate 20").mostRequestsPerSecond())
        .isCloseTo(20, within(0.1));
    assertThat(plan(MEMES, "--duration 6s --rate 100").mostRequestsPerSecond())
        .as("not over 100, though the last one starts before the sixth second is over")
        .isEqualTo(100);
    assertThat(plan(words(20L), "--full --workers all").mostRequestsPerSecond())
        .isCloseTo(250, within(1.0));
    assertThat(plan(words(20L), "--full").mostRequestsPerSecond()).isCloseTo(6.7, within(0.1));
  }

  @Test
  void aStreamLastsAMinuteOrUntilItsWordsAreOut() {
    assertThat(plan(words(20L), "").meanSeconds()).isEqualTo(15);
    assertThat(plan(words(200L), "").meanSeconds()).isEqualTo(60);
    assertThat(plan(words(null), "").meanSeconds()).isBetween(59.0, 60.0);
    assertThat(plan(MEMES, "").meanSeconds()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--quick --full",
        "--rate 0",
        "--rate -1",
        "--rate NaN",
        "--rate 10 --workers 0",
        "--rate 10 --pause 1s",
        "--workers 0",
        "--workers 19001",
        "--workers some",
        "--workers all --duration 5s",
        "--users 0",
        "--duration 5",
        "--pause soon",
        "--ramp -1"
      })
  void optionsThatMakeNoPlanAreRefused(String options) {
    assertThatIllegalArgumentException().isThrownBy(() -> plan(MEMES, options));
  }
}
