package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the order of its threads, the ledger answers as if they had come one by one. Under
 * stress and not model checking: every answer waits for the committer, a thread that Lincheck does
 * not schedule. {@link Simulation} is what chooses its slices.
 */
@Tag("alone")
@Timeout(120)
@Param(name = "units", gen = IntGen.class, conf = "1:3")
@Param(name = "key", gen = IntGen.class, conf = "1:2")
@Param(name = "thread", gen = ThreadIdGen.class)
public final class LocalLedgerLincheckTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final int OPENING = 4;

  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.fixed(NOW), new Random(1));
  private final Accounts accounts = new MemoryAccounts(new Disk(), ids, Steps.NONE);
  private final Account account =
      ((Creation.Created)
              accounts.create(new NewAccount("ann", null, Set.of(), OPENING, 0), null, NOW))
          .account();
  private final Map<Integer, Tab> tabs = new ConcurrentHashMap<>();
  private final Map<Integer, Long> drawn = new ConcurrentHashMap<>();
  private final LocalLedger ledger =
      LocalLedger.beginWithoutTimer(
          accounts,
          ids,
          new World(
              InstantSource.fixed(NOW),
              System::nanoTime,
              Thread.ofPlatform().daemon().factory(),
              Steps.NONE),
          CommitObserver.NONE,
          failure -> {});

  private Opening open(@Nullable RequestKey key) {
    return ledger.open(
        new Order("ann", account.incarnation(), Meter.TOKENS, "thing", key, "result"));
  }

  private static String said(Draw draw) {
    return draw.toString();
  }

  @Operation
  public String charge(@Param(name = "units") int units) {
    Tab tab = ((Opening.Opened) open(null)).tab();
    Draw draw = tab.charge(units, null);
    tab.close(0, Outcome.FAILED, null);
    return said(draw);
  }

  /** Tries again while it is told that the same request runs. */
  @Operation
  public String chargeWithKey(@Param(name = "key") int key) {
    while (true) {
      switch (open(new RequestKey("key" + key, "f"))) {
        case Opening.StillRunning _ -> Thread.yield();
        case Opening.Opened(Tab tab) -> {
          Draw draw = tab.charge(1, "x");
          tab.close(0, Outcome.FAILED, null);
          return said(draw);
        }
        case Opening.Replayed _ -> {
          return "replayed";
        }
        case Opening other -> {
          return other.toString();
        }
      }
    }
  }

  @Operation
  public String draw(@Param(name = "thread") int thread, @Param(name = "units") int units) {
    Tab tab = tabs.computeIfAbsent(thread, _ -> ((Opening.Opened) open(null)).tab());
    Draw draw = tab.draw(1, units);
    if (draw instanceof Draw.Paid(long paid, long _)) {
      drawn.merge(thread, paid, Long::sum);
    }
    return said(draw);
  }

  @Operation
  public long close(@Param(name = "thread") int thread, @Param(name = "units") int delivered) {
    Tab tab = tabs.remove(thread);
    if (tab == null) {
      return -1;
    }
    Long paid = drawn.remove(thread);
    long amount = Math.min(paid == null ? 0 : paid, delivered);
    tab.close(amount, Outcome.COMPLETED, null);
    return amount;
  }

  @Operation
  public void credit(@Param(name = "units") int units) {
    accounts.credit("ann", Meter.TOKENS, units, null, NOW);
    ledger.refresh("ann");
  }

  @Operation
  public long balance() {
    return ledger.account("ann").orElseThrow().tokens().left();
  }

  /** After each execution: all is durable, and adds up. */
  @Validate
  public void agrees() {
    Balance memory = ledger.account("ann").orElseThrow().tokens();
    ledger.close();
    Balance stored = accounts.find("ann").orElseThrow().tokens();
    List<String> discrepancies = accounts.audit().discrepancies();
    if (!memory.equals(stored) || !discrepancies.isEmpty()) {
      throw new IllegalStateException(memory + " " + stored + " " + discrepancies);
    }
  }

  @Test
  void promise1And3EveryOrderOfThreadsIsALine() {
    new StressOptions()
        .iterations(20)
        .invocationsPerIteration(100)
        .threads(3)
        .actorsPerThread(3)
        .sequentialSpecification(OneByOne.class)
        .check(LocalLedgerLincheckTest.class);
  }

  /** The same in the simplest words. */
  public static final class OneByOne {
    private final Map<Integer, Long> drawn = new HashMap<>();
    private final Set<Integer> keys = new HashSet<>();
    private long left = OPENING;

    public String charge(int units) {
      return said(pay(units, units));
    }

    private Draw pay(long minimum, long maximum) {
      if (left < minimum) {
        return new Draw.Insufficient(Meter.TOKENS, left, minimum);
      }
      long units = Math.min(left, maximum);
      left -= units;
      return new Draw.Paid(units, left);
    }

    public String chargeWithKey(int key) {
      if (keys.contains(key)) {
        return "replayed";
      }
      Draw draw = pay(1, 1);
      if (draw instanceof Draw.Paid) {
        keys.add(key);
      }
      return said(draw);
    }

    public String draw(int thread, int units) {
      Draw draw = pay(1, units);
      drawn.merge(thread, draw instanceof Draw.Paid(long paid, long _) ? paid : 0L, Long::sum);
      return said(draw);
    }

    public long close(int thread, int delivered) {
      Long paid = drawn.remove(thread);
      if (paid == null) {
        return -1;
      }
      long amount = Math.min(paid, delivered);
      left += paid - amount;
      return amount;
    }

    public void credit(int units) {
      left += units;
    }

    public long balance() {
      return left;
    }
  }
}
