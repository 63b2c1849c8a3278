package dev.lastword.world;

import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/**
 * Time, threads and steps.
 *
 * @param clock the wall clock; it may jump
 * @param nanoTime a clock that never goes back, as {@link System#nanoTime()}
 * @param threads makes the ledger's committer
 * @param steps is told of every step
 */
public record World(
    InstantSource clock, LongSupplier nanoTime, ThreadFactory threads, Steps steps) {

  /** The machine's own. */
  public static World real() {
    return new World(
        InstantSource.system(),
        System::nanoTime,
        Thread.ofPlatform().daemon().factory(),
        Steps.NONE);
  }

  /** The same with another wall clock. */
  public World withClock(InstantSource other) {
    return new World(other, nanoTime, threads, steps);
  }

  /** The same, watched. */
  public World withSteps(Steps other) {
    return new World(clock, nanoTime, threads, other);
  }
}
