package dev.lastword.store.mysql;

/** Knows what words a receipt stands for. Thread-safe. */
@FunctionalInterface
public interface Wording {

  /**
   * The words with spaces between; empty if they are not known.
   *
   * @param result what the receipt says of them
   * @param charged how many there were
   * @param maxWords no more are wanted
   */
  String text(String result, long charged, int maxWords);
}
