package dev.lastword.places;

/**
 * The slow and obvious answer to the question that {@link Places} answers: looks at every place.
 */
final class BruteForce {

  private final PlaceTable table = PlaceTable.load();
  private final double[] x = new double[table.size()];
  private final double[] y = new double[table.size()];
  private final double[] z = new double[table.size()];

  BruteForce() {
    for (int i = 0; i < table.size(); i++) {
      double phi = Math.toRadians(table.latitude(i));
      double lambda = Math.toRadians(table.longitude(i));
      x[i] = Math.cos(phi) * Math.cos(lambda);
      y[i] = Math.cos(phi) * Math.sin(lambda);
      z[i] = Math.sin(phi);
    }
  }

  /** The distance to the nearest place, in km. */
  double nearestKm(double latitude, double longitude) {
    double phi = Math.toRadians(latitude);
    double lambda = Math.toRadians(longitude);
    double toX = Math.cos(phi) * Math.cos(lambda);
    double toY = Math.cos(phi) * Math.sin(lambda);
    double toZ = Math.sin(phi);
    int nearest = 0;
    double greatestCosine = -2;
    for (int i = 0; i < x.length; i++) {
      double cosine = x[i] * toX + y[i] * toY + z[i] * toZ;
      if (cosine > greatestCosine) {
        greatestCosine = cosine;
        nearest = i;
      }
    }
    return haversineKm(latitude, longitude, table.latitude(nearest), table.longitude(nearest));
  }

  static double haversineKm(
      double latitude, double longitude, double otherLatitude, double otherLongitude) {
    double latitudes = Math.sin(Math.toRadians(otherLatitude - latitude) / 2);
    double longitudes = Math.sin(Math.toRadians(otherLongitude - longitude) / 2);
    double haversine =
        latitudes * latitudes
            + Math.cos(Math.toRadians(latitude))
                * Math.cos(Math.toRadians(otherLatitude))
                * longitudes
                * longitudes;
    return 2 * 6371.0088 * Math.asin(Math.sqrt(haversine));
  }
}
