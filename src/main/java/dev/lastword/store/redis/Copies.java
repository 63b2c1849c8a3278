package dev.lastword.store.redis;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.SharedAccounts.Loan;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.store.redis.Functions.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The copies of accounts in Redis: calls functions on them, brings in a copy that is missing, and
 * goes on in the next epoch where one has ended. Thread-safe.
 */
final class Copies {

  /** What the rate limit counts: requests in a window. */
  record Window(int requests, Duration length) {}

  /** What a function said of an account, and in which epoch. */
  record Said(long epoch, String word, List<String> values) {}

  /** A function's arguments after the epoch; some change while it is asked again. */
  interface Question {

    List<String> arguments();

    /** What the system of record knows, for the copy with that number. */
    default void check(String number) {
      throw new IllegalStateException("nothing to check");
    }
  }

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

  private final Functions functions;
  private final SharedAccounts accounts;
  private final Terms terms;
  private final Window window;
  private final BiConsumer<Tenure, String> flush;

  /**
   * @param flush has an account's receipts settled, without waiting for it
   */
  Copies(
      Functions functions,
      SharedAccounts accounts,
      Terms terms,
      Window window,
      BiConsumer<Tenure, String> flush) {
    this.functions = functions;
    this.accounts = accounts;
    this.terms = terms;
    this.window = window;
    this.flush = flush;
  }

  /**
   * Has a function answer in the epoch that lives, whatever that takes; empty if there is no such
   * account.
   *
   * @throws LedgerFailure if a call failed, so that nobody knows whether it ran, or time is up
   */
  Optional<Said> ask(Tenure tenure, String id, String function, Question question, long deadline) {
    while (true) {
      terms.demandTime(deadline, "Redis does not keep the account");
      long epoch = tenure.epoch(deadline);
      switch (Reply.of(functions.call(call(tenure, id, function, epoch, question.arguments())))) {
        case Reply.Done(String word, List<String> values) -> {
          return Optional.of(new Said(epoch, word, values));
        }
        case Reply.Stale _ -> tenure.lost(epoch);
        case Reply.Check(String number) -> question.check(number);
        case Reply.Missing(String since) -> {
          if (!bring(tenure, id, epoch, since, deadline)) {
            return Optional.empty();
          }
        }
      }
    }
  }

  /**
   * The same for an answer that nothing makes durable: it counts only if its epoch was the newest
   * when it was given.
   */
  Optional<Said> consult(
      Tenure tenure, String id, String function, Question question, long deadline) {
    while (true) {
      Optional<Said> said = ask(tenure, id, function, question, deadline);
      if (said.isEmpty() || said.get().epoch() == tenure.epoch(deadline)) {
        return said;
      }
    }
  }

  private static Call call(
      Tenure tenure, String id, String function, long epoch, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments.size() + 1);
    all.add(Long.toString(epoch));
    all.addAll(arguments);
    return new Call(function, tenure.partition().accountKeys(id), all);
  }

  /** False if there is no such account. */
  private boolean bring(Tenure tenure, String id, long epoch, String since, long deadline) {
    switch (accounts.lend(tenure.partition().holder(), epoch, id)) {
      case Loan.NoAccount _ -> {
        return false;
      }
      case Loan.Over _ -> tenure.over(epoch);
      case Loan.Unsealed _ -> tenure.sealOlder(epoch, deadline);
      case Loan.Lent(Account account) -> {
        List<String> arguments = new ArrayList<>();
        arguments.add(since);
        arguments.addAll(copy(account));
        arguments.addAll(admitted(account));
        List<String> said = functions.call(call(tenure, id, "put", epoch, arguments));
        if (said.getFirst().equals("draining")) {
          // A deleted account under the same id leaves once its receipts are safe.
          flush.accept(tenure, id);
          terms.pause(BETWEEN_TRIES);
        }
      }
    }
    return true;
  }

  private static List<String> copy(Account account) {
    return List.of(
        Long.toString(account.incarnation()),
        Long.toString(account.revision()),
        Coding.ended(account),
        Coding.profile(account),
        Long.toString(account.tokens().credited()),
        Long.toString(account.tokens().spent()),
        Long.toString(account.tokens().version()),
        Long.toString(account.words().credited()),
        Long.toString(account.words().spent()),
        Long.toString(account.words().version()));
  }

  /** When requests were admitted within the window, as their receipts say, oldest first. */
  private List<String> admitted(Account account) {
    Instant since = terms.world().clock().instant().minus(window.length());
    List<String> times = new ArrayList<>();
    for (Receipt receipt :
        accounts.receipts(account.incarnation(), Meter.WORDS, null, window.requests())) {
      if (receipt.outcome() != Outcome.ADJUSTED && !receipt.createdAt().isBefore(since)) {
        // The store keeps milliseconds: the one that was cut off counts as not yet passed.
        times.addFirst(Long.toString(receipt.createdAt().toEpochMilli() + 1));
      }
    }
    return times;
  }

  /**
   * Takes over what the system of record knows of an account, if there is a copy of it.
   *
   * @throws LedgerFailure if that cannot be done
   */
  void refresh(Tenure tenure, String id, long deadline) {
    while (true) {
      terms.demandTime(deadline, "Redis does not take the change");
      long epoch = tenure.epoch(deadline);
      List<String> changed =
          switch (accounts.lend(tenure.partition().holder(), epoch, id)) {
            case Loan.NoAccount _ -> List.of();
            case Loan.Lent(Account account) ->
                List.of(
                    Long.toString(account.incarnation()),
                    Long.toString(account.revision()),
                    Coding.ended(account),
                    Coding.profile(account),
                    Long.toString(account.tokens().credited()),
                    Long.toString(account.words().credited()));
            case Loan.Unsealed _ -> {
              // Somebody may still answer from a copy of an earlier epoch.
              tenure.sealOlder(epoch, deadline);
              yield null;
            }
            case Loan.Over _ -> {
              tenure.over(epoch);
              yield null;
            }
          };
      if (changed == null) {
        continue;
      }
      if (Reply.of(functions.call(call(tenure, id, "refresh", epoch, changed)))
          instanceof Reply.Stale) {
        tenure.lost(epoch);
      } else if (tenure.epoch(deadline) == epoch) {
        // Nobody has a copy of a later epoch, which might have been lent before the change.
        return;
      }
    }
  }
}
