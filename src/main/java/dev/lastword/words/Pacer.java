package dev.lastword.words;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes many waiting virtual threads at their times with one thread and one timer: a tick wheel
 * whose buckets are woken whole (after Varghese and Lauck, "Hashed and Hierarchical Timing Wheels",
 * 1987). A thread is woken within {@value #TICK_MILLIS} ms after its time, never before it. The
 * timer rests while nobody waits. Thread-safe.
 */
public final class Pacer implements AutoCloseable {

  /** How far apart the wheel's buckets are. */
  static final int TICK_MILLIS = 10;

  private static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;
  private static final int BUCKETS = 512;

  private record Entry(Alarm alarm, long tick) {}

  private final LongSupplier nanoTime;
  private final long originNanos;
  private final List<List<Entry>> wheel = new ArrayList<>(BUCKETS);
  private final AtomicInteger waiting = new AtomicInteger();
  private final Thread thread;
  private volatile long passedTick = -1;
  private volatile boolean closed;

  /**
   * Starts the timer.
   *
   * @param nanoTime a monotonic clock in nanoseconds, as {@link System#nanoTime}
   */
  public Pacer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.originNanos = nanoTime.getAsLong();
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      wheel.add(new ArrayList<>());
    }
    this.thread = Thread.ofPlatform().name("pacer").daemon().start(this::run);
  }

  /** One stream's alarm clock, for its own thread to sleep with. */
  public Alarm alarm() {
    return new Alarm();
  }

  /** Sleeps on behalf of one thread at a time; anyone may wake it for good. */
  public final class Alarm {

    private volatile @Nullable Thread sleeper;
    private volatile boolean woken;
    private volatile long firedTick = Long.MIN_VALUE;

    private Alarm() {}

    /**
     * Sleeps until the clock has reached {@code dueNanos}, or {@link #wake} was ever called.
     *
     * @return whether the time was reached
     */
    public boolean sleepUntil(long dueNanos) {
      if (woken || dueNanos - nanoTime.getAsLong() <= 0) {
        return !woken;
      }
      sleeper = Thread.currentThread();
      long tick = (dueNanos - originNanos + TICK_NANOS - 1) / TICK_NANOS;
      if (!enter(new Entry(this, tick))) {
        return !woken;
      }
      boolean interrupted = false;
      while (firedTick < tick && !woken && !closed) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return !woken && !closed;
    }

    /** Ends this sleep and every later one at once. */
    public void wake() {
      woken = true;
      LockSupport.unpark(sleeper);
    }

    private void fire(long tick) {
      firedTick = tick;
      LockSupport.unpark(sleeper);
    }
  }

  /** False if the tick has passed already. */
  private boolean enter(Entry entry) {
    if (waiting.getAndIncrement() == 0) {
      LockSupport.unpark(thread);
    }
    List<Entry> bucket = bucket(entry.tick());
    synchronized (bucket) {
      if (entry.tick() > passedTick) {
        bucket.add(entry);
        return true;
      }
    }
    waiting.decrementAndGet();
    return false;
  }

  private List<Entry> bucket(long tick) {
    return wheel.get((int) (tick % BUCKETS));
  }

  private void run() {
    while (!closed) {
      if (waiting.get() == 0) {
        LockSupport.park(this);
      }
      long now = (nanoTime.getAsLong() - originNanos) / TICK_NANOS;
      // After a rest one turn of the wheel visits every bucket.
      for (long tick = Math.max(passedTick + 1, now - BUCKETS + 1); tick <= now; tick++) {
        passedTick = tick;
        ring(tick);
      }
      long next = originNanos + (passedTick + 1) * TICK_NANOS;
      LockSupport.parkNanos(this, next - nanoTime.getAsLong());
    }
    for (List<Entry> bucket : wheel) {
      synchronized (bucket) {
        bucket.forEach(entry -> LockSupport.unpark(entry.alarm().sleeper));
      }
    }
  }

  private void ring(long tick) {
    List<Entry> due = List.of();
    List<Entry> bucket = bucket(tick);
    synchronized (bucket) {
      if (bucket.isEmpty()) {
        return;
      }
      due = new ArrayList<>(bucket);
      bucket.clear();
      for (Entry entry : due) {
        if (entry.tick() > tick) {
          bucket.add(entry);
        }
      }
    }
    for (Entry entry : due) {
      if (entry.tick() <= tick) {
        waiting.decrementAndGet();
        entry.alarm().fire(entry.tick());
      }
    }
  }

  /** Wakes everybody and stops the timer. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
