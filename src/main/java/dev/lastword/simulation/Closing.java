package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Status;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.simulation.Breach.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The end of a run: memory and store agree, and every unit that is left can be spent. */
final class Closing {

  private final Run run;
  private final Life life;
  private final Life.Served served;

  Closing(Run run, Life life) {
    this.run = run;
    this.life = life;
    this.served = Objects.requireNonNull(life.served());
  }

  void close() {
    for (Books.Entry entry : run.disk.books.accounts.values()) {
      if (entry.deletedAt() == null) {
        spend(entry.account().id());
      }
    }
    run.time.pass(Duration.ofMinutes(6));
    served.ledger().forgetIdle();
    demand(served.ledger().loadedAccounts() == 0, "accounts stay in memory", "");
    served.ledger().close();
    for (Receipt receipt : run.disk.books.receipts.values()) {
      demand(receipt.outcome() != null, "still open", receipt);
    }
  }

  private void spend(String id) {
    served.administration().setStatus(id, Status.ACTIVE);
    Ledger ledger = served.ledger();
    Account account = ledger.account(id).orElseThrow();
    demand(life.accounts.find(id).equals(Optional.of(account)), "memory and store differ", account);
    for (Meter meter : Meter.values()) {
      long left = account.balance(meter).left();
      if (left > 0) {
        Draw draw = charge(ledger, account, meter, left);
        demand(draw.equals(new Draw.Paid(left, 0)), "cannot be spent", draw);
      }
      Draw more = charge(ledger, account, meter, 1);
      demand(more.equals(new Draw.Insufficient(meter, 0, 1)), "more can be spent", more);
    }
  }

  private Draw charge(Ledger ledger, Account account, Meter meter, long units) {
    life.task(new Task.Nothing());
    Order order = new Order(account.id(), account.incarnation(), meter, "last", null, null);
    Tab tab = ((Opening.Opened) ledger.open(order)).tab();
    Charge charge =
        new Charge(tab.id(), life.number, account.incarnation(), meter, null, "", units);
    run.judge.opened(charge, run.disk.books);
    life.task(new Task.Pay(charge, units, units));
    Draw draw = tab.draw(units, units);
    if (draw instanceof Draw.Paid) {
      charge.delivered = units;
      run.judge.paid(charge, units);
      life.task(new Task.Close(charge, units));
      run.judge.closed(charge, tab.close(units, Outcome.COMPLETED, null).orElseThrow());
    } else {
      tab.close(0, Outcome.FAILED, null);
    }
    return draw;
  }

  private void demand(boolean kept, String what, Object about) {
    if (!kept) {
      run.judge.accuse(Kind.LEAKED, what + ": " + about);
    }
  }
}
