package dev.lastword.settlement;

/** A message is none of ours, or of a version that this worker does not know. */
final class Unreadable extends Exception {

  Unreadable(String message) {
    super(message);
  }

  Unreadable(String message, Throwable cause) {
    super(message, cause);
  }
}
