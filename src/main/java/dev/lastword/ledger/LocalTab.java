package dev.lastword.ledger;

import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Snapshot;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tab on an account in memory. Every change is enqueued under the account's lock. */
final class LocalTab implements Tab {

  private final Wallet wallet;
  private final Order order;

  /**
   * What pays.
   *
   * @param ahead nobody waits for it yet
   */
  private record Act(Step weighed, Step decided, Step durable, boolean ahead) {}

  private record Pending(Batch batch, Act act) {}

  private static final Act CHARGE =
      new Act(Step.CHARGE_WEIGHED, Step.CHARGE_DECIDED, Step.CHARGE_DURABLE, false);
  private static final Act DRAW =
      new Act(Step.DRAW_WEIGHED, Step.DRAW_DECIDED, Step.DRAW_DURABLE, false);
  private static final Act DRAW_AHEAD = new Act(DRAW.weighed, DRAW.decided, DRAW.durable, true);

  private final Committer committer;
  private final World world;
  private Receipt receipt;

  /** What is paid and not yet known to be durable. */
  private @Nullable Pending pending;

  /** The receipt is final, durable or not. */
  private boolean closed;

  /** The account and the key are let go of: the receipt is as durable as it will be. */
  private volatile boolean abandoned;

  /**
   * Opens a tab on a wallet that counts it.
   *
   * @param receipt open, with nothing paid
   */
  LocalTab(Wallet wallet, Order order, Receipt receipt, Committer committer, World world) {
    this.wallet = wallet;
    this.order = order;
    this.receipt = receipt;
    this.committer = committer;
    this.world = world;
  }

  Order order() {
    return order;
  }

  @Override
  public String id() {
    return receipt.id();
  }

  @Override
  public Draw draw(long minimum, long maximum) {
    Draw draw = draw(DRAW, minimum, maximum);
    awaitPaid();
    return draw;
  }

  @Override
  public Draw drawAhead(long minimum, long maximum) {
    return draw(DRAW_AHEAD, minimum, maximum);
  }

  private Draw draw(Act act, long minimum, long maximum) {
    return decide(act, minimum, maximum, units -> receipt.paid(receipt.amount() + units));
  }

  @Override
  public Draw charge(long minimum, long maximum, Outcome outcome, @Nullable String result) {
    Draw draw =
        decide(
            CHARGE,
            minimum,
            maximum,
            units ->
                receipt.closed(
                    units,
                    units < maximum ? Outcome.EXHAUSTED : outcome,
                    world.clock().instant(),
                    result));
    awaitPaid();
    if (draw instanceof Draw.Paid) {
      abandon();
    }
    return draw;
  }

  private Draw decide(Act act, long minimum, long maximum, Function<Long, Receipt> next) {
    if (closed) {
      throw new IllegalStateException("the tab is closed");
    }
    awaitPaid();
    wallet.lock.lock();
    try {
      Optional<Outcome> ended = wallet.ended();
      if (ended.isPresent()) {
        return new Draw.Ended(ended.get());
      }
      committer.demandReachable();
      Balance before = wallet.balance(order.meter());
      long units = before.affordable(minimum, maximum);
      world.steps().at(act.weighed());
      if (units == 0) {
        committer.demandHealthy();
        return new Draw.Insufficient(order.meter(), before.left(), minimum);
      }
      if (receipt.version() == 0) {
        // Never before the rate limit admitted it: a window that is rebuilt from receipts must not
        // let go of this one too early.
        receipt = receipt.begunAt(world.clock().instant());
      }
      Balance after = before.spend(units);
      Receipt paidReceipt = next.apply(units);
      Snapshot snapshot = wallet.snapshot(order.meter(), after);
      Batch batch =
          act.ahead()
              ? committer.enqueueAhead(snapshot, paidReceipt)
              : committer.enqueue(snapshot, paidReceipt);
      wallet.change(order.meter(), after);
      receipt = paidReceipt;
      world.steps().at(act.decided());
      pending = new Pending(batch, act);
      return new Draw.Paid(units, after.left());
    } finally {
      wallet.lock.unlock();
    }
  }

  @Override
  public void awaitPaid() {
    Pending paid = pending;
    if (paid == null) {
      return;
    }
    if (!committer.isDurable(paid.batch())) {
      if (receipt.outcome() != null) {
        closed = true;
        abandonAfter(takeBack());
      }
      throw Committer.tooLate();
    }
    pending = null;
    world.steps().at(paid.act().durable());
  }

  /**
   * Nobody will get the answer that a fixed price was paid for. Until it is given back the key
   * stays taken, so that no retry is answered with this charge.
   */
  private Batch takeBack() {
    return giveBack(receipt.amount(), 0, Outcome.FAILED, null);
  }

  @Override
  public Optional<Outcome> ended() {
    return wallet.ended();
  }

  @Override
  public void confirm() {
    committer.confirm();
  }

  @Override
  public Optional<Receipt> close(long delivered, Outcome outcome, @Nullable String result) {
    if (closed) {
      return receipt.version() == 0 ? Optional.empty() : Optional.of(receipt);
    }
    long surplus = receipt.amount() - delivered;
    if (delivered < 0 || surplus < 0) {
      throw new IllegalArgumentException(
          "delivered " + delivered + " of " + receipt.amount() + " drawn");
    }
    if (receipt.version() == 0) {
      abandon();
      return Optional.empty();
    }
    closed = true;
    Batch last = null;
    try {
      last = giveBack(surplus, delivered, outcome, result == null ? order.result() : result);
      if (committer.isDurable(last)) {
        world.steps().at(Step.CLOSE_DURABLE);
        return Optional.of(receipt);
      }
      if (!order.meter().metered() && delivered > 0) {
        last = takeBack();
      }
      throw Committer.tooLate();
    } finally {
      abandonAfter(last);
    }
  }

  private Batch giveBack(long surplus, long delivered, Outcome outcome, @Nullable String result) {
    wallet.lock.lock();
    try {
      Balance balance = wallet.balance(order.meter());
      world.steps().at(Step.CLOSE_WEIGHED);
      Balance after = surplus == 0 ? balance : balance.giveBack(surplus);
      receipt = receipt.closed(delivered, outcome, world.clock().instant(), result);
      Batch batch = committer.enqueue(wallet.snapshot(order.meter(), after), receipt);
      wallet.change(order.meter(), after);
      world.steps().at(Step.CLOSE_DECIDED);
      return batch;
    } finally {
      wallet.lock.unlock();
    }
  }

  /** Lets go once it is known what became of the batch; at once if there is none. */
  private void abandonAfter(@Nullable Batch last) {
    if (last == null) {
      abandon();
    } else {
      last.whenFinished(this::abandon);
    }
  }

  /** Lets go of the account and the key; what is durable stays. */
  void abandon() {
    if (abandoned) {
      return;
    }
    abandoned = true;
    closed = true;
    wallet.lock.lock();
    try {
      wallet.tabClosed();
      wallet.release(order.key());
    } finally {
      wallet.lock.unlock();
    }
  }

  @Override
  public long balance() {
    wallet.lock.lock();
    try {
      return wallet.balance(order.meter()).left();
    } finally {
      wallet.lock.unlock();
    }
  }
}
