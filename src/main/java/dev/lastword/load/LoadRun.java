package dev.lastword.load;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Sends the requests of a plan at their times, each on a virtual thread. Run once. */
final class LoadRun {

  /** A request that cannot be sent so long is not sent any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LoadPlan plan;
  private final Errand errand;
  private final Tally tally;
  private final AtomicLong next = new AtomicLong();
  private final long startNanos;

  /**
   * Prepares a run.
   *
   * @param startNanos when it begins, by {@link System#nanoTime}
   */
  LoadRun(LoadPlan plan, Errand errand, Tally tally, long startNanos) {
    this.plan = plan;
    this.errand = errand;
    this.tally = tally;
    this.startNanos = startNanos;
  }

  /** Returns when every request that was started is over. */
  void run() throws InterruptedException {
    switch (plan.loop()) {
      case LoadPlan.Loop.Open open -> byTheClock(open);
      case LoadPlan.Loop.Closed closed -> byWorkers(closed);
    }
  }

  private void byTheClock(LoadPlan.Loop.Open open) throws InterruptedException {
    double nanosBetween = 1e9 / open.requestsPerSecond();
    Semaphore places = new Semaphore(open.workers());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long number = 0; number < plan.requests(); number++) {
        long request = number;
        long intended = startNanos + (long) (number * nanosBetween);
        if (isOver(intended)) {
          return;
        }
        sleepUntil(intended);
        long patience = intended + PATIENCE.toNanos() - System.nanoTime();
        if (places.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
          threads.execute(() -> {
            one(request, intended);
            places.release();
          });
        } else {
          add(new Reply(0, "not sent: all workers were busy for 30 s"), intended);
        }
      }
    }
  }

  private void byWorkers(LoadPlan.Loop.Closed closed) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int worker = 0; worker < closed.workers(); worker++) {
        int perSecond = closed.startsPerSecond();
        long begin = startNanos + (perSecond == 0 ? 0 : worker * 1_000_000_000L / perSecond);
        threads.execute(() -> work(begin, closed.pause()));
      }
    }
  }

  private void work(long begin, Duration pause) {
    long intended = begin;
    while (!isOver(intended)) {
      sleepUntil(intended);
      long number = next.getAndIncrement();
      if (number >= plan.requests()) {
        return;
      }
      one(number, intended);
      if (next.get() >= plan.requests()) {
        return;
      }
      intended = System.nanoTime() + pause.toNanos();
    }
  }

  private boolean isOver(long atNanos) {
    Duration duration = plan.duration();
    return duration != null && atNanos - startNanos >= duration.toNanos();
  }

  private void one(long number, long intended) {
    Reply reply;
    try {
      reply = errand.run(number);
    } catch (RuntimeException e) {
      reply = new Reply(0, e.toString());
    }
    add(reply, intended);
  }

  private void add(Reply reply, long intended) {
    long now = System.nanoTime();
    tally.add(reply, now - intended, now - startNanos);
  }

  private static void sleepUntil(long nanos) {
    long left;
    while ((left = nanos - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }
}
