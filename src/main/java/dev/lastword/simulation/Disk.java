package dev.lastword.simulation;

import java.util.concurrent.locks.ReentrantLock;

/** What outlives a crash: the committed books, and who may write them. */
final class Disk {

  /** As of the last commit. */
  volatile Books books = new Books();

  /** Held by the one transaction that writes. */
  volatile ReentrantLock writing = new ReentrantLock();

  /** The writer is gone, or as good as gone: what it has not committed is rolled back. */
  void cut() {
    writing = new ReentrantLock();
  }
}
