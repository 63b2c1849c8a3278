package dev.lastword.settlement;

import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.settlement.FlowObserver.Act;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a worker looks at now and then: the quarantine, where it carries out what operators decided,
 * the size of the queue, and receipts whose settlement never came. For one thread.
 */
final class Watch {

  /** Longer than any queue keeps a message. */
  private static final Duration NEVER_CAME = Duration.ofDays(15);

  private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

  private final SettlementQueue queue;
  private final SharedAccounts accounts;
  private final Application application;
  private final InstantSource clock;
  private final FlowObserver observer;
  private Instant cleanedAt = Instant.MIN;

  Watch(
      SettlementQueue queue,
      SharedAccounts accounts,
      Application application,
      InstantSource clock,
      FlowObserver observer) {
    this.queue = queue;
    this.accounts = accounts;
    this.application = application;
    this.clock = clock;
    this.observer = observer;
  }

  void look() {
    try {
      quarantine();
      Instant now = clock.instant();
      if (now.isAfter(cleanedAt.plus(BETWEEN_CLEANINGS))) {
        accounts.desk().forgetAheadBefore(now.minus(NEVER_CAME));
        cleanedAt = now;
      }
    } catch (RuntimeException e) {
      observer.postponed("the quarantine", Duration.ZERO, e);
    }
    try {
      observer.waiting(queue.size());
    } catch (QueueFailure e) {
      observer.queueFailed(Act.SIZE, e);
    }
  }

  /** Of a holder the oldest goes first, and the others wait for it. */
  private void quarantine() {
    Set<String> seen = new HashSet<>();
    List<Quarantined> messages = accounts.desk().quarantined();
    int holding = messages.size();
    for (Quarantined message : messages) {
      if (seen.add(message.holder()) && message.state() == State.RELEASED && settles(message)) {
        holding--;
      }
    }
    observer.holding(holding);
  }

  private boolean settles(Quarantined message) {
    try {
      Message read = MessageText.read(message.body(), message.holder());
      List<ReceiptAhead.Key> ahead = application.apply(read, message.at());
      accounts.desk().decide(message.id(), State.RELEASED, State.SETTLED);
      accounts.desk().forgetAhead(ahead);
      return true;
    } catch (Unreadable e) {
      accounts.desk().decide(message.id(), State.RELEASED, State.WAITING);
      observer.quarantined(message);
      return false;
    }
  }
}
