package dev.lastword.places;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PlaceTest {

  @Test
  void aTownNearbyIsNamedWithRegionAndCountry() {
    assertThat(bath("Somerset", 49.99).describe()).isEqualTo("Bath, Somerset, United Kingdom");
  }

  @Test
  void aRegionThatSaysNothingNewIsLeftOut() {
    assertThat(bath(null, 3).describe()).isEqualTo("Bath, United Kingdom");
    assertThat(bath("Bath", 3).describe()).isEqualTo("Bath, United Kingdom");
  }

  @Test
  void fromFiftyKilometresOnTheDistanceIsSaid() {
    assertThat(bath("Somerset", 50).describe()).isEqualTo("50 km from Bath, United Kingdom");
    assertThat(bath("Somerset", 1609.6).describe()).isEqualTo("1610 km from Bath, United Kingdom");
  }

  private static Place bath(@Nullable String region, double distanceKm) {
    return new Place("Bath", region, "United Kingdom", 51.3751, -2.36172, distanceKm);
  }
}
