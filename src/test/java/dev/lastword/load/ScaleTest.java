package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScaleTest {

  private static final DoubleFunction<String> WHOLE = value -> String.valueOf(Math.round(value));

  private static List<String> texts(Scale scale) {
    return scale.marks().stream().map(Scale.Mark::text).toList();
  }

  @Test
  void aLinearAxisHasMarksThatAreEasyToRead() {
    assertThat(texts(Scale.to(14, "s", WHOLE))).containsExactly("0", "5", "10");
    assertThat(texts(Scale.to(60, "s", WHOLE))).containsExactly("0", "20", "40", "60");
    assertThat(texts(Scale.beyond(1_234, "n", WHOLE))).containsExactly("0", "500", "1000", "1500");
    assertThat(Scale.beyond(1_234, "n", WHOLE).at(750)).isEqualTo(0.5);
  }

  @Test
  void theGreatestValueStandsBelowTheEndOfAnAxisThatGoesBeyond() {
    assertThat(Scale.beyond(1_000, "n", WHOLE).at(1_000)).isLessThan(1);
  }

  @Test
  void powersOfTenAreEquallyFarApart() {
    Scale scale = Scale.powers(150, 12_000_000, "t", WHOLE);

    assertThat(texts(scale))
        .containsExactly("100", "1000", "10000", "100000", "1000000", "10000000", "100000000");
    assertThat(scale.at(10_000)).isCloseTo(2 / 6.0, within(1e-9));
    assertThat(scale.at(0)).isZero();
    assertThat(texts(Scale.powers(3, 4, "t", WHOLE))).containsExactly("1", "2", "5", "10");
    assertThat(texts(Scale.powers(1, 1, "t", WHOLE))).containsExactly("1", "2", "5", "10");
  }

  @Test
  void percentilesAreSpreadByWhatIsLeft() {
    Scale scale = Scale.percentiles(10_000, "p");

    assertThat(texts(scale)).containsExactly("0", "50", "90", "99", "99.9", "99.99");
    assertThat(scale.at(0)).isZero();
    assertThat(scale.at(90)).isCloseTo(0.25, within(1e-9));
    assertThat(scale.at(99.9)).isCloseTo(0.75, within(1e-9));
    assertThat(scale.at(99.9999)).isEqualTo(1);
    assertThat(scale.at(100)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 50, 999, 500_000, 1_000_000_000_000L})
  void marksStandOnTheAxisWhereTheirValuesDo(long count) {
    for (Scale scale :
        List.of(
            Scale.percentiles(count, "p"),
            Scale.to((double) count, "s", Double::toString),
            Scale.beyond((double) count, "s", Double::toString),
            Scale.powers(1, (double) count, "s", Double::toString))) {
      assertThat(scale.marks()).hasSizeBetween(2, 15);
      for (Scale.Mark mark : scale.marks()) {
        assertThat(mark.place()).isBetween(0.0, 1.0 + 1e-9);
        assertThat(scale.at(Double.parseDouble(mark.text()))).isCloseTo(mark.place(), within(1e-6));
      }
    }
  }

  @Test
  void anAxisOfNothingIsOne() {
    assertThat(texts(Scale.to(0, "s", WHOLE))).isNotEmpty();
    assertThat(Scale.to(0, "s", WHOLE).at(0)).isZero();
  }
}
