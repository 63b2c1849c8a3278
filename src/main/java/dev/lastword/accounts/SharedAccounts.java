package dev.lastword.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A system of record that several nodes share: it grants the right to charge accounts to one
 * <em>epoch</em> of a <em>holder</em> at a time. A holder is a group of accounts that are charged
 * in one place (a partition of a Redis memory); an epoch is one life of that place.
 *
 * <p>Of each holder the store knows the highest number ever taken, the <em>current</em> epoch,
 * which is the newest that was ever leased, and up to where epochs are <em>sealed</em>. A
 * settlement is refused if its epoch is sealed, and applied otherwise, current or not; it says
 * which holder and epoch a receipt was settled in.
 *
 * <p>For settlements that come through a queue it also has a {@link Desk}.
 */
public interface SharedAccounts extends Accounts {

  /** Where messages are set aside, and receipts wait for their settlement. */
  Desk desk();

  /**
   * Begins an epoch of a single node that owns every account: what is open is closed, whoever
   * opened it, since nobody else can settle any more.
   *
   * @throws IllegalStateException if the current epoch of another holder is not sealed
   */
  @Override
  Epoch begin(String holder, Instant now);

  /** A number for a new epoch, higher than any that was taken before. Nothing begins by it. */
  long takeEpoch(String holder);

  /**
   * Leases an epoch of each holder, and makes it the current one if it is newer. Where everything
   * that was ever current is sealed, the numbers between are sealed with it: nobody was lent
   * anything in them.
   *
   * @param epochs by holder
   * @return the holders that are refused: a newer epoch is current there, or that one is sealed
   */
  Set<String> lease(Map<String, Long> epochs);

  /**
   * Whether an epoch of the holder was leased to anybody within that time, by the store's clock:
   * then somebody may be charging in it.
   */
  boolean leasedWithin(String holder, Duration time);

  /** Lends an account to an epoch, as of everything that was settled before it. */
  Loan lend(String holder, long epoch, String id);

  /** What became of the wish to charge an account within an epoch. */
  sealed interface Loan {
    /** With what was spent in all sealed epochs and, so far, in this one. */
    record Lent(Account account) implements Loan {}

    record NoAccount() implements Loan {}

    /** An older epoch of the holder may still settle: seal it first. */
    record Unsealed() implements Loan {}

    /** The epoch is not the current one. */
    record Over() implements Loan {}
  }

  /**
   * Seals every epoch of the holder up to this one: their settlements are refused from now on. A
   * fixed price that was paid in them and never closed is given back, since its close would have
   * come before its answer; its receipt is closed as {@link Outcome#INTERRUPTED}. A stream's
   * receipt stays open, for its tab goes on in the next epoch. May be called twice.
   *
   * @return how many receipts were closed
   */
  int seal(String holder, long epoch, Instant now);

  /** Notes, on the store's own clock, that a node lives. */
  void alive(String node);

  /**
   * Open receipts of nodes that have been silent for that long on the store's clock, oldest first;
   * a node that never said that it lives is silent.
   */
  List<Abandoned> abandoned(Duration silence, int limit);

  /** An open receipt whose node is gone. */
  record Abandoned(String accountId, Receipt receipt) {}

  /** Ids whose accounts operators made, changed or deleted lately, by the store's clock. */
  List<String> changedWithin(Duration time);
}
