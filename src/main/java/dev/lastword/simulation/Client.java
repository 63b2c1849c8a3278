package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.limit.Admission;
import dev.lastword.simulation.Breach.Kind;
import dev.lastword.world.Step;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests of users, one after the other, served as the use cases serve them. */
final class Client {

  static final long TEXT_MEME = 1;
  static final long AI_MEME = 2;

  private final Run run;
  private final Judge judge;
  private final Odds odds;
  private final Life life;
  private final Life.Served served;
  private final Ledger ledger;
  private final Operator operator;

  Client(Run run, Life life, Life.Served served) {
    this.run = run;
    this.judge = run.judge;
    this.odds = run.odds;
    this.life = life;
    this.served = served;
    this.ledger = served.ledger();
    this.operator = new Operator(run, life, served);
  }

  /** Serves until there are no requests, or the process ends. */
  void serve() {
    while (!life.ending() && run.takeRequest()) {
      try {
        if (odds.operates()) {
          operator.act();
        } else {
          buy();
        }
      } catch (LedgerFailure | AccountsFailure e) {
        life.unavailable(e);
      }
      life.pause();
    }
  }

  private void buy() {
    String id = run.anyId();
    Optional<Account> found = account(id);
    if (found.isEmpty() || found.get().status() == Status.SUSPENDED) {
      return;
    }
    boolean stream = odds.oneIn(2);
    long wanted = odds.oneIn(2) ? 1 : 7;
    String fingerprint = stream ? "words " + wanted : "meme";
    RequestKey key =
        odds.oneIn(3) ? null : new RequestKey("key " + odds.below(odds.keys), fingerprint);
    if (stream) {
      new Sale(found.get(), Meter.WORDS, "words", key).stream(wanted);
    } else if (found.get().permissions().contains(Permission.GENERATE_LLM_MEME)) {
      new Sale(found.get(), Meter.TOKENS, "ai_meme", key).artificial();
    } else {
      new Sale(found.get(), Meter.TOKENS, "text_meme", key).fromStock();
    }
  }

  /** The account as the ledger knows it, which is as it must be. */
  private Optional<Account> account(String id) {
    Optional<Account> found = ledger.account(id);
    life.alive();
    if (!life.ending() && !found.equals(life.memory.account(id))) {
      judge.accuse(Kind.UNTRUE, "account " + found + ", and not " + life.memory.account(id));
    }
    return found;
  }

  /** One request for something that is sold. */
  private final class Sale {
    private final Account account;
    private final Meter meter;
    private final String result;
    private final Task.Open open;
    private final @Nullable RequestKey key;

    private Sale(Account account, Meter meter, String product, @Nullable RequestKey key) {
      this.account = account;
      this.meter = meter;
      this.key = key;
      this.result = product + " " + run.nextNumber();
      this.open =
          new Task.Open(
              new Order(
                  account.id(),
                  account.incarnation(),
                  meter,
                  product,
                  key,
                  meter.metered() ? result : null));
    }

    private void fromStock() {
      with(
          TEXT_MEME,
          (tab, charge) -> {
            linger();
            Draw draw = pay(charge, TEXT_MEME, TEXT_MEME, () -> tab.charge(TEXT_MEME, result));
            if (draw instanceof Draw.Paid) {
              judge.sold(charge);
            }
          });
    }

    private void artificial() {
      with(
          AI_MEME,
          (tab, charge) -> {
            Draw draw = pay(charge, AI_MEME, AI_MEME, () -> tab.draw(AI_MEME, AI_MEME));
            if (!(draw instanceof Draw.Paid)) {
              return;
            }
            linger();
            if (odds.oneIn(4)) {
              close(tab, charge, 0L, Outcome.FAILED);
              return;
            }
            life.at(Step.MEME_MADE);
            close(tab, charge, AI_MEME, Outcome.COMPLETED);
          });
    }

    private void stream(long wanted) {
      long chunk = 1L + odds.below(4);
      with(
          chunk,
          (tab, charge) -> {
            long now = run.time.nanos();
            Admission admission = served.limiter().admit(account.id());
            if (admission instanceof Admission.Admitted != life.windows.admits(account.id(), now)) {
              judge.accuse(Kind.TOO_MANY, account.id() + " was " + admission);
            }
            if (admission instanceof Admission.Refused) {
              return;
            }
            long first = Math.min(chunk, wanted);
            if (pay(charge, 1, first, () -> tab.draw(1, first)) instanceof Draw.Paid) {
              judge.begun(account.id(), now, odds.limit, Life.WINDOW.toNanos());
              close(tab, charge, deliver(tab, charge, wanted));
            }
          });
    }

    private void close(Tab tab, Charge charge, Outcome outcome) {
      close(tab, charge, charge.delivered, outcome);
    }

    private Outcome deliver(Tab tab, Charge charge, long wanted) {
      long ahead = 0;
      while (true) {
        linger();
        if (odds.oneIn(15)) {
          return Outcome.DISCONNECTED;
        }
        tab.awaitPaid();
        life.alive();
        judge.paid(charge, ahead);
        ahead = 0;
        Optional<Outcome> ended = tab.ended();
        if (!ended.equals(life.memory.ended(account.incarnation()))) {
          judge.accuse(Kind.UNTRUE, "ended " + ended + ": " + charge.id);
        }
        if (ended.isPresent()) {
          return ended.get();
        }
        life.at(Step.WORD_DUE);
        judge.delivered(charge);
        life.at(Step.WORD_WRITTEN);
        if (charge.delivered == wanted) {
          return Outcome.COMPLETED;
        }
        if (charge.delivered == charge.paid) {
          long next = Math.min(charge.chunk, wanted - charge.delivered);
          switch (decide(charge, 1, next, () -> tab.drawAhead(1, next))) {
            case Draw.Paid(long units, long _) -> ahead = units;
            case Draw.Insufficient _ -> {
              return Outcome.EXHAUSTED;
            }
            case Draw.Ended(Outcome outcome) -> {
              return outcome;
            }
          }
        }
      }
    }

    private interface Act {
      void on(Tab tab, Charge charge);
    }

    private void with(long chunk, Act act) {
      Books before = run.disk.books;
      if (key != null) {
        judge.asked(account.incarnation(), key);
      }
      life.task(open);
      try {
        Opening opening = ledger.open(open.order);
        life.alive();
        if (opening instanceof Opening.Opened(Tab tab)) {
          Charge charge =
              new Charge(tab.id(), life.number, account.incarnation(), meter, key, result, chunk);
          judge.opened(charge, before);
          try {
            act.on(tab, charge);
          } finally {
            if (!charge.closing && !charge.over) {
              charge.closing = true;
              life.task(new Task.Close(charge, charge.delivered));
              tab.close(charge.delivered, Outcome.FAILED, null);
              charge.over = true;
            }
          }
        } else {
          refused(opening);
        }
      } finally {
        life.memory.ended(open);
      }
    }

    private void refused(Opening opening) {
      boolean known =
          life.memory.account(account.id()).map(Account::incarnation).orElse(0L)
              == account.incarnation();
      switch (opening) {
        case Opening.NoAccount _ -> demand(!known, "no account");
        case Opening.Suspended _ ->
            demand(known && life.memory.ended(account.incarnation()).isPresent(), "suspended");
        case Opening.StillRunning _ ->
            demand(key != null && life.memory.runs(account.incarnation(), key), "still running");
        case Opening.KeyUsedOtherwise _ -> {
          if (key != null) {
            judge.usedOtherwise(account.incarnation(), key);
          }
        }
        case Opening.Replayed(Receipt receipt) -> {
          run.note(life, "replayed");
          if (key != null && (!life.frozen() || receipt.outcome() != null)) {
            judge.replayed(account.incarnation(), key, receipt);
          }
        }
        case Opening.Opened _ -> throw new IllegalStateException();
      }
    }

    private void demand(boolean kept, String what) {
      if (!kept) {
        judge.accuse(Kind.UNTRUE, what + ": " + open.order);
      }
    }

    private Draw pay(Charge charge, long minimum, long maximum, Supplier<Draw> act) {
      Draw draw = decide(charge, minimum, maximum, act);
      if (draw instanceof Draw.Paid(long units, long _)) {
        judge.paid(charge, units);
      }
      return draw;
    }

    private Draw decide(Charge charge, long minimum, long maximum, Supplier<Draw> act) {
      Task.Pay pay = new Task.Pay(charge, minimum, maximum);
      life.task(pay);
      boolean failedBefore = life.hasFailed();
      Draw draw = act.get();
      life.alive();
      Optional<Outcome> ended = life.memory.ended(account.incarnation());
      boolean agreed =
          switch (draw) {
            case Draw.Ended(Outcome outcome) -> ended.equals(Optional.of(outcome));
            case Draw.Paid _, Draw.Insufficient _ -> life.frozen() || draw.equals(pay.expected);
          };
      if (!agreed) {
        judge.accuse(Kind.UNTRUE, draw + ", and not " + pay.expected + ", " + ended);
      }
      if (failedBefore && !life.frozen() && draw instanceof Draw.Insufficient) {
        judge.accuse(Kind.UNTRUE, "no money, said a ledger that had failed");
      }
      run.note(life, draw.toString());
      return draw;
    }

    private void close(Tab tab, Charge charge, long delivered, Outcome outcome) {
      charge.closing = true;
      life.task(new Task.Close(charge, delivered));
      Optional<Receipt> receipt = tab.close(delivered, outcome, meter.metered() ? null : result);
      life.alive();
      judge.closed(charge, receipt.orElseThrow());
    }

    /** Takes a while; now and then so long that others think it dead. */
    private void linger() {
      for (int i = odds.oneIn(30) ? 40 : odds.below(3); i > 0; i--) {
        life.pause();
      }
    }
  }
}
