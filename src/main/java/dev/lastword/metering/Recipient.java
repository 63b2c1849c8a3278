package dev.lastword.metering;

/** Whoever a stream is written to. */
public interface Recipient {

  /**
   * Writes one word, and returns when the connection has taken it.
   *
   * @param number counts from 1
   * @throws Gone if the connection is known to be closed: the word was not delivered
   */
  void word(long number, String word) throws Gone;

  /** Whether the other side has closed the connection, or its half of it. */
  boolean left();

  /** Has {@code action} run once, on any thread, as soon as the other side leaves. */
  void whenLeft(Runnable action);

  /** Cuts the connection, so that a write that hangs fails. */
  void cut();

  /** The other side is not there any more. */
  final class Gone extends Exception {
    public Gone(Throwable cause) {
      super(cause);
    }
  }
}
