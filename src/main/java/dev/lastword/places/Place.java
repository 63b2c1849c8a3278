package dev.lastword.places;

import org.jspecify.annotations.Nullable;

/**
 * A town, seen from the coordinates that were asked for. Immutable.
 *
 * @param name the town's name, in its local Latin spelling
 * @param region the state, province or the like; null where the table knows none
 * @param country the country's English name, or its ISO 3166 code if it has no name there
 * @param latitude of the town, degrees north, -90 to 90
 * @param longitude of the town, degrees east, -180 to 180
 * @param distanceKm from the coordinates asked for to the town, along the great circle
 */
public record Place(
    String name,
    @Nullable String region,
    String country,
    double latitude,
    double longitude,
    double distanceKm) {

  private static final double FAR_KM = 50;

  /**
   * {@code "Sunnyside, New York, United States"} below 50 km, without the region where it is
   * unknown or named like the town; {@code "610 km from Hamilton, Bermuda"} from 50 km on.
   */
  public String describe() {
    if (distanceKm >= FAR_KM) {
      return Math.round(distanceKm) + " km from " + name + ", " + country;
    }
    if (region == null || region.equals(name)) {
      return name + ", " + country;
    }
    return name + ", " + region + ", " + country;
  }
}
