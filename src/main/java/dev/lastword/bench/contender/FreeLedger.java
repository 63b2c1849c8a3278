package dev.lastword.bench.contender;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows who has an account, and gives everything away: no balance changes, nothing is made durable,
 * no receipt is kept. Thread-safe.
 */
final class FreeLedger implements Ledger {

  private final Ledger accounts;

  /** Looks accounts up in another ledger, which charges nothing either. */
  FreeLedger(Ledger accounts) {
    this.accounts = accounts;
  }

  @Override
  public Optional<Account> account(String id) {
    return accounts.account(id);
  }

  @Override
  public void refresh(String id) {
    accounts.refresh(id);
  }

  @Override
  public Opening open(Order order) {
    return new Opening.Opened(FreeTab.TAB);
  }

  @Override
  public Optional<Long> lowerTo(String id, Meter meter, long target) {
    return accounts.lowerTo(id, meter, target);
  }

  @Override
  public boolean healthy() {
    return accounts.healthy();
  }

  @Override
  public int queued() {
    return 0;
  }

  @Override
  public long commitMillis() {
    return 0;
  }

  @Override
  public void close() {}

  private static final class FreeTab implements Tab {

    static final Tab TAB = new FreeTab();

    @Override
    public String id() {
      return "free";
    }

    @Override
    public Draw draw(long minimum, long maximum) {
      return new Draw.Paid(maximum, 0);
    }

    @Override
    public Draw charge(long minimum, long maximum, Outcome outcome, @Nullable String result) {
      return new Draw.Paid(maximum, 0);
    }

    @Override
    public Optional<Outcome> ended() {
      return Optional.empty();
    }

    @Override
    public void confirm() {}

    @Override
    public Optional<Receipt> close(long delivered, Outcome outcome, @Nullable String result) {
      return Optional.empty();
    }

    @Override
    public long balance() {
      return 0;
    }
  }
}
