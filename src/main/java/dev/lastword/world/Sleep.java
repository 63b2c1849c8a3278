package dev.lastword.world;

import java.time.Duration;

/** Lets the calling thread wait. Thread-safe. */
@FunctionalInterface
public interface Sleep {

  /** Waits that long, or until the thread is interrupted; it stays so. */
  void pause(Duration duration);
}
