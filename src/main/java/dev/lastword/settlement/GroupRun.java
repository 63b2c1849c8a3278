package dev.lastword.settlement;

import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.settlement.SettlementQueue.Delivery;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some messages of one group, from the oldest that is not done: applied in their order up to the
 * first that cannot be. They are done only after they are applied, so whoever comes after a crash
 * begins no later than where it stopped; and whoever applies a message, a seal for instance, knows
 * that all before it were applied. For one thread.
 */
final class GroupRun {

  private final SharedAccounts accounts;
  private final Application application;
  private final InstantSource clock;
  private final FlowObserver observer;
  private final WorkerLimits limits;
  private final List<Delivery> done = new ArrayList<>();
  private final List<ReceiptAhead.Key> ahead = new ArrayList<>();
  private final Map<String, State> standing = new HashMap<>();
  private boolean known;
  private List<Delivery> kept = List.of();
  private @Nullable Duration keptFor;

  GroupRun(
      SharedAccounts accounts,
      Application application,
      InstantSource clock,
      FlowObserver observer,
      WorkerLimits limits) {
    this.accounts = accounts;
    this.application = application;
    this.clock = clock;
    this.observer = observer;
    this.limits = limits;
  }

  void run(List<Delivery> deliveries) {
    for (int next = 0; next < deliveries.size(); next++) {
      Delivery delivery = deliveries.get(next);
      Duration wait;
      try {
        wait = take(delivery);
      } catch (RuntimeException e) {
        wait = limits.after(delivery.attempt());
        observer.postponed(delivery.group(), wait, e);
      }
      if (!wait.isZero()) {
        kept = List.copyOf(deliveries.subList(next, deliveries.size()));
        keptFor = wait;
        return;
      }
      done.add(delivery);
    }
  }

  /** Zero when nobody needs this message any more; else how long it, and what follows, waits. */
  private Duration take(Delivery delivery) {
    if (!known) {
      for (Quarantined message : accounts.desk().quarantined(delivery.group())) {
        standing.put(message.id(), message.state());
      }
      known = true;
    }
    if (standing.containsKey(delivery.id())) {
      return Duration.ZERO;
    }
    if (standing.values().stream().anyMatch(State::holds)) {
      return limits.held();
    }
    try {
      Message message = MessageText.read(delivery.body(), delivery.group());
      ahead.addAll(application.apply(message, delivery.sentAt()));
    } catch (Unreadable e) {
      Quarantined message =
          new Quarantined(
              delivery.id(),
              delivery.group(),
              delivery.body(),
              String.valueOf(e.getMessage()),
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              State.WAITING);
      accounts.desk().quarantine(message);
      standing.put(message.id(), State.WAITING);
      observer.quarantined(message);
    }
    return Duration.ZERO;
  }

  /** What is applied, or set aside for good. */
  List<Delivery> done() {
    return done;
  }

  /** Receipts that nobody asks for once what is done is known to be done. */
  List<ReceiptAhead.Key> ahead() {
    return ahead;
  }

  List<Delivery> kept() {
    return kept;
  }

  /** How long what is kept has to wait; null where nothing is. */
  @Nullable Duration keptFor() {
    return keptFor;
  }
}
