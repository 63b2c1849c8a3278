package dev.lastword.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlacesTest {

  private static final Places PLACES = Places.load();

  @Test
  void theWholeTableIsThere() {
    assertThat(PLACES.size()).isEqualTo(171_075);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          40.730610 | -73.935242 | Sunnyside, New York, United States
          51.50853  | -0.12574   | London, England, United Kingdom
          48.85     | 2.35       | Paris, Île-de-France, France
          -33.87    | 151.21     | Sydney, New South Wales, Australia
          -54.8     | -68.3      | Ushuaia, Tierra del Fuego, Argentina
          1.29      | 103.85     | Singapore, Singapore
          -36.85    | 174.76     | Auckland, New Zealand
          """)
  void citiesAreNamed(double latitude, double longitude, String description) {
    assertThat(PLACES.nearest(latitude, longitude).describe()).isEqualTo(description);
  }

  @Test
  void aTownIsAtNoDistanceFromItself() {
    Place place = PLACES.nearest(40.73982, -73.93542);
    assertThat(place)
        .isEqualTo(new Place("Sunnyside", "New York", "United States", 40.73982, -73.93542, 0));
  }

  @Test
  void theMiddleOfTheOceanIsSaidToBeFar() {
    assertThat(PLACES.nearest(30, -45).describe())
        .isEqualTo("1635 km from Lajes das Flores, Portugal");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-180, -135, -90, -0.5, 0, 1e-9, 77.7, 179.99999, 180})
  void aPoleIsOnePointWhateverTheLongitude(double longitude) {
    assertThat(PLACES.nearest(90, longitude).describe())
        .isEqualTo(PLACES.nearest(90, 0).describe());
    assertThat(PLACES.nearest(-90, longitude).describe())
        .isEqualTo(PLACES.nearest(-90, 0).describe());
  }

  @Test
  void thePolesAreFarFromTheirNearestTowns() {
    assertThat(PLACES.nearest(90, 0).describe())
        .isEqualTo("1310 km from Longyearbyen, Svalbard & Jan Mayen");
    assertThat(PLACES.nearest(-90, 0).describe()).isEqualTo("3899 km from Puerto Williams, Chile");
  }

  @Test
  void bothEndsOfTheLongitudesAreTheSameMeridian() {
    for (double latitude = -90; latitude <= 90; latitude += 0.25) {
      assertThat(PLACES.nearest(latitude, -180)).isEqualTo(PLACES.nearest(latitude, 180));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -16.8 | -179.99 | 72 km from Savusavu, Fiji
          -16.8 | 179.99  | 70 km from Savusavu, Fiji
          -44   | 179.9   | 283 km from Waitangi, New Zealand
          -44   | -179.9  | 267 km from Waitangi, New Zealand
          """)
  void aTownIsFoundAcrossTheDateLine(double latitude, double longitude, String description) {
    assertThat(PLACES.nearest(latitude, longitude).describe()).isEqualTo(description);
  }

  @ParameterizedTest
  @CsvSource({
    "90.000001, 0, latitude",
    "-91, 0, latitude",
    "NaN, 0, latitude",
    "Infinity, 0, latitude",
    "0, 180.000001, longitude",
    "0, -181, longitude",
    "0, NaN, longitude",
    "0, -Infinity, longitude"
  })
  void whatIsNoPointOfTheEarthIsRefused(double latitude, double longitude, String wrong) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLACES.nearest(latitude, longitude))
        .withMessageStartingWith(wrong + " must be between");
  }

  @Test
  void theDistanceIsThatOfTheGreatCircle() {
    Place place = PLACES.nearest(48, -30);
    assertThat(place.distanceKm())
        .isCloseTo(
            BruteForce.haversineKm(48, -30, place.latitude(), place.longitude()), within(1e-6));
  }
}
