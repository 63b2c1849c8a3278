package dev.lastword.limit;

/**
 * Admits each user at most so many times in any window of a given length, wherever the window
 * starts. Thread-safe.
 */
@FunctionalInterface
public interface RateLimiter {

  /** Decides one request of a user, and counts it if it is admitted. */
  Admission admit(String user);
}
