package dev.lastword.simulation;

/** The process is dead: its threads take no more steps, and unwind. */
final class Gone extends RuntimeException {

  Gone() {
    super("the process is dead", null, false, false);
  }
}
