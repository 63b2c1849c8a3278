package dev.lastword.faults.victim;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Delivers settlements as a queue may: again, and older ones after newer ones. What the store
 * answers to the first delivery is what counts.
 */
final class Redelivery {

  private static final int REMEMBERED = 50;

  private final Accounts accounts;
  private final Random random;
  private final List<Settlement> old = new ArrayList<>();

  private Redelivery(Accounts accounts, long seed) {
    this.accounts = accounts;
    this.random = new Random(seed);
  }

  static Accounts of(Accounts accounts, long seed) {
    Redelivery redelivery = new Redelivery(accounts, seed);
    return (Accounts)
        Proxy.newProxyInstance(
            Accounts.class.getClassLoader(),
            new Class<?>[] {Accounts.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("settle")) {
                return redelivery.settle((Settlement) arguments[0]);
              }
              try {
                return method.invoke(accounts, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private synchronized Settled settle(Settlement settlement) {
    Settled settled = accounts.settle(settlement);
    if (old.size() == REMEMBERED) {
      old.remove(random.nextInt(REMEMBERED));
    }
    old.add(settlement);
    accounts.settle(settlement);
    accounts.settle(old.get(random.nextInt(old.size())));
    return settled;
  }
}
