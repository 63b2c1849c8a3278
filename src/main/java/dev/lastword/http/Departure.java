package dev.lastword.http;

/** The other side of one request, and whether it is still there. Thread-safe. */
interface Departure {

  /** Whether it has left, as far as the connection tells. */
  boolean left();

  /** Has {@code action} run once, on any thread, as soon as it leaves. */
  void whenLeft(Runnable action);

  /** The answer has ended: nobody asks any more. */
  void over();

  /**
   * Ends the connection, or this request's part of it, without waiting: a write that hangs fails.
   */
  void cut();
}
