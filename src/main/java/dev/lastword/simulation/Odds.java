package dev.lastword.simulation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All chance of a run, from its seed. Each seed draws its own mixture first, so that some runs are
 * calm and long, and others crash at every turn.
 */
final class Odds {

  private final SplittableRandom random;

  final int accounts;
  final int clients;
  final int requests;
  final int keys;
  final int limit;
  private final int yieldPercent;
  private final int operatorPercent;
  private final int crashEvery;
  private final int faultEvery;
  private final int redeliverPercent;
  private int crashes;
  private int faults;

  Odds(long seed) {
    random = new SplittableRandom(seed);
    accounts = 1 + below(3);
    clients = 2 + below(5);
    requests = 10 + below(40);
    keys = 1 + below(8);
    limit = 2 + below(4);
    yieldPercent = of(100, 60, 25, 8);
    operatorPercent = of(10, 30, 50);
    crashEvery = of(15, 60, 200);
    faultEvery = of(10, 40);
    redeliverPercent = of(0, 20, 60);
    crashes = below(5);
    faults = below(3);
  }

  private int of(int... choices) {
    return choices[below(choices.length)];
  }

  /** The same chance, for ids. */
  RandomGenerator random() {
    return random;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int number) {
    return random.nextInt(number) == 0;
  }

  private boolean percent(int percent) {
    return random.nextInt(100) < percent;
  }

  boolean yields() {
    return percent(yieldPercent);
  }

  boolean operates() {
    return percent(operatorPercent);
  }

  boolean redelivers() {
    return percent(redeliverPercent);
  }

  boolean crashes() {
    if (crashes == 0 || !oneIn(crashEvery)) {
      return false;
    }
    crashes--;
    return true;
  }

  boolean fails() {
    if (faults == 0 || !oneIn(faultEvery)) {
      return false;
    }
    faults--;
    return true;
  }

  /** Nothing breaks from now on. */
  void calm() {
    crashes = 0;
    faults = 0;
  }
}
