package dev.lastword.store.sqs;

import dev.lastword.settlement.QueueFailure;
import dev.lastword.settlement.SettlementQueue.Parcel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages of many groups together, without a timer: while some are on their way the next
 * gather. Of a group one message is on its way at a time, the oldest. Thread-safe.
 */
final class Batcher implements AutoCloseable {

  /** Sends some messages, each of another group. */
  interface Sender {
    /**
     * Why some were not taken, by their place in the list; empty if all were.
     *
     * @throws QueueFailure if that is not known
     */
    Map<Integer, String> send(List<Parcel> parcels);
  }

  /** What the queue takes in one call, with room for what it adds to each. */
  private static final int MOST_PARCELS = 10;

  private static final int MOST_CHARACTERS = 250 * 1024;
  private static final int ADDED_CHARACTERS = 256;
  private static final int SENDERS = 4;

  private static final class Entry {
    final Parcel parcel;
    final CountDownLatch ended = new CountDownLatch(1);
    volatile @Nullable QueueFailure failure;

    Entry(Parcel parcel) {
      this.parcel = parcel;
    }

    void end(@Nullable QueueFailure how) {
      failure = how;
      ended.countDown();
    }
  }

  private final Sender sender;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Set<String> onTheirWay = new HashSet<>();
  private final List<Thread> senders = new ArrayList<>();
  private boolean closed;

  Batcher(Sender sender) {
    this.sender = sender;
    for (int number = 0; number < SENDERS; number++) {
      senders.add(Thread.ofVirtual().name("batcher-" + number).start(this::run));
    }
  }

  /**
   * Returns when the queue has it, whatever interrupts.
   *
   * @throws QueueFailure if it has not, or that is not known
   */
  void handIn(Parcel parcel) {
    Entry entry = new Entry(parcel);
    lock.lock();
    try {
      if (closed) {
        throw new QueueFailure("it is closed");
      }
      waiting.add(entry);
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (true) {
      try {
        entry.ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    QueueFailure failure = entry.failure;
    if (failure != null) {
      throw new QueueFailure(String.valueOf(failure.getMessage()), failure);
    }
  }

  private void run() {
    List<Entry> batch;
    while (!(batch = next()).isEmpty()) {
      try {
        send(batch);
      } finally {
        arrived(batch);
      }
    }
  }

  private void send(List<Entry> batch) {
    try {
      Map<Integer, String> refused =
          sender.send(batch.stream().map(entry -> entry.parcel).toList());
      for (int index = 0; index < batch.size(); index++) {
        String reason = refused.get(index);
        batch.get(index).end(reason == null ? null : new QueueFailure(reason));
      }
    } catch (RuntimeException | Error e) {
      // Whatever it is, somebody waits to be told, and the next to be sent.
      QueueFailure failure =
          e instanceof QueueFailure known ? known : new QueueFailure(e.toString(), e);
      batch.forEach(entry -> entry.end(failure));
    }
  }

  /** The next to send; empty when it is closed and nothing is left. */
  private List<Entry> next() {
    lock.lock();
    try {
      while (true) {
        List<Entry> batch = gathered();
        if (!batch.isEmpty() || (closed && waiting.isEmpty())) {
          return batch;
        }
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Entry> gathered() {
    List<Entry> batch = new ArrayList<>();
    Set<String> passed = new HashSet<>();
    int characters = 0;
    for (Iterator<Entry> all = waiting.iterator(); all.hasNext() && batch.size() < MOST_PARCELS; ) {
      Entry entry = all.next();
      String group = entry.parcel.group();
      int length = entry.parcel.body().length() + ADDED_CHARACTERS;
      boolean fits = batch.isEmpty() || characters + length <= MOST_CHARACTERS;
      if (!fits || onTheirWay.contains(group) || passed.contains(group)) {
        passed.add(group);
        continue;
      }
      characters += length;
      passed.add(group);
      batch.add(entry);
      all.remove();
    }
    batch.forEach(entry -> onTheirWay.add(entry.parcel.group()));
    return batch;
  }

  private void arrived(List<Entry> batch) {
    lock.lock();
    try {
      batch.forEach(entry -> onTheirWay.remove(entry.parcel.group()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what is waiting, and takes nothing more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      for (Thread thread : senders) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
