package dev.lastword.settlement;

import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.telemetry.Telemetry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;

/**
 * Counts the steps, and writes a line a step and charge at DEBUG: {@code flow published
 * update-tokens charge=01J... group=p17}. While DEBUG is off, no line is put together. What
 * somebody should look at is a warning, what holds money up an error. Thread-safe.
 */
public final class FlowLog implements FlowObserver {

  private static final System.Logger LOG = System.getLogger(FlowLog.class.getName());

  private final Telemetry telemetry;

  public FlowLog(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  private static void step(String what, Settlement settlement) {
    if (LOG.isLoggable(Level.DEBUG)) {
      for (Receipt receipt : settlement.receipts()) {
        LOG.log(
            Level.DEBUG,
            "flow " + what + " charge=" + receipt.id() + " group=" + settlement.holder());
      }
    }
  }

  @Override
  public void deducted(String holder, String charge, long units) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG, "flow deducted charge=" + charge + " group=" + holder + " units=" + units);
    }
  }

  @Override
  public void published(Settlement settlement, int messages) {
    telemetry.queueTook(messages);
    step("published update-tokens", settlement);
  }

  @Override
  public void consumed(Settlement settlement) {
    step("consumed update-tokens", settlement);
  }

  @Override
  public void settled(Settlement settlement, Settled settled, Duration age) {
    telemetry.settled(settlement.receipts().size(), settled == Settled.REFUSED, age);
    switch (settled) {
      case DURABLE -> step("settled", settlement);
      case REFUSED ->
          LOG.log(
              Level.INFO,
              "late: "
                  + settlement.receipts().size()
                  + " receipts of "
                  + settlement.holder()
                  + " belong to epoch "
                  + settlement.epoch()
                  + ", which is sealed; they were never answered, or are settled already");
    }
  }

  @Override
  public void sealed(String holder, long epoch, int receiptsClosed) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG,
          "flow sealed group=" + holder + " epoch=" + epoch + " closed=" + receiptsClosed);
    }
  }

  @Override
  public void queueFailed(Act act, QueueFailure failure) {
    telemetry.queueFailed(act.name().toLowerCase(Locale.ROOT));
    LOG.log(Level.WARNING, "the queue: " + failure.getMessage());
  }

  @Override
  public void postponed(String holder, Duration time, RuntimeException failure) {
    telemetry.settlementPostponed();
    LOG.log(
        Level.WARNING,
        "could not settle " + holder + ", trying again in " + time.toSeconds() + " s: " + failure);
  }

  @Override
  public void quarantined(Quarantined message) {
    LOG.log(
        Level.ERROR,
        "QUARANTINE: message "
            + message.id()
            + " of "
            + message.holder()
            + " cannot be read: "
            + message.reason()
            + ". Everything behind it waits until an operator has decided: lastword settle"
            + " --quarantined");
  }

  @Override
  public void holding(int messages) {
    telemetry.quarantine(messages);
  }

  @Override
  public void waiting(long messages) {
    telemetry.queueSize(messages);
  }
}
