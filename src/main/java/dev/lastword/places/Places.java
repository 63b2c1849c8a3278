package dev.lastword.places;

/**
 * Every place of the GeoNames table, and the nearest of them to any point of the Earth. Immutable
 * and safe for use by many threads; needs no network. One instance is enough for a process: it
 * holds about 10 MB.
 */
public final class Places {

  private static final double EARTH_RADIUS_KM = 6371.0088;

  private final PlaceTable table;
  private final SphereTree tree;

  private Places(PlaceTable table) {
    this.table = table;
    this.tree = new SphereTree(table.size(), table::latitude, table::longitude);
  }

  /** Made when it is first asked for. */
  private static final class Loaded {
    static final Places ALL = new Places(PlaceTable.load());
  }

  /**
   * The places: the first time, reads the table that comes with the program and builds the index.
   */
  public static Places load() {
    return Loaded.ALL;
  }

  /** How many places there are. */
  public int size() {
    return table.size();
  }

  /**
   * The place nearest to a point, by great-circle distance on a sphere of the Earth's mean radius,
   * 6371.0088 km; of several at the same distance always the same one.
   *
   * @param latitude degrees north, -90 to 90
   * @param longitude degrees east, -180 to 180; the two ends are the same meridian
   * @throws IllegalArgumentException if either is out of its range or not a number
   */
  public Place nearest(double latitude, double longitude) {
    requireWithin(latitude, 90, "latitude");
    requireWithin(longitude, 180, "longitude");
    SphereTree.Nearest nearest = tree.nearest(latitude, longitude == -180 ? 180 : longitude);
    int index = nearest.index();
    return new Place(
        table.name(index),
        table.region(index),
        table.country(index),
        table.latitude(index),
        table.longitude(index),
        nearest.angle() * EARTH_RADIUS_KM);
  }

  private static void requireWithin(double degrees, int limit, String what) {
    if (!(Math.abs(degrees) <= limit)) {
      throw new IllegalArgumentException(
          what + " must be between -" + limit + " and " + limit + ", not " + degrees);
    }
  }
}
