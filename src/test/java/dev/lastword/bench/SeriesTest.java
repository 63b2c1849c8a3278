package dev.lastword.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.bench.client.WrongAnswer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SeriesTest {

  private static Series series(Double... values) {
    return new Series(List.of(values));
  }

  @Test
  void theMedianIsTheMiddleOne() {
    assertThat(series(9.0, 1.0, 5.0).median()).isEqualTo(5);
    assertThat(series(9.0, 1.0, 5.0, 6.0).median()).isEqualTo(5.5);
    assertThat(series(7.0).median()).isEqualTo(7);
  }

  @Test
  void theSpreadIsTheLeastAndTheMost() {
    assertThat(series(3.0, -2.0, 8.0).minimum()).isEqualTo(-2);
    assertThat(series(3.0, -2.0, 8.0).maximum()).isEqualTo(8);
  }

  /** A machine that is slow for one round slows both sides: the ratio stays. */
  @Test
  void ratiosAreOfOneRound() {
    Series ratio = series(10.0, 40.0, 90.0).per(series(20.0, 50.0, 100.0));

    assertThat(ratio.values()).containsExactly(0.5, 0.8, 0.9);
    assertThat(ratio.median()).isEqualTo(0.8);
  }

  @Test
  void whatIsNoNumberIsRefused() {
    assertThatThrownBy(() -> new Series(List.of())).hasMessageContaining("no numbers");
    assertThatThrownBy(() -> series(1.0, Double.NaN)).hasMessageContaining("no numbers");
    assertThatThrownBy(() -> series(1.0).per(series(0.0))).hasMessageContaining("no numbers");
    assertThatThrownBy(() -> series(1.0).per(series(1.0, 2.0)))
        .hasMessageContaining("1 rounds and 2");
  }

  @Test
  void aRoundWithoutAnythingToCompareWithFailsItsRow() {
    assertThatThrownBy(() ->
            new Line(
                "requests/s",
                new Line.Side("lastword", series(5.0, 5.0)),
                new Line.Side("helidon", series(7.0, 0.0))))
        .isInstanceOf(WrongAnswer.class)
        .hasMessageContaining("helidon: 0 requests/s in a round");
  }

  @Test
  void sidesTakeTurnsAndWarmUpsDoNotCount() throws Exception {
    List<String> order = new ArrayList<>();
    int[] count = new int[2];

    Rounds<Integer> rounds =
        Rounds.of(
            2,
            3,
            () -> {
              order.add("a");
              return count[0]++;
            },
            () -> {
              order.add("b");
              return 100 + count[1]++;
            });

    assertThat(String.join("", order)).isEqualTo("abbaabbaab");
    assertThat(rounds.a()).containsExactly(2, 3, 4);
    assertThat(rounds.b()).containsExactly(102, 103, 104);
    Line line = rounds.line("things", "one", "other", value -> value);
    assertThat(line.a().series().median()).isEqualTo(3);
    assertThat(line.ratio().values().getFirst()).isEqualTo(2.0 / 102);
  }
}
