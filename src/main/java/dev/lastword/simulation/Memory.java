package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import dev.lastword.ledger.Draw;
import dev.lastword.world.Step;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one life of the process must know and answer, by the pure core alone: every decision is
 * taken whole, at one step, after the one before. The ledger, with its locks and threads, must not
 * differ.
 */
final class Memory {

  private static final class Known {
    private Account account;
    private final Map<Meter, Balance> balances = new EnumMap<>(Meter.class);
    private @Nullable Outcome ended;

    private Known(Account account) {
      this.account = account;
      for (Meter meter : Meter.values()) {
        balances.put(meter, account.balance(meter));
      }
    }

    private Balance balance(Meter meter) {
      return Objects.requireNonNull(balances.get(meter));
    }
  }

  private final Map<Long, Known> known = new HashMap<>();
  private final Map<String, Long> living = new HashMap<>();
  private final Map<String, Integer> reserved = new HashMap<>();

  /** The ledger has read an account: what is newer counts, spending is its own. */
  void learned(String id, Optional<Account> found) {
    Long before = living.remove(id);
    if (before != null && (found.isEmpty() || found.get().incarnation() != before)) {
      known(before).ended = Outcome.DELETED;
    }
    found.ifPresent(account -> {
      living.put(id, account.incarnation());
      Known one = known.computeIfAbsent(account.incarnation(), _ -> new Known(account));
      if (account.revision() >= one.account.revision()) {
        one.account = account;
        one.ended = account.status() == Status.SUSPENDED ? Outcome.INTERRUPTED : null;
        for (Meter meter : Meter.values()) {
          one.balances.put(
              meter, one.balance(meter).withCredited(account.balance(meter).credited()));
        }
      }
    });
  }

  private Known known(long incarnation) {
    Known one = known.get(incarnation);
    if (one == null) {
      throw new IllegalStateException("account " + incarnation + " was never loaded");
    }
    return one;
  }

  /** The account as everybody must see it at this moment. */
  Optional<Account> account(String id) {
    Long incarnation = living.get(id);
    if (incarnation == null) {
      return Optional.empty();
    }
    Known one = known(incarnation);
    return Optional.of(
        one.account.withBalances(one.balance(Meter.TOKENS), one.balance(Meter.WORDS)));
  }

  /** Why an account may not spend. */
  Optional<Outcome> ended(long incarnation) {
    return Optional.ofNullable(known(incarnation).ended);
  }

  private static String name(long incarnation, RequestKey key) {
    return incarnation + " " + key.key();
  }

  /** Whether a request with that key runs. */
  boolean runs(long incarnation, RequestKey key) {
    return reserved.getOrDefault(name(incarnation, key), 0) > 0;
  }

  /** The request has ended. */
  void ended(Task.Open task) {
    RequestKey key = task.order.key();
    if (task.reserved && key != null) {
      task.reserved = false;
      reserved.merge(name(task.order.incarnation(), key), -1, Integer::sum);
    }
  }

  /** Decides what is decided at that step. */
  void at(Step step, Task task) {
    switch (task) {
      case Task.Open open -> open(step, open);
      case Task.Pay pay -> pay(step, pay);
      case Task.Close(Charge charge, long delivered) -> close(step, charge, delivered);
      case Task.Lower lower -> lower(step, lower);
      case Task.Operate _, Task.Nothing _ -> {}
    }
  }

  private void open(Step step, Task.Open open) {
    RequestKey key = open.order.key();
    if (step == Step.OPEN_RESERVED) {
      open.reserved = true;
      if (key != null) {
        reserved.merge(name(open.order.incarnation(), key), 1, Integer::sum);
      }
    }
  }

  private void pay(Step step, Task.Pay pay) {
    boolean decided = step == Step.CHARGE_DECIDED || step == Step.DRAW_DECIDED;
    if (!decided && step != Step.CHARGE_WEIGHED && step != Step.DRAW_WEIGHED) {
      return;
    }
    Known one = known(pay.charge.incarnation);
    Meter meter = pay.charge.meter;
    if (one.ended != null) {
      pay.expected = new Draw.Ended(one.ended);
      return;
    }
    Balance balance = one.balance(meter);
    long units = balance.affordable(pay.minimum, pay.maximum);
    pay.expected =
        units == 0
            ? new Draw.Insufficient(meter, balance.left(), pay.minimum)
            : new Draw.Paid(units, balance.left() - units);
    if (decided && units > 0) {
      one.balances.put(meter, balance.spend(units));
      pay.charge.decided += units;
    }
  }

  private void close(Step step, Charge charge, long delivered) {
    if (step == Step.CLOSE_DECIDED) {
      Known one = known(charge.incarnation);
      long surplus = charge.decided - delivered;
      if (surplus > 0) {
        one.balances.put(charge.meter, one.balance(charge.meter).giveBack(surplus));
      }
      charge.decided = delivered;
    }
  }

  private void lower(Step step, Task.Lower lower) {
    if (step != Step.LOWER_WEIGHED && step != Step.LOWER_DECIDED) {
      return;
    }
    lower.incarnation = Objects.requireNonNull(living.get(lower.id));
    Known one = known(lower.incarnation);
    Balance balance = one.balance(lower.meter);
    long excess = balance.left() - lower.target;
    lower.missing = Math.max(0, -excess);
    lower.version = balance.version();
    if (step == Step.LOWER_DECIDED && excess > 0) {
      one.balances.put(lower.meter, balance.spend(excess));
      lower.taken = excess;
    }
  }
}
