package dev.lastword.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What two sides did in the same rounds.
 *
 * @param <T> what one side does in one round
 */
record Rounds<T>(List<T> a, List<T> b) {

  /** Measures a side once. */
  interface Once<T> {
    T measure() throws Exception;
  }

  /**
   * Measures both in turn, round by round, and begins with the one and the other, so that neither
   * always follows the other.
   *
   * @param warmUps rounds before the first that counts
   */
  static <T> Rounds<T> of(int warmUps, int rounds, Once<T> a, Once<T> b) throws Exception {
    List<T> ofA = new ArrayList<>();
    List<T> ofB = new ArrayList<>();
    for (int round = -warmUps; round < rounds; round++) {
      T first = (round & 1) == 0 ? a.measure() : b.measure();
      T second = (round & 1) == 0 ? b.measure() : a.measure();
      if (round >= 0) {
        ofA.add((round & 1) == 0 ? first : second);
        ofB.add((round & 1) == 0 ? second : first);
      }
    }
    return new Rounds<>(ofA, ofB);
  }

  /** One measure of all this. */
  Line line(String measure, String nameOfA, String nameOfB, ToDoubleFunction<T> value) {
    return new Line(
        measure,
        new Line.Side(nameOfA, series(a, value)),
        new Line.Side(nameOfB, series(b, value)));
  }

  private static <T> Series series(List<T> of, ToDoubleFunction<T> value) {
    return new Series(of.stream().map(value::applyAsDouble).toList());
  }
}
