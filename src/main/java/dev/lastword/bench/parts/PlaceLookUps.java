package dev.lastword.bench.parts;

import dev.lastword.places.Place;
import dev.lastword.places.Places;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The nearest town. */
@State(Scope.Thread)
public class PlaceLookUps {

  private static final int POINTS = 1 << 16;
  private static final long SEED = 20_261_122;

  private final Places places = Places.load();
  private final double[] latitudes = new Random(SEED).doubles(POINTS, -90, 90).toArray();
  private final double[] longitudes = new Random(SEED + 1).doubles(POINTS, -180, 180).toArray();
  private int next;

  /** Of points all over the Earth, most of them at sea. */
  @Benchmark
  public Place anywhere() {
    next = (next + 1) % POINTS;
    return places.nearest(latitudes[next], longitudes[next]);
  }

  /** Of one point in a city. */
  @Benchmark
  public Place inTown() {
    return places.nearest(40.730610, -73.935242);
  }
}
