package dev.lastword.store.sqs;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.store.redis.SimulatedAccounts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A system of record in memory that can be away, or be held up at an act. Thread-safe. */
final class WatchedAccounts {

  /** What is not ours to catch: the process ends here. */
  static final class Killed extends Error {
    Killed() {
      super(null, null, false, false);
    }
  }

  private final SimulatedAccounts record = new SimulatedAccounts();

  /** What was applied, in that order. */
  final List<Settlement> settled = new CopyOnWriteArrayList<>();

  volatile boolean away;

  /** Before and after each settlement, without a lock. */
  volatile Consumer<Settlement> before = _ -> {};

  volatile Consumer<Settlement> after = _ -> {};

  WatchedAccounts(int accounts) {
    for (int number = 1; number <= accounts; number++) {
      record.create(
          new NewAccount("user" + number, null, Set.of(), 1_000_000, 0), null, Instant.EPOCH);
    }
    record.lease(Map.of("p0", 1L));
  }

  long spent(int account) {
    synchronized (record) {
      return record.find("user" + account).orElseThrow().tokens().spent();
    }
  }

  SharedAccounts port() {
    return (SharedAccounts)
        Proxy.newProxyInstance(
            WatchedAccounts.class.getClassLoader(),
            new Class<?>[] {SharedAccounts.class},
            (_, method, arguments) -> {
              if (away) {
                throw new AccountsFailure("the database is away", new IllegalStateException());
              }
              boolean settling = method.getName().equals("settle");
              Settlement settlement = settling ? (Settlement) arguments[0] : null;
              if (settling) {
                before.accept(settlement);
              }
              try {
                Object answer;
                synchronized (record) {
                  answer = method.invoke(record, arguments);
                  if (settling) {
                    settled.add(settlement);
                  }
                }
                if (settling) {
                  after.accept(settlement);
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
