package dev.lastword.settlement;

import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import java.time.Duration;

/**
 * Is told of every step that a charge takes from the ledger into the system of record, and of what
 * holds it up. Called by many threads; must be quick, and must not throw.
 */
public interface FlowObserver {

  /** What was asked of the queue. */
  enum Act {
    HAND_IN,
    TAKE,
    KEEP,
    DONE,
    SIZE
  }

  /** Ignores everything. */
  FlowObserver NONE =
      new FlowObserver() {
        @Override
        public void deducted(String holder, String charge, long units) {}

        @Override
        public void published(Settlement settlement, int messages) {}

        @Override
        public void consumed(Settlement settlement) {}

        @Override
        public void settled(Settlement settlement, Settled settled, Duration age) {}

        @Override
        public void sealed(String holder, long epoch, int receiptsClosed) {}

        @Override
        public void queueFailed(Act act, QueueFailure failure) {}

        @Override
        public void postponed(String holder, Duration time, RuntimeException failure) {}

        @Override
        public void quarantined(Quarantined message) {}

        @Override
        public void holding(int messages) {}

        @Override
        public void waiting(long messages) {}
      };

  /** Redis has the units spent, for good as long as its memory lives; told before anybody waits. */
  void deducted(String holder, String charge, long units);

  /** The queue has it for good, in that many messages. */
  void published(Settlement settlement, int messages);

  /** A worker has it, whole. */
  void consumed(Settlement settlement);

  /**
   * It is in the system of record, or refused because it came after its epoch was sealed.
   *
   * @param age how long ago the queue took it, by the two machines' clocks
   */
  void settled(Settlement settlement, Settled settled, Duration age);

  void sealed(String holder, long epoch, int receiptsClosed);

  void queueFailed(Act act, QueueFailure failure);

  /** The system of record did not take something; it, and what is behind it, comes again. */
  void postponed(String holder, Duration time, RuntimeException failure);

  /** An alarm: nobody can read this, and what is behind it waits for an operator. */
  void quarantined(Quarantined message);

  /** How many messages in quarantine hold others up, now and then. */
  void holding(int messages);

  /** About how many messages are in the queue, now and then. */
  void waiting(long messages);
}
