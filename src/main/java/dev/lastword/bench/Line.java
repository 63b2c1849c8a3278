package dev.lastword.bench;

import dev.lastword.bench.client.WrongAnswer;

/**
 * One measure of both sides.
 *
 * @param measure what was measured, with its unit
 */
public record Line(String measure, Side a, Side b) {

  /** One side's name and its numbers. */
  public record Side(String name, Series series) {}

  /**
   * @throws WrongAnswer if there was nothing in some round to compare with
   */
  public Line {
    if (b.series().values().contains(0.0)) {
      throw new WrongAnswer(b.name() + ": 0 " + measure + " in a round; give it more --seconds");
    }
  }

  /** A to B, from within each round. */
  public Series ratio() {
    return a.series().per(b.series());
  }
}
