package dev.lastword.simulation;

import dev.lastword.accounts.Meter;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Order;
import org.jspecify.annotations.Nullable;

/** What a thread has the ledger do at this moment, and what must come of it. */
sealed interface Task {

  /** Nothing of the ledger's. */
  record Nothing() implements Task {}

  /** A tab is wanted. */
  final class Open implements Task {
    final Order order;
    boolean reserved;

    Open(Order order) {
      this.order = order;
    }
  }

  /** A charge or a draw. */
  final class Pay implements Task {
    final Charge charge;
    final long minimum;
    final long maximum;

    /** Filled in at the moment of the decision. */
    @Nullable Draw expected;

    Pay(Charge charge, long minimum, long maximum) {
      this.charge = charge;
      this.minimum = minimum;
      this.maximum = maximum;
    }
  }

  /** The end of a tab. */
  record Close(Charge charge, long delivered) implements Task {}

  /** A balance is lowered. */
  final class Lower implements Task {
    final String id;
    final Meter meter;
    final long target;

    /** Filled in at the moment of the decision: units missing, or taken. */
    @Nullable Long missing;

    long incarnation;
    long version;
    long taken;

    Lower(String id, Meter meter, long target) {
      this.id = id;
      this.meter = meter;
      this.target = target;
    }
  }

  /** An operator's change. */
  final class Operate implements Task {
    /** The store as it was right after the change. */
    @Nullable Books after;
  }
}
