package dev.lastword.settlement;

import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import java.time.InstantSource;

/** Straight into the system of record, one transaction a settlement. */
public final class DirectRoute implements SettlementRoute {

  private final SharedAccounts accounts;
  private final InstantSource clock;

  public DirectRoute(SharedAccounts accounts, InstantSource clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Override
  public Settled settle(Settlement settlement) {
    return accounts.settle(settlement);
  }

  @Override
  public void seal(String holder, long epoch) {
    accounts.seal(holder, epoch, clock.instant());
  }

  @Override
  public boolean leaseDecides() {
    return false;
  }
}
