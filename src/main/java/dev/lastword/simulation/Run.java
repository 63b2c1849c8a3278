package dev.lastword.simulation;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.simulation.Breach.Kind;
import dev.lastword.world.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One seed, from empty books to its verdict. */
final class Run {

  /** Slices in which what was begun must end. */
  private static final long LONGEST_END = 20_000;

  private static final int MOST_FROZEN = 2;

  final Odds odds;
  final Time time;
  final Disk disk = new Disk();
  final Judge judge = new Judge(disk);

  /** All settlements of all lives. */
  final List<Settlement> sent = new ArrayList<>();

  private final long seed;
  private final int maxSteps;
  private final @Nullable List<String> trace;
  private final List<Life> frozen = new ArrayList<>();
  private final List<Life> lives = new ArrayList<>();
  private Life current;
  private int requests;
  private int number;
  private long steps;
  private boolean struck;
  private boolean closing;

  Run(long seed, int maxSteps, boolean traced) {
    this.seed = seed;
    this.maxSteps = maxSteps;
    this.odds = new Odds(seed);
    this.time = new Time(odds);
    this.requests = odds.requests;
    this.trace = traced ? new ArrayList<>() : null;
    this.current = new Life(1, this);
  }

  Verdict verdict() {
    found();
    begin();
    while (judge.breach() == null && !done()) {
      step();
    }
    judge.look();
    end();
    Breach breach = judge.breach();
    Verdict.Counts counts = judge.counts(steps, current.number);
    return breach == null
        ? new Verdict.Passed(seed, counts)
        : new Verdict.Failed(seed, counts, breach, trace());
  }

  /** What happened, if it was to be written down. */
  List<String> trace() {
    return trace == null ? List.of() : trace;
  }

  /** The accounts there are at first. */
  private void found() {
    MemoryAccounts store =
        new MemoryAccounts(disk, new TimeOrderedIds(time::instant, odds.random()), Steps.NONE);
    for (int i = 0; i < odds.accounts; i++) {
      NewAccount wanted = newAccount("user " + i);
      judge.wished(wanted.id(), Meter.TOKENS, wanted.tokens(), null);
      judge.wished(wanted.id(), Meter.WORDS, wanted.words(), null);
      store.create(wanted, null, time.instant());
    }
  }

  NewAccount newAccount(String id) {
    return new NewAccount(
        id,
        null,
        odds.oneIn(2) ? Set.of() : Set.of(Permission.GENERATE_LLM_MEME),
        odds.below(9),
        odds.below(20));
  }

  String anyId() {
    return "user " + odds.below(odds.accounts);
  }

  private void begin() {
    lives.add(current);
    current.spawn("main", current::recover);
  }

  /** Twice, since a dead life may wait for what a frozen one holds. */
  private void end() {
    lives.forEach(Life::end);
    lives.forEach(Life::end);
    for (Life life : lives) {
      if (life.active()) {
        judge.accuse(Kind.STUCK, "in a dead process: " + life.waiting());
      }
    }
  }

  private void step() {
    if (steps == maxSteps) {
      requests = 0;
      odds.calm();
    }
    if (steps > maxSteps + LONGEST_END) {
      judge.accuse(Kind.STUCK, "it does not end");
      return;
    }
    steps++;
    time.pass();
    Life life = next();
    if (life == null) {
      judge.accuse(Kind.STUCK, current.waiting());
      return;
    }
    life.threads.run(odds.below(life.threads.ready()));
    // What waited for another life when its own ended unwinds now.
    lives.stream().filter(Life::gone).forEach(Life::end);
    judge.look();
    boolean ends = current.threads.ready() == 0 || odds.oneIn(20);
    if (struck || (current.hasFailed() && ends)) {
      strike();
    }
  }

  private @Nullable Life next() {
    for (Life life : frozen) {
      if (life.threads.ready() > 0 && (odds.oneIn(4) || current.threads.ready() == 0)) {
        return life;
      }
    }
    return current.threads.ready() > 0 ? current : null;
  }

  /** Whether all that there was to do is done; begins the next part of it. */
  private boolean done() {
    if (struck || current.active()) {
      return false;
    }
    if (current.hasFailed()) {
      strike();
      return false;
    }
    if (frozen.stream().anyMatch(life -> life.threads.ready() > 0)) {
      return false;
    }
    for (Life life : frozen) {
      if (life.active()) {
        judge.accuse(Kind.STUCK, "in a process that was frozen: " + life.waiting());
      }
    }
    if (!closing) {
      closing = true;
      odds.calm();
      current.spawn("last", new Closing(this, current)::close);
      return false;
    }
    return true;
  }

  /** At any step the process may die; whoever took the step gets no further. */
  void maybeCrash(Life life) {
    if (life.equals(current) && !struck && odds.crashes()) {
      struck = true;
      OneThread.pause();
      life.alive();
    }
  }

  private void strike() {
    struck = false;
    Life old = current;
    disk.cut();
    boolean freezes = old.served() != null && odds.oneIn(3);
    note(old, freezes ? "freezes" : "dies");
    if (freezes) {
      old.freeze();
      frozen.add(old);
      if (frozen.size() > MOST_FROZEN) {
        frozen.removeFirst().end();
      }
    } else {
      old.end();
    }
    current = new Life(old.number + 1, this);
    begin();
  }

  /** Whether there is one more. */
  boolean takeRequest() {
    return requests-- > 0;
  }

  int nextNumber() {
    return ++number;
  }

  void note(Life life, String what) {
    if (trace != null) {
      trace.add(
          steps
              + " "
              + time.instant()
              + " life "
              + life.number
              + ", "
              + Thread.currentThread().getName()
              + ": "
              + what);
    }
  }

  /** A failure with where it came from. */
  static String told(Throwable failure) {
    String text = failure + places(failure.getStackTrace());
    Throwable cause = failure.getCause();
    return cause == null ? text : text + ", because " + told(cause);
  }

  static String places(StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder();
    for (StackTraceElement element : stack) {
      if (element.getClassName().startsWith("dev.lastword")) {
        text.append(" at ").append(element);
      }
    }
    return text.toString();
  }
}
