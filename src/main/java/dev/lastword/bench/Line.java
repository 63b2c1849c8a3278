package dev.lastword.bench;

/**
 * One measure of both sides.
 *
 * @param measure what was measured, with its unit
 */
public record Line(String measure, Side a, Side b) {

  /** One side's name and its numbers. */
  public record Side(String name, Series series) {}

  /** A to B, from within each round. */
  public Series ratio() {
    return a.series().per(b.series());
  }
}
