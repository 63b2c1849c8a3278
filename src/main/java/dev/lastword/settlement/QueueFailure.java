package dev.lastword.settlement;

/**
 * The queue could not be asked, or did not answer in time; what was asked for may have happened.
 */
public final class QueueFailure extends RuntimeException {

  public QueueFailure(String message, Throwable cause) {
    super(message, cause);
  }

  public QueueFailure(String message) {
    super(message);
  }
}
