package dev.lastword.places;

import java.util.function.IntToDoubleFunction;

/**
 * A k-d tree over points of the unit sphere (J. L. Bentley, "Multidimensional Binary Search Trees
 * Used for Associative Searching", 1975). Points are vectors of three coordinates, so the poles and
 * the date line are places like any other, and the nearest by straight line is the nearest by great
 * circle. The tree is implicit: a range of positions is split at its middle, along the axis on
 * which it is widest, and no object stands for a point. Immutable.
 */
final class SphereTree {

  private static final int LEAF_POINTS = 8;

  /**
   * The point found.
   *
   * @param index its number among the points the tree was built from
   * @param angle between it and the point asked for, in radians, 0 to pi
   */
  record Nearest(int index, double angle) {}

  private final double[][] coordinates;
  private final byte[] splitAxes;
  private final int[] indexes;

  /** The tree of {@code size} points, at least one; the functions give degrees. */
  SphereTree(int size, IntToDoubleFunction latitude, IntToDoubleFunction longitude) {
    double[][] unsorted = new double[3][size];
    indexes = new int[size];
    for (int i = 0; i < size; i++) {
      double[] vector = unitVector(latitude.applyAsDouble(i), longitude.applyAsDouble(i));
      for (int axis = 0; axis < 3; axis++) {
        unsorted[axis][i] = vector[axis];
      }
      indexes[i] = i;
    }
    splitAxes = new byte[size];
    split(unsorted, 0, size);
    coordinates = new double[3][size];
    for (int axis = 0; axis < 3; axis++) {
      for (int i = 0; i < size; i++) {
        coordinates[axis][i] = unsorted[axis][indexes[i]];
      }
    }
  }

  /** The point nearest to this one; among equally near ones that of the lowest index. */
  Nearest nearest(double latitude, double longitude) {
    Search search = new Search(unitVector(latitude, longitude));
    search.visit(0, indexes.length);
    double halfChord = Math.min(1, Math.sqrt(search.nearestSquared) / 2);
    return new Nearest(search.nearestIndex, 2 * Math.asin(halfChord));
  }

  private static double[] unitVector(double latitude, double longitude) {
    double phi = Math.toRadians(latitude);
    double lambda = Math.toRadians(longitude);
    double radius = Math.cos(phi);
    return new double[] {radius * Math.cos(lambda), radius * Math.sin(lambda), Math.sin(phi)};
  }

  private void split(double[][] unsorted, int from, int to) {
    if (to - from <= LEAF_POINTS) {
      return;
    }
    int axis = widestAxis(unsorted, from, to);
    int middle = (from + to) >>> 1;
    partition(unsorted[axis], from, to - 1, middle);
    splitAxes[middle] = (byte) axis;
    split(unsorted, from, middle);
    split(unsorted, middle + 1, to);
  }

  private int widestAxis(double[][] unsorted, int from, int to) {
    int widest = 0;
    double width = -1;
    for (int axis = 0; axis < 3; axis++) {
      double[] values = unsorted[axis];
      double lowest = Double.POSITIVE_INFINITY;
      double highest = Double.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        double value = values[indexes[i]];
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
      if (highest - lowest > width) {
        width = highest - lowest;
        widest = axis;
      }
    }
    return widest;
  }

  /**
   * Reorders the range so that nothing before the middle has a greater value and nothing after it a
   * smaller one (C. A. R. Hoare, "Algorithm 65: Find", 1961).
   */
  private void partition(double[] values, int first, int last, int middle) {
    int low = first;
    int high = last;
    while (low < high) {
      double pivot = values[indexes[middle]];
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[indexes[i]] < pivot) {
          i++;
        }
        while (pivot < values[indexes[j]]) {
          j--;
        }
        if (i <= j) {
          int swapped = indexes[i];
          indexes[i++] = indexes[j];
          indexes[j--] = swapped;
        }
      }
      if (j < middle) {
        low = i;
      }
      if (middle < i) {
        high = j;
      }
    }
  }

  /** One question on its way through the tree, with the best answer so far. */
  private final class Search {

    private final double[] target;
    private double nearestSquared = Double.POSITIVE_INFINITY;
    private int nearestIndex = Integer.MAX_VALUE;

    Search(double[] target) {
      this.target = target;
    }

    void visit(int from, int to) {
      if (to - from <= LEAF_POINTS) {
        for (int i = from; i < to; i++) {
          consider(i);
        }
        return;
      }
      int middle = (from + to) >>> 1;
      int axis = splitAxes[middle];
      double offset = target[axis] - coordinates[axis][middle];
      if (offset < 0) {
        visit(from, middle);
      } else {
        visit(middle + 1, to);
      }
      if (offset * offset <= nearestSquared) {
        consider(middle);
        if (offset < 0) {
          visit(middle + 1, to);
        } else {
          visit(from, middle);
        }
      }
    }

    private void consider(int position) {
      double x = coordinates[0][position] - target[0];
      double y = coordinates[1][position] - target[1];
      double z = coordinates[2][position] - target[2];
      double squared = x * x + y * y + z * z;
      int index = indexes[position];
      if (squared < nearestSquared || (squared == nearestSquared && index < nearestIndex)) {
        nearestSquared = squared;
        nearestIndex = index;
      }
    }
  }
}
