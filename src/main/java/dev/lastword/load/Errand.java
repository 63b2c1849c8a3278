package dev.lastword.load;

/** One request of a load run, from its connection to the last byte of its answer. Thread-safe. */
interface Errand {
  /**
   * Runs it, on the calling thread.
   *
   * @param number of the request, from 0
   */
  Reply run(long number);
}
