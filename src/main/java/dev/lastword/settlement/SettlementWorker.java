package dev.lastword.settlement;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.settlement.FlowObserver.Act;
import dev.lastword.settlement.SettlementQueue.Delivery;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes messages out of the queue and applies them to the system of record: each group in its
 * order, groups beside each other. What the system of record does not take comes again, however
 * often; nothing is ever dropped. Any number of workers may run. Thread-safe.
 */
public final class SettlementWorker implements AutoCloseable {

  private final SettlementQueue queue;
  private final SharedAccounts accounts;
  private final InstantSource clock;
  private final FlowObserver observer;
  private final WorkerLimits limits;
  private final Application application;
  private final InHand inHand;
  private final Semaphore batches;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final List<Thread> receivers = new ArrayList<>();
  private final List<Thread> others = new ArrayList<>();

  public SettlementWorker(
      SettlementQueue queue,
      SharedAccounts accounts,
      InstantSource clock,
      FlowObserver observer,
      WorkerLimits limits) {
    this.queue = queue;
    this.accounts = accounts;
    this.clock = clock;
    this.observer = observer;
    this.limits = limits;
    this.application = new Application(accounts, clock, observer);
    this.inHand = new InHand(queue, observer);
    this.batches = new Semaphore(limits.batches());
  }

  /** Begins; once. */
  public void start() {
    for (int number = 0; number < limits.receivers(); number++) {
      receivers.add(Thread.ofVirtual().name("settle-" + number).start(this::receive));
    }
    Watch watch = new Watch(queue, accounts, application, clock, observer);
    others.add(
        Thread.ofVirtual()
            .name("settle-renew")
            .start(() -> {
              while (!over(finished, limits.hidden().dividedBy(3))) {
                inHand.renew(limits.hidden());
              }
            }));
    others.add(
        Thread.ofVirtual()
            .name("settle-watch")
            .start(() -> {
              do {
                watch.look();
              } while (!over(closing, limits.look()));
            }));
  }

  private void receive() {
    for (int failures = 0; closing.getCount() > 0; ) {
      batches.acquireUninterruptibly();
      List<Delivery> taken = List.of();
      try {
        // It may have waited for its turn until the end.
        if (closing.getCount() > 0) {
          taken = queue.take(limits.hidden());
        }
        failures = 0;
      } catch (RuntimeException e) {
        // Also what no queue should do: nobody else would take, and closing would wait for ever.
        observer.queueFailed(
            Act.TAKE, e instanceof QueueFailure known ? known : new QueueFailure(e.toString(), e));
        failures++;
      }
      if (taken.isEmpty()) {
        batches.release();
        if (failures > 0) {
          over(closing, limits.after(failures));
        }
      } else {
        work(taken);
      }
    }
  }

  private void work(List<Delivery> taken) {
    inHand.add(taken);
    Map<String, List<Delivery>> groups = new LinkedHashMap<>();
    for (Delivery delivery : taken) {
      groups.computeIfAbsent(delivery.group(), _ -> new ArrayList<>()).add(delivery);
    }
    AtomicInteger left = new AtomicInteger(groups.size());
    groups.forEach((group, deliveries) ->
        Thread.ofVirtual()
            .name("settle-" + group)
            .start(() -> {
              try {
                apply(deliveries);
              } finally {
                inHand.forget(deliveries);
                if (left.decrementAndGet() == 0) {
                  batches.release();
                }
              }
            }));
  }

  private void apply(List<Delivery> deliveries) {
    GroupRun run = new GroupRun(accounts, application, clock, observer, limits);
    run.run(deliveries);
    boolean gone = inHand.done(run.done());
    Duration wait = run.keptFor();
    if (wait != null) {
      inHand.putBack(run.kept(), wait);
    }
    if (gone && !run.ahead().isEmpty()) {
      try {
        accounts.desk().forgetAhead(run.ahead());
      } catch (AccountsFailure e) {
        // They are forgotten when they are old.
      }
    }
  }

  /** Whether it happens within that time. */
  private static boolean over(CountDownLatch latch, Duration time) {
    try {
      return latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Takes nothing more, finishes what it holds and returns then. */
  @Override
  public void close() {
    closing.countDown();
    boolean interrupted = join(receivers);
    batches.acquireUninterruptibly(limits.batches());
    batches.release(limits.batches());
    finished.countDown();
    interrupted |= join(others);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean join(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    return interrupted;
  }
}
