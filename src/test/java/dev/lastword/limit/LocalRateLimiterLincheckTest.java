package dev.lastword.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the order of its threads, the limiter answers as if they had come one by one. */
@Tag("alone")
@Timeout(120)
@Param(name = "user", gen = IntGen.class, conf = "0:1")
public final class LocalRateLimiterLincheckTest {

  private static final String[] USERS = {"ann", "bob"};
  private static final int LIMIT = 2;
  private static final long WINDOW_NANOS = 100;

  private final AtomicLong nanos = new AtomicLong();
  private final LocalRateLimiter limiter =
      new LocalRateLimiter(LIMIT, Duration.ofNanos(WINDOW_NANOS), nanos::get);

  @Operation
  public Admission admit(@Param(name = "user") int user) {
    return limiter.admit(USERS[user]);
  }

  @Operation
  public void pass() {
    nanos.addAndGet(60);
  }

  @Operation
  public void forgetIdle() {
    limiter.forgetIdle();
  }

  @Test
  void promise8EveryOrderOfThreadsIsALine() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(100)
        .threads(2)
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses("java.util.concurrent.ConcurrentHashMap")
                .allMethods()
                .treatAsAtomic())
        .actorsPerThread(3)
        .sequentialSpecification(OneByOne.class)
        .check(LocalRateLimiterLincheckTest.class);
  }

  /** The same in the simplest words. */
  public static final class OneByOne {
    private final Map<Integer, List<Long>> admitted = new HashMap<>();
    private long now;

    public Admission admit(int user) {
      List<Long> times = admitted.computeIfAbsent(user, _ -> new ArrayList<>());
      times.removeIf(time -> now - time >= WINDOW_NANOS);
      if (times.size() < LIMIT) {
        times.add(now);
        return new Admission.Admitted(LIMIT - times.size(), reset(times));
      }
      return new Admission.Refused(reset(times));
    }

    private long reset(List<Long> times) {
      return WINDOW_NANOS - (now - times.getFirst());
    }

    public void pass() {
      now += 60;
    }

    public void forgetIdle() {}
  }
}
