package dev.lastword.store.redis;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.store.redis.Copies.Said;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tab on an account that has its copy in Redis. It names the total it wants paid and not the
 * step, so that it can go on in the next epoch with what the system of record says was paid.
 */
final class RedisTab implements Tab {

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

  private final RedisLedger ledger;
  private final Order order;
  private final Tenure tenure;
  private Receipt receipt;
  private boolean begun;
  private final boolean reserved;
  private boolean closed;

  /** A payment whose fate nobody knows may still be taken until then. */
  private long unsureUntilNanos;

  private boolean unsure;
  private volatile @Nullable Outcome ended;
  private volatile long left;

  /**
   * Opens a tab.
   *
   * @param receipt open, with nothing paid
   * @param reserved whether its key was reserved in Redis
   */
  RedisTab(RedisLedger ledger, Order order, Tenure tenure, Receipt receipt, boolean reserved) {
    this.ledger = ledger;
    this.order = order;
    this.tenure = tenure;
    this.receipt = receipt;
    this.reserved = reserved;
  }

  String accountId() {
    return order.accountId();
  }

  long incarnation() {
    return order.incarnation();
  }

  @Override
  public String id() {
    return receipt.id();
  }

  @Override
  public Draw draw(long minimum, long maximum) {
    return pay(minimum, maximum, null, order.result());
  }

  @Override
  public Draw charge(long minimum, long maximum, Outcome outcome, @Nullable String result) {
    Draw draw = pay(minimum, maximum, outcome, result);
    if (draw instanceof Draw.Paid) {
      letGo();
    }
    return draw;
  }

  /** Asks to pay, and remembers what the system of record was asked for. */
  private final class Payment implements Copies.Question {
    private final long minimum;
    private final long maximum;
    private final @Nullable Outcome atOnce;
    private final @Nullable String result;
    private String checked = "";
    private List<String> known = List.of();

    /**
     * Asks for that much.
     *
     * @param atOnce how it closes in the same step; null if it stays open
     */
    Payment(long minimum, long maximum, @Nullable Outcome atOnce, @Nullable String result) {
      this.minimum = minimum;
      this.maximum = maximum;
      this.atOnce = atOnce;
      this.result = result;
    }

    @Override
    public List<String> arguments() {
      RequestKey key = order.key();
      List<String> arguments = new ArrayList<>();
      arguments.add(Long.toString(ledger.callDeadlineMillis()));
      arguments.add(receipt.id());
      arguments.add(Long.toString(order.incarnation()));
      arguments.add(Coding.meter(order.meter()));
      arguments.add(Long.toString(receipt.amount()));
      arguments.add(Long.toString(minimum));
      arguments.add(Long.toString(maximum));
      arguments.add(atOnce == null ? "-" : atOnce.word());
      arguments.add(Long.toString(receipt.createdAt().toEpochMilli()));
      arguments.add(Coding.head(receipt));
      arguments.add(result == null ? "" : result);
      arguments.add(key == null ? "" : key.key());
      arguments.add(key == null ? "" : key.fingerprint());
      arguments.add(checked);
      arguments.addAll(known);
      return arguments;
    }

    @Override
    public void check(String number) {
      checked = number;
      known =
          receipt.amount() > 0
              ? Coding.known(ledger.recorded(receipt), false)
              : ledger.recordedUnder(order);
    }
  }

  private Draw pay(long minimum, long maximum, @Nullable Outcome atOnce, @Nullable String result) {
    if (closed) {
      throw new IllegalStateException("the tab is closed");
    }
    if (minimum < 1 || maximum < minimum) {
      throw new IllegalArgumentException("draw of " + minimum + " to " + maximum);
    }
    if (!begun) {
      // Never before the rate limit admitted it: a window that is rebuilt from receipts must not
      // let go of this one too early.
      receipt = receipt.begunAt(ledger.now());
      begun = true;
    }
    long deadline = ledger.deadlineNanos();
    Payment payment = new Payment(minimum, maximum, atOnce, result);
    while (true) {
      try {
        unsure();
        Optional<Said> said = ledger.copies().ask(tenure, accountId(), "pay", payment, deadline);
        if (said.isEmpty()) {
          sure();
          return ended(Outcome.DELETED);
        }
        Draw draw = decided(said.get(), payment, deadline);
        if (draw != null) {
          return draw;
        }
      } catch (LedgerFailure | AccountsFailure e) {
        if (receipt.amount() == 0 || closed) {
          throw e;
        }
        // What is paid is named as a total, so it may be asked for again.
        ledger.terms().demandTime(deadline, String.valueOf(e.getMessage()));
        ledger.terms().pause(BETWEEN_TRIES);
      }
    }
  }

  /** Null: ask again. */
  private @Nullable Draw decided(Said said, Payment payment, long deadline) {
    return switch (said.word()) {
      case "done" -> {
        long units = Long.parseLong(said.values().get(0));
        ledger.deducted(tenure, receipt.id(), units);
        ledger.demandSafe(tenure, order, said.epoch(), Long.parseLong(said.values().get(2)));
        sure();
        left = Long.parseLong(said.values().get(1));
        receipt =
            payment.atOnce == null
                ? receipt.paid(receipt.amount() + units)
                : receipt.closed(
                    units,
                    units < payment.maximum ? Outcome.EXHAUSTED : payment.atOnce,
                    receipt.createdAt(),
                    payment.result);
        yield new Draw.Paid(units, left);
      }
      case "short" -> {
        sure();
        if (ledger.refreshBeforeRefusal(tenure, accountId(), deadline)
            || tenure.epoch(deadline) != said.epoch()) {
          yield null;
        }
        yield new Draw.Insufficient(
            order.meter(), Long.parseLong(said.values().getFirst()), payment.minimum);
      }
      case "ended" -> {
        sure();
        yield tenure.epoch(deadline) == said.epoch()
            ? ended(Outcome.of(said.values().getFirst()))
            : null;
      }
      case "late" -> {
        sure();
        yield null;
      }
      case "busy" -> {
        sure();
        ledger.demandSafe(tenure, order, said.epoch(), 0);
        yield null;
      }
      default -> {
        sure();
        closed = said.word().equals("closed");
        throw new LedgerFailure("the charge is no longer this request's: " + said.word());
      }
    };
  }

  private void unsure() {
    if (receipt.amount() == 0) {
      unsure = true;
      unsureUntilNanos = ledger.callDeadlineNanos();
    }
  }

  private void sure() {
    unsure = false;
  }

  private Draw ended(Outcome outcome) {
    ended = outcome;
    return new Draw.Ended(outcome);
  }

  /** An operator has changed the account. */
  void ended(@Nullable String why) {
    ended = why == null || why.isEmpty() ? null : Outcome.of(why);
  }

  @Override
  public Optional<Outcome> ended() {
    return Optional.ofNullable(ended);
  }

  @Override
  public void confirm() {
    long deadline = ledger.deadlineNanos();
    Payment nothing = new Payment(0, 0, null, null);
    Optional<Said> said;
    do {
      said = ledger.copies().consult(tenure, accountId(), "pay", nothing, deadline);
    } while (said.isPresent() && said.get().word().equals("late"));
    if (said.isEmpty() || said.get().word().equals("ended")) {
      ended = Outcome.DELETED;
    } else if (!said.get().word().equals("done")) {
      closed = true;
      throw new LedgerFailure("another node has closed the receipt");
    }
  }

  @Override
  public Optional<Receipt> close(long delivered, Outcome outcome, @Nullable String result) {
    if (closed) {
      return receipt.version() == 0 ? Optional.empty() : Optional.of(receipt);
    }
    if (delivered < 0 || delivered > receipt.amount()) {
      throw new IllegalArgumentException(
          "delivered " + delivered + " of " + receipt.amount() + " drawn");
    }
    String kept = result == null ? order.result() : result;
    letGo();
    if (receipt.amount() == 0) {
      if (unsure) {
        // It may still be charged; whoever waits for an answer need not wait for that.
        ledger.later(() -> takeBack(outcome));
      } else {
        ledger.release(tenure, order, receipt.id(), reserved);
      }
      return Optional.empty();
    }
    Receipt last = receipt;
    try {
      receipt =
          ledger
              .close(tenure, order, last, delivered, outcome, kept, false)
              .orElseThrow(() -> new LedgerFailure("another node has closed the receipt"));
    } catch (LedgerFailure | AccountsFailure e) {
      // Words that were delivered stay paid; a fixed price was not answered and is given back.
      if (order.meter().metered()) {
        ledger.later(() -> ledger.close(tenure, order, last, delivered, outcome, kept, false));
      } else {
        ledger.later(() -> takeBack(Outcome.FAILED));
      }
      throw e;
    }
    return Optional.of(receipt);
  }

  /** Gives back what may have been charged without an answer, once no call is on its way. */
  private void takeBack(Outcome outcome) {
    while (ledger.terms().now() - unsureUntilNanos <= 0) {
      ledger.terms().pause(BETWEEN_TRIES);
    }
    ledger.close(tenure, order, receipt, 0, outcome, null, true);
  }

  private void letGo() {
    closed = true;
    ledger.closed(this);
  }

  @Override
  public long balance() {
    return left;
  }
}
