package dev.lastword.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

final class PlacesAgainstBruteForceTest {

  private static final Places PLACES = Places.load();
  private static final BruteForce BRUTE_FORCE = new BruteForce();
  private static final double TOLERANCE_KM = 1e-4;

  private final Random random = new Random(20_260_101);

  @Test
  void anywhereOnTheSphere() {
    agree(
        1_500,
        () -> Math.toDegrees(Math.asin(random.nextDouble(-1, 1))),
        () -> random.nextDouble(-180, 180));
  }

  @Test
  void nearThePoles() {
    agree(300, () -> 90 - random.nextDouble(3), () -> random.nextDouble(-180, 180));
    agree(300, () -> -90 + random.nextDouble(3), () -> random.nextDouble(-180, 180));
  }

  @Test
  void nearTheDateLine() {
    DoubleSupplier latitude = () -> random.nextDouble(-90, 90);
    agree(300, latitude, () -> 180 - random.nextDouble(2));
    agree(300, latitude, () -> -180 + random.nextDouble(2));
  }

  @Test
  void whereTownsAreDense() {
    agree(300, () -> random.nextDouble(35, 60), () -> random.nextDouble(-10, 30));
  }

  private void agree(int points, DoubleSupplier latitudes, DoubleSupplier longitudes) {
    for (int i = 0; i < points; i++) {
      double latitude = latitudes.getAsDouble();
      double longitude = longitudes.getAsDouble();
      assertThat(PLACES.nearest(latitude, longitude).distanceKm())
          .as("at %s, %s", latitude, longitude)
          .isCloseTo(BRUTE_FORCE.nearestKm(latitude, longitude), within(TOLERANCE_KM));
    }
  }
}
