package dev.lastword.simulation;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.limit.LocalRateLimiter;
import dev.lastword.metering.Administration;
import dev.lastword.simulation.Breach.Kind;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One life of the process, from its recovery to its end. Its threads are its own. */
final class Life {

  /** What a running process serves with. */
  record Served(LocalLedger ledger, Administration administration, LocalRateLimiter limiter) {}

  static final Duration WINDOW = Duration.ofSeconds(60);

  final int number;
  final OneThread threads = new OneThread();
  final Memory memory = new Memory();
  final Windows windows;
  final UnreliableAccounts accounts;
  private final Run run;
  private final World world;
  private final Map<Thread, Task> tasks = new HashMap<>();
  private @Nullable Served served;
  private Runnable closing = () -> {};
  private final List<Thread> requests = new ArrayList<>();

  /** Its threads may be run no more, but to unwind. */
  private boolean gone;

  /** Another life has begun, and this one does not know. */
  private boolean frozen;

  /** It can commit no more, and is about to end. */
  private boolean failed;

  Life(int number, Run run) {
    this.number = number;
    this.run = run;
    this.windows = new Windows(run.odds.limit, WINDOW.toNanos());
    this.world = new World(run.time::instant, run.time::nanos, threads, this::at);
    this.accounts =
        new UnreliableAccounts(
            new MemoryAccounts(
                run.disk, new TimeOrderedIds(run.time::instant, run.odds.random()), this::at),
            this,
            run);
  }

  /** As Service does it; in a thread of the new process. */
  void recover() {
    LocalLedger ledger =
        LocalLedger.beginWithoutTimer(
            accounts,
            new TimeOrderedIds(run.time::instant, run.odds.random()),
            world,
            CommitObserver.NONE,
            this::failed);
    closing = ledger::close;
    Instant now = run.time.instant();
    LocalRateLimiter limiter = new LocalRateLimiter(run.odds.limit, WINDOW, run.time::nanos);
    for (Admitted admitted : accounts.admittedSince(Meter.WORDS, now.minus(WINDOW))) {
      long age = Duration.between(admitted.at().plusMillis(1), now).toNanos();
      limiter.restore(admitted.accountId(), age);
      windows.restore(admitted.accountId(), age, run.time.nanos());
    }
    at(Step.RECOVERY_ADMITTED);
    Served serving = new Served(ledger, new Administration(accounts, ledger, world), limiter);
    served = serving;
    run.judge.recovered(number);
    at(Step.RECOVERY_READY);
    for (int i = 0; i < run.odds.clients; i++) {
      spawn("client " + i, new Client(run, this, serving)::serve);
    }
  }

  void spawn(String name, Runnable task) {
    Thread thread =
        threads.newThread(() -> {
          try {
            task.run();
          } catch (Gone e) {
            // As it should be.
          } catch (RuntimeException | Error e) {
            surprised(e);
          }
        });
    thread.setName(name);
    requests.add(thread);
    thread.start();
  }

  private void surprised(Throwable e) {
    if (!gone) {
      // What a balance says of itself, and what a store would.
      boolean tooMuch = e instanceof IllegalArgumentException && e.toString().contains("credited");
      run.judge.accuse(
          tooMuch ? Kind.OVERSPENT : Kind.UNTRUE,
          Thread.currentThread().getName() + " met " + Run.told(e));
    }
  }

  /** A thread of this life has taken a step: it is judged, and may be the last. */
  void at(Step step) {
    alive();
    run.judge.look();
    Task task = task();
    if (task instanceof Task.Open open && step == Step.OPEN_RESERVED) {
      boolean served = memory.ended(open.order.incarnation()).isEmpty();
      if (!served) {
        run.judge.accuse(Kind.UNTRUE, "opened for an account that has ended: " + open.order);
      }
    }
    memory.at(step, task);
    run.note(this, step.word());
    run.maybeCrash(this);
    pause();
  }

  /** Others may go first. */
  void pause() {
    if (gone) {
      throw new Gone();
    }
    if (run.odds.yields()) {
      OneThread.pause();
      alive();
    }
  }

  /** What follows counts only if the process lives. */
  void alive() {
    if (gone) {
      throw new Gone();
    }
  }

  void task(Task task) {
    tasks.put(Thread.currentThread(), task);
  }

  Task task() {
    return tasks.getOrDefault(Thread.currentThread(), new Task.Nothing());
  }

  /** The committer says that it cannot go on. */
  private void failed(Throwable reason) {
    if (gone) {
      return;
    }
    failed = true;
    run.note(this, "fails: " + reason);
    if (!frozen && !UnreliableAccounts.onPurpose(reason)) {
      run.judge.accuse(
          String.valueOf(reason.getMessage()).contains("constraint") ? Kind.OVERSPENT : Kind.UNTRUE,
          "the ledger stopped by itself: " + Run.told(reason));
    }
  }

  /** A request was answered 503. */
  void unavailable(RuntimeException e) {
    alive();
    run.note(this, "503");
    boolean expected =
        switch (e) {
          case AccountsFailure failure -> frozen || UnreliableAccounts.onPurpose(failure);
          case LedgerFailure _ -> failed || frozen;
          default -> false;
        };
    if (!expected) {
      run.judge.accuse(Kind.UNTRUE, "unavailable for no reason: " + Run.told(e));
    }
  }

  void freeze() {
    frozen = true;
  }

  boolean frozen() {
    return frozen;
  }

  boolean gone() {
    return gone;
  }

  boolean hasFailed() {
    return failed;
  }

  /** Takes on no more requests. */
  boolean ending() {
    return failed || frozen || gone;
  }

  /** Requests that have not ended. */
  boolean active() {
    return requests.stream().anyMatch(Thread::isAlive);
  }

  /** Who waits where, when nobody can go on any more. */
  String waiting() {
    StringBuilder text = new StringBuilder();
    for (Thread thread : requests) {
      if (thread.isAlive()) {
        text.append(thread.getName()).append(Run.places(thread.getStackTrace())).append("; ");
      }
    }
    return text.toString();
  }

  @Nullable Served served() {
    return served;
  }

  /** Has all its threads unwind; nothing that they still do or say counts. */
  void end() {
    if (!gone) {
      gone = true;
      spawn("end", closing);
    }
    while (threads.ready() > 0) {
      threads.run(0);
    }
  }
}
