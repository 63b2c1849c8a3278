package dev.lastword.world;

/** Is told of each step right after it was taken, on the thread that took it. Thread-safe. */
@FunctionalInterface
public interface Steps {

  /** Lets everything pass. */
  Steps NONE = step -> {};

  /** May block, end the process, or let other threads go first. */
  void at(Step step);
}
