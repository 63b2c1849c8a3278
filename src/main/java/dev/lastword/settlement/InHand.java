package dev.lastword.settlement;

import dev.lastword.settlement.FlowObserver.Act;
import dev.lastword.settlement.SettlementQueue.Delivery;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The messages a worker works on: they are hidden from others for as long. Thread-safe. */
final class InHand {

  private final SettlementQueue queue;
  private final FlowObserver observer;
  private final Set<Delivery> deliveries = ConcurrentHashMap.newKeySet();

  InHand(SettlementQueue queue, FlowObserver observer) {
    this.queue = queue;
    this.observer = observer;
  }

  void add(Collection<Delivery> more) {
    deliveries.addAll(more);
  }

  /** Nobody works on them any more, whatever becomes of them. */
  void forget(Collection<Delivery> some) {
    deliveries.removeAll(Set.copyOf(some));
  }

  /** Hides them all for longer. */
  void renew(Duration hidden) {
    List<Delivery> held = List.copyOf(deliveries);
    if (!held.isEmpty()) {
      keep(held, hidden);
    }
  }

  /** They come again, soonest after that time. A failure only means another time. */
  void putBack(Collection<Delivery> some, Duration after) {
    forget(some);
    if (!some.isEmpty()) {
      keep(some, after);
    }
  }

  private void keep(Collection<Delivery> some, Duration time) {
    try {
      queue.keep(some, time);
    } catch (QueueFailure e) {
      observer.queueFailed(Act.KEEP, e);
    }
  }

  /** They shall not come again; false if they may. */
  boolean done(Collection<Delivery> some) {
    forget(some);
    if (some.isEmpty()) {
      return true;
    }
    try {
      queue.done(some);
      return true;
    } catch (QueueFailure e) {
      observer.queueFailed(Act.DONE, e);
      return false;
    }
  }
}
