package dev.lastword.bench;

import java.util.ArrayList;
import java.util.List;

/** One number for each round. Immutable. */
public record Series(List<Double> values) {

  /**
   * @throws IllegalArgumentException if there is none, or one of them is no number
   */
  public Series {
    values = List.copyOf(values);
    if (values.isEmpty() || !values.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("no numbers: " + values);
    }
  }

  /** The middle one, or the mean of the two in the middle. */
  public double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  public double minimum() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  public double maximum() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /**
   * This to the other, round by round.
   *
   * @throws IllegalArgumentException if the other has other rounds, or a 0
   */
  public Series per(Series other) {
    if (values.size() != other.values.size()) {
      throw new IllegalArgumentException(values.size() + " rounds and " + other.values.size());
    }
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < values.size(); round++) {
      ratios.add(values.get(round) / other.values.get(round));
    }
    return new Series(ratios);
  }
}
