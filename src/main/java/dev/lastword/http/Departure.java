package dev.lastword.http;

import java.util.function.Consumer;

/**
 * The other side of one request, and whether it is still there. Made by the request's thread; its
 * connection tells it when the other side leaves. Thread-safe.
 */
final class Departure {

  private final Thread thread = Thread.currentThread();
  private final Consumer<Departure> watch;
  private final Runnable unwatch;
  private volatile Runnable action = () -> {};
  private volatile boolean left;
  private boolean over;

  /**
   * Nothing is watched yet.
   *
   * @param watch has the connection watch
   * @param unwatch ends that
   */
  Departure(Consumer<Departure> watch, Runnable unwatch) {
    this.watch = watch;
    this.unwatch = unwatch;
  }

  /** Whether the other side has left, as far as the connection tells. */
  boolean left() {
    return left;
  }

  /** Has {@code then} run, on any thread, as soon as it leaves. */
  void whenLeft(Runnable then) {
    action = then;
    watch.accept(this);
  }

  /** It has left. */
  void leave() {
    left = true;
    action.run();
  }

  /**
   * Gives the other side up: a write that hangs is interrupted, which closes an HTTP/1.1 connection
   * and ends an HTTP/2 stream. To close the socket would not do: over TLS that waits for the write.
   */
  synchronized void cut() {
    if (!over) {
      left = true;
      thread.interrupt();
    }
  }

  /** The answer has ended: the thread goes on to other things, and is not interrupted any more. */
  synchronized void over() {
    over = true;
    unwatch.run();
  }
}
