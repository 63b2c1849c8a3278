package dev.lastword.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The system of record: who has an account, what was credited, what was spent and for what.
 *
 * <p>Every method is atomic, durable when it returns, and safe to call from many threads. A store
 * that cannot answer throws {@link AccountsFailure}; whether a write that failed so took place is
 * then unknown. Each store passes the one contract kit in the tests.
 */
public interface Accounts extends AutoCloseable {

  /**
   * Begins a new epoch of a holder: settlements of its older epochs are refused from now on, and
   * the receipts it left open are closed as {@link Outcome#INTERRUPTED}. A fixed price is given
   * back with that, since its close would have come before its answer; a stream keeps what it drew.
   *
   * @return the epoch, and how many receipts were closed
   */
  Epoch begin(String holder, Instant now);

  /** One incarnation of a holder. */
  record Epoch(long number, long receiptsClosed) {}

  /** Creates an account with its opening balances; {@code key} makes a repetition harmless. */
  Creation create(NewAccount account, @Nullable CallerKey key, Instant now);

  /** A key of an operator's request, which belongs to the operator and not to the account. */
  record CallerKey(String caller, RequestKey request) {}

  /** The most units that an account may ever be credited here, {@link Balance#MAXIMUM} or less. */
  long maximumBalance();

  /** The living account with that id, as of the last settlement. */
  Optional<Account> find(String id);

  /**
   * Living accounts in the order of their ids, after {@code cursor} (an id, exclusive; null: from
   * the start), {@code limit} of them at most.
   */
  List<Account> list(@Nullable String cursor, int limit);

  /** False if there is no such account. */
  boolean setPermissions(String id, Set<Permission> permissions);

  /** False if there is no such account. */
  boolean setStatus(String id, Status status);

  /** Ends the account and keeps its receipts. False if there is no such account. */
  boolean delete(String id, Instant now);

  /** Adds {@code amount} units, 1 or more; {@code key} makes a repetition harmless. */
  Crediting credit(String id, Meter meter, long amount, @Nullable CallerKey key, Instant now);

  /** Applies what is newer, ignores what is not; see {@link Settlement}. May be called twice. */
  Settled settle(Settlement settlement);

  /** The account's own receipt with that id. */
  Optional<Receipt> receipt(long incarnation, String id);

  /** The newest receipt begun under that key since then and still charged for something. */
  Optional<Receipt> receiptByKey(long incarnation, String key, Instant since);

  /**
   * The account's receipts, newest first (by when they were opened or first paid), older than
   * {@code cursor} (the id of one of them, exclusive), of one meter or of all, {@code limit} of
   * them at most.
   */
  List<Receipt> receipts(
      long incarnation, @Nullable Meter meter, @Nullable String cursor, int limit);

  /** When accounts began charges on a meter since then, oldest first. */
  List<Admitted> admittedSince(Meter meter, Instant since);

  /**
   * Adds everything up: receipts against what is spent, credits against what is credited, spent
   * against credited. Reads one consistent state, also beside a live server.
   */
  Audit audit();

  /** Asks the store something small, to see that it answers. */
  void probe();

  /** Forgets operators' keys that are older. */
  void forgetKeysBefore(Instant time);

  /** What is to be told of balances that fell. */
  Outbox outbox();

  @Override
  void close();
}
