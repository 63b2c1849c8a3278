package dev.lastword.metering;

import dev.lastword.ledger.LedgerFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All to whom a stream with a key is written: the client that began it, and those that came later
 * with the same key, each from the first word on and on a thread of its own. A word is delivered
 * when one of them has taken it, and the stream goes on while one of them is there. Thread-safe.
 */
public final class Audience implements Recipient {

  /** A first client that holds up a word for so many looks is given up, if there are others. */
  private static final int PATIENCE_LOOKS = 4;

  private static final long LOOK_MILLIS = 250;

  /** Beside the first. */
  private static final int MAX_SEATS = 8;

  private final Recipient first;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<String> words = new ArrayList<>();
  private final List<Seat> seats = new ArrayList<>();
  private Runnable whenLeft = () -> {};
  private boolean firstGone;
  private boolean firstCut;
  private boolean writing;

  /** How many words somebody who joined has taken. */
  private long taken;

  private boolean closed;
  private boolean broken;
  private @Nullable StreamEnd end;

  /** Nobody but the first is there. */
  Audience(Recipient first) {
    this.first = first;
  }

  /** A place for one more; null if the stream is over, or about to be, or all are taken. */
  @Nullable Seat join() {
    lock.lock();
    try {
      boolean over = closed || (seats.isEmpty() && isFirstGone());
      return over || seats.size() == MAX_SEATS ? null : new Seat();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFirstGone() {
    return firstGone || first.left();
  }

  @Override
  public void word(long number, String word) throws Gone {
    begin(word);
    if (!takenByFirst(number, word)) {
      awaitTaken(number);
    }
  }

  private void begin(String word) {
    lock.lock();
    try {
      words.add(word);
      writing = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean takenByFirst(long number, String word) {
    boolean done = false;
    try {
      if (!isFirstGone()) {
        first.word(number, word);
        done = true;
      }
    } catch (Gone e) {
      // The others may still be there.
    } finally {
      lock.lock();
      try {
        writing = false;
        firstGone |= !done;
        if (firstCut) {
          // The interrupt was for that write, and for nothing that comes after it.
          Thread.interrupted();
        }
      } finally {
        lock.unlock();
      }
    }
    return done;
  }

  private void awaitTaken(long number) throws Gone {
    lock.lock();
    try {
      while (taken < number) {
        if (seats.isEmpty()) {
          // Nobody has it, and nobody who comes now may get it.
          words.removeLast();
          throw new Gone(new IllegalStateException("everybody has left"));
        }
        news.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean left() {
    lock.lock();
    try {
      return seats.isEmpty() && isFirstGone();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void whenLeft(Runnable action) {
    lock.lock();
    try {
      whenLeft = action;
    } finally {
      lock.unlock();
    }
    first.whenLeft(this::tellIfLeft);
  }

  private void tellIfLeft() {
    if (left()) {
      whenLeft.run();
    }
  }

  @Override
  public void cut() {
    first.cut();
    lock.lock();
    try {
      seats.forEach(Seat::cut);
    } finally {
      lock.unlock();
    }
  }

  /** Nobody joins any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The stream is over.
   *
   * @param how null if it broke
   */
  void finish(@Nullable StreamEnd how) {
    lock.lock();
    try {
      closed = true;
      broken = how == null;
      end = how;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One who joined. Used by one thread. */
  public final class Seat {
    private volatile @Nullable Recipient recipient;
    private int looks;
    private int seen;

    private Seat() {}

    /**
     * Writes all words after the first so many, and those to come, until the stream has ended or
     * the other side has left.
     *
     * @return how it ended; null if the other side has left
     * @throws LedgerFailure if it broke
     */
    public @Nullable StreamEnd run(Recipient to, long after) {
      recipient = to;
      sit();
      try {
        to.whenLeft(this::look);
        for (int number = 1; ; number++) {
          String word = next(number, to);
          if (word == null) {
            return to.left() || !hasAll(number - 1) ? null : awaitEnd();
          }
          if (number > after) {
            to.word(number, word);
          }
          took(number);
        }
      } catch (Gone e) {
        return null;
      } finally {
        leave();
      }
    }

    /** Null if there are no more, or the other side has left. */
    private @Nullable String next(int number, Recipient to) {
      lock.lock();
      try {
        while (words.size() < number && !closed && !to.left()) {
          if (!news.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            hurry();
          }
        }
        return words.size() < number || to.left() ? null : words.get(number - 1);
      } catch (InterruptedException e) {
        // It was given up.
        return null;
      } finally {
        lock.unlock();
      }
    }

    /** The first client may be what everybody waits for. */
    private void hurry() {
      looks = writing && seen == words.size() ? looks + 1 : 0;
      seen = words.size();
      if (looks >= PATIENCE_LOOKS && !firstCut) {
        firstCut = true;
        first.cut();
      }
    }

    private void sit() {
      lock.lock();
      try {
        seats.add(this);
      } finally {
        lock.unlock();
      }
    }

    private boolean hasAll(int count) {
      lock.lock();
      try {
        return closed && words.size() == count;
      } finally {
        lock.unlock();
      }
    }

    private void took(long number) {
      lock.lock();
      try {
        if (number > taken) {
          taken = number;
          news.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    /** The last word was written; what it cost is known a little later. */
    private StreamEnd awaitEnd() {
      lock.lock();
      try {
        while (end == null && !broken) {
          news.awaitUninterruptibly();
        }
        if (end == null) {
          throw new LedgerFailure("the stream that was joined has broken");
        }
        return end;
      } finally {
        lock.unlock();
      }
    }

    private void leave() {
      lock.lock();
      try {
        seats.remove(this);
        news.signalAll();
      } finally {
        lock.unlock();
      }
      tellIfLeft();
    }

    private void look() {
      lock.lock();
      try {
        news.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void cut() {
      Recipient to = recipient;
      if (to != null) {
        to.cut();
      }
    }
  }
}
