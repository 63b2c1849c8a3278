package dev.lastword.places;

import java.util.function.IntToDoubleFunction;

/**
 * A k-d tree over points of the unit sphere (J. L. Bentley, "Multidimensional Binary Search Trees
 * Used for Associative Searching", 1975). Points are vectors of three coordinates, so the poles and
 * the date line are places like any other, and the nearest by straight line is the nearest by great
 * circle. The tree is implicit: a range of positions is split at its middle, along the axis on
 * which it is widest, and no object stands for a point. What a search reads lies together, since it
 * is memory that it waits for: the splits of all nodes, the root's first, and each point's three
 * coordinates. Immutable.
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

  /** Of the node {@code n}, whose halves are {@code 2n} and {@code 2n + 1}; the root is 1. */
  private final double[] splits;

  private final byte[] axes;

  /** Three of each position. */
  private final double[] coordinates;

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
    int nodes = 1;
    for (int points = size; points > LEAF_POINTS; points -= points / 2) {
      nodes *= 2;
    }
    splits = new double[nodes];
    axes = new byte[nodes];
    split(unsorted, 1, 0, size);
    coordinates = new double[3 * size];
    for (int i = 0; i < size; i++) {
      for (int axis = 0; axis < 3; axis++) {
        coordinates[3 * i + axis] = unsorted[axis][indexes[i]];
      }
    }
  }

  /** The point nearest to this one; among equally near ones that of the lowest index. */
  Nearest nearest(double latitude, double longitude) {
    Search search = new Search(unitVector(latitude, longitude));
    search.visit(1, 0, indexes.length, 0, 0, 0);
    double halfChord = Math.min(1, Math.sqrt(search.nearestSquared) / 2);
    return new Nearest(search.nearestIndex, 2 * Math.asin(halfChord));
  }

  private static double[] unitVector(double latitude, double longitude) {
    double phi = Math.toRadians(latitude);
    double lambda = Math.toRadians(longitude);
    double radius = Math.cos(phi);
    return new double[] {radius * Math.cos(lambda), radius * Math.sin(lambda), Math.sin(phi)};
  }

  private void split(double[][] unsorted, int node, int from, int to) {
    if (to - from <= LEAF_POINTS) {
      return;
    }
    int axis = widestAxis(unsorted, from, to);
    int middle = (from + to) >>> 1;
    partition(unsorted[axis], from, to - 1, middle);
    axes[node] = (byte) axis;
    splits[node] = unsorted[axis][indexes[middle]];
    split(unsorted, 2 * node, from, middle);
    split(unsorted, 2 * node + 1, middle, to);
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

    /**
     * Searches a node's points.
     *
     * @param x how far away they are at least on the first axis, and so on: what is ruled out by
     *     this is no nearer, rounded or not, since it is squared and added as they are
     */
    void visit(int node, int from, int to, double x, double y, double z) {
      if (to - from <= LEAF_POINTS) {
        for (int position = from; position < to; position++) {
          consider(position);
        }
        return;
      }
      int middle = (from + to) >>> 1;
      int axis = axes[node];
      double offset = target[axis] - splits[node];
      if (offset < 0) {
        visit(2 * node, from, middle, x, y, z);
      } else {
        visit(2 * node + 1, middle, to, x, y, z);
      }
      double farX = axis == 0 ? offset : x;
      double farY = axis == 1 ? offset : y;
      double farZ = axis == 2 ? offset : z;
      if (farX * farX + farY * farY + farZ * farZ <= nearestSquared) {
        if (offset < 0) {
          visit(2 * node + 1, middle, to, farX, farY, farZ);
        } else {
          visit(2 * node, from, middle, farX, farY, farZ);
        }
      }
    }

    private void consider(int position) {
      double x = coordinates[3 * position] - target[0];
      double y = coordinates[3 * position + 1] - target[1];
      double z = coordinates[3 * position + 2] - target[2];
      double squared = x * x + y * y + z * z;
      int index = indexes[position];
      if (squared < nearestSquared || (squared == nearestSquared && index < nearestIndex)) {
        nearestSquared = squared;
        nearestIndex = index;
      }
    }
  }
}
