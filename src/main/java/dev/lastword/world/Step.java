package dev.lastword.world;

import java.util.Locale;
import java.util.Optional;

/**
 * Every step of everything that changes money or who may spend it: between two of them at most one
 * thing happens that a crash could separate from the next. The fault report kills the server at
 * each but the last act's; the simulation lets other threads go first at each.
 */
public enum Step {
  /** The key is reserved in memory; whether it was used before is not known yet. */
  OPEN_RESERVED,
  /** The key was looked up in the system of record. */
  OPEN_LOOKED_UP,

  /** The balance was read; nothing has changed. */
  CHARGE_WEIGHED,
  /** Spent in memory, and in the batch. */
  CHARGE_DECIDED,
  /** Durable; nobody has been answered. */
  CHARGE_DURABLE,

  /** As {@link #CHARGE_WEIGHED}. */
  DRAW_WEIGHED,
  /** As {@link #CHARGE_DECIDED}. */
  DRAW_DECIDED,
  /** Paid ahead; nothing of it is delivered. */
  DRAW_DURABLE,

  /** As {@link #CHARGE_WEIGHED}. */
  CLOSE_WEIGHED,
  /** Given back in memory, and in the batch. */
  CLOSE_DECIDED,
  /** The receipt is final. */
  CLOSE_DURABLE,

  /** As {@link #CHARGE_WEIGHED}, for an operator who lowers a balance. */
  LOWER_WEIGHED,
  /** As {@link #CHARGE_DECIDED}. */
  LOWER_DECIDED,
  /** As {@link #CHARGE_DURABLE}. */
  LOWER_DURABLE,

  /** The committer has a batch; the next one gathers. */
  COMMIT_TAKEN,
  /** A receipt of the batch is written, or all in one call; not committed. */
  COMMIT_RECEIPT,
  /** A snapshot of the batch is written, or all in one call; not committed. */
  COMMIT_SNAPSHOT,
  /** That a balance falls to a level is written; not committed. */
  COMMIT_NOTICE,
  /** The batch is committed; nobody knows. */
  COMMIT_DONE,
  /** Whoever waits for the batch has been told. */
  COMMIT_TOLD,

  /** A paid meme was made; its charge is open. */
  MEME_MADE,
  /** The next word is paid, and not written. */
  WORD_DUE,
  /** A word was written, and is not counted. */
  WORD_WRITTEN,

  /** The account's row is written, not committed. */
  CREATE_ACCOUNT,
  /** One of its balances is. */
  CREATE_BALANCE,
  /** The credit that opens the balance is. */
  CREATE_CREDIT,
  /** The operator's key is. */
  CREATE_KEY,
  /** The account exists; nobody has been answered. */
  CREATE_DONE,

  /** Permissions, status or deletion are written, not committed. */
  CHANGE_MADE,
  /** They are committed; the ledger does not know. */
  CHANGE_DONE,
  /** The ledger knows of a change or a credit; nobody has been answered. */
  CHANGE_KNOWN,

  /** The balance is raised, not committed. */
  CREDIT_RAISED,
  /** The account's revision is. */
  CREDIT_REVISED,
  /** The credit's own row is written. */
  CREDIT_RECORDED,
  /** The operator's key is. */
  CREDIT_KEY,
  /** The credit is committed; the ledger does not know. */
  CREDIT_DONE,

  /** Somebody was told that a balance is low; that it was told is not written. */
  NOTICE_SENT,
  /** It is written, or that it is to be told later; not committed. */
  NOTICE_NOTED,
  /** It is committed. */
  NOTICE_DONE,

  /** A new epoch is written, not committed. */
  RECOVERY_EPOCH,
  /** Fixed prices without an answer are given back to the balances. */
  RECOVERY_GIVEN_BACK,
  /** What was left open is closed. */
  RECOVERY_CLOSED,
  /** Recovery is committed. */
  RECOVERY_DONE,
  /** The limits of the last minute are known again. */
  RECOVERY_ADMITTED,
  /** The server is about to listen. */
  RECOVERY_READY,

  /** Old operators' keys are taken out, not committed. */
  FORGET_KEYS,
  /** They are gone. */
  FORGET_DONE;

  /** As people write it: {@code charge.decided}, {@code recovery.given-back}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
  }

  /** What the step belongs to: {@code charge}. */
  public String act() {
    return word().substring(0, word().indexOf('.'));
  }

  /** The step with that word. */
  public static Optional<Step> parse(String word) {
    for (Step step : values()) {
      if (step.word().equals(word)) {
        return Optional.of(step);
      }
    }
    return Optional.empty();
  }
}
