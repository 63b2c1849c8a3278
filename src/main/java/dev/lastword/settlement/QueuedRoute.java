package dev.lastword.settlement;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.settlement.FlowObserver.Act;
import dev.lastword.settlement.SettlementQueue.Parcel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Through a queue, in whose group of the holder's name everything keeps its order. A settlement is
 * handed in under an id of its own, which the driver's second attempt shares and nothing else does:
 * the queue never takes two different messages for one. Thread-safe.
 */
public final class QueuedRoute implements SettlementRoute {

  /**
   * A seal says the same whoever sends it, and nothing that it seals can come between two of them.
   * So those of such a span are one message, else they would pile up behind a group that stands.
   */
  private static final Duration SAME_SEAL = Duration.ofSeconds(10);

  private final SettlementQueue queue;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final FlowObserver observer;

  public QueuedRoute(
      SettlementQueue queue, TimeOrderedIds ids, InstantSource clock, FlowObserver observer) {
    this.queue = queue;
    this.ids = ids;
    this.clock = clock;
    this.observer = observer;
  }

  /** Several messages go in one by one: the next only when the queue has the one before. */
  @Override
  public Settled settle(Settlement settlement) {
    List<Packing.Packed> messages;
    try {
      messages = Packing.pack(settlement);
    } catch (IllegalArgumentException e) {
      throw new AccountsFailure(String.valueOf(e.getMessage()), e);
    }
    for (Packing.Packed packed : messages) {
      handIn(packed.message(), packed.body(), ids.next());
    }
    observer.published(settlement, messages.size());
    return Settled.DURABLE;
  }

  @Override
  public void seal(String holder, long epoch) {
    Message seal = new Message.Seal(holder, epoch);
    long span = clock.millis() / SAME_SEAL.toMillis();
    handIn(seal, MessageText.write(seal), "seal-" + holder + "-" + epoch + "-" + span);
  }

  private void handIn(Message message, String body, String id) {
    try {
      queue.handIn(new Parcel(message.holder(), id, message.type(), body));
    } catch (QueueFailure e) {
      observer.queueFailed(Act.HAND_IN, e);
      throw new AccountsFailure("the queue did not take a message: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean leaseDecides() {
    return true;
  }
}
