package dev.lastword.ledger;

import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open charge: pay ahead with {@link #draw}, give back with {@link #close} what was not
 * delivered. There is no reservation: what is drawn is spent. Used by one thread at a time.
 */
public interface Tab {

  /** The charge's id. */
  String id();

  /**
   * Pays for as many units as the account can afford, between {@code minimum} and {@code maximum};
   * nothing if it cannot afford the minimum.
   *
   * @throws IllegalArgumentException unless 1 ≤ minimum ≤ maximum
   */
  Draw draw(long minimum, long maximum);

  /**
   * Decides like {@link #draw} but need not wait until it is durable: {@link #awaitPaid} does. What
   * is drawn ahead may share its commit with what others draw a little later.
   */
  default Draw drawAhead(long minimum, long maximum) {
    return draw(minimum, maximum);
  }

  /**
   * Waits until all that was drawn ahead is durable; nothing of it may be delivered before.
   *
   * @throws LedgerFailure if it is not durable
   */
  default void awaitPaid() {}

  /**
   * Draws as {@link #draw} does and closes, in one step: either both are durable or neither. Where
   * it is less than the maximum it closes as exhausted.
   *
   * @param outcome of a charge of the maximum
   * @param result what it takes to give it again; null keeps nothing
   */
  Draw charge(long minimum, long maximum, Outcome outcome, @Nullable String result);

  /** Charges a fixed price: all of it or nothing. */
  default Draw charge(long price, @Nullable String result) {
    return charge(price, price, Outcome.COMPLETED, result);
  }

  /**
   * Why delivery must stop now although units are paid: the account was deleted or suspended.
   * Cheap; asked before each word.
   */
  Optional<Outcome> ended();

  /**
   * Makes sure that the account is still this node's to charge; asks the system of record.
   *
   * @throws LedgerFailure if another one has taken over
   */
  void confirm();

  /**
   * Gives back what was drawn and not delivered and finishes the receipt. Does nothing more when
   * called again.
   *
   * @param result replaces the order's; null keeps that one
   * @return the receipt; empty if nothing was ever drawn, and so there is none
   * @throws IllegalArgumentException if more was delivered than drawn
   */
  Optional<Receipt> close(long delivered, Outcome outcome, @Nullable String result);

  /** What is left on the meter at this moment. */
  long balance();
}
