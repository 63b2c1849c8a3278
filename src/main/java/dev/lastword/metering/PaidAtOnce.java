package dev.lastword.metering;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Tab;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tab of an answer that leaves in one piece: nothing is paid before all of it is there, and
 * then all in one step, so that a crash before takes nothing. Used by one thread.
 */
final class PaidAtOnce implements Tab {

  private final Tab tab;
  private final @Nullable String result;
  private final long before;
  private long affordable;
  private boolean paid;
  private @Nullable Draw refused;

  /**
   * Nothing is paid yet.
   *
   * @param affordable no more units than these are made
   * @param result what the order keeps
   */
  PaidAtOnce(Tab tab, long affordable, @Nullable String result) {
    this.tab = tab;
    this.before = affordable;
    this.affordable = affordable;
    this.result = result;
  }

  @Override
  public String id() {
    return tab.id();
  }

  /** Promises, and pays nothing. */
  @Override
  public Draw draw(long minimum, long maximum) {
    if (affordable < minimum) {
      return new Draw.Insufficient(Meter.WORDS, affordable, minimum);
    }
    long units = Math.min(affordable, maximum);
    affordable -= units;
    return new Draw.Paid(units, affordable);
  }

  @Override
  public Draw charge(long minimum, long maximum, Outcome outcome, @Nullable String kept) {
    return tab.charge(minimum, maximum, outcome, kept);
  }

  @Override
  public Optional<Outcome> ended() {
    return tab.ended();
  }

  /** Whoever pays asks. */
  @Override
  public void confirm() {}

  /** Pays what was made, or as much of it as can still be afforded; failures are free. */
  @Override
  public Optional<Receipt> close(long made, Outcome outcome, @Nullable String kept) {
    boolean sold =
        made > 0
            && switch (outcome) {
              case COMPLETED, EXHAUSTED, SHUTDOWN -> true;
              default -> false;
            };
    Optional<Receipt> receipt = Optional.empty();
    boolean known = !sold;
    try {
      if (sold) {
        Draw draw = tab.charge(1, made, outcome, kept == null ? result : kept);
        refused = draw instanceof Draw.Paid ? null : draw;
        known = true;
      }
    } finally {
      // Whatever became of a payment that failed, nobody gets an answer for it.
      receipt = tab.close(0, known ? outcome : Outcome.FAILED, null);
      paid = receipt.isPresent();
    }
    return receipt;
  }

  /** Why the answer could not be paid after all; null if it could. */
  @Nullable Draw refused() {
    return refused;
  }

  /** What there was, until something is paid. */
  @Override
  public long balance() {
    return paid ? tab.balance() : before;
  }
}
