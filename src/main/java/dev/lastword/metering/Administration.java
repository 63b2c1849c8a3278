package dev.lastword.metering;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Status;
import dev.lastword.ledger.Ledger;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operators do to accounts. Each change goes to the system of record first and to the ledger
 * right after: when a method returns, the next request and the next word see it. Thread-safe.
 */
public final class Administration {

  private final Accounts accounts;
  private final Ledger ledger;
  private final World world;

  public Administration(Accounts accounts, Ledger ledger, World world) {
    this.accounts = accounts;
    this.ledger = ledger;
    this.world = world;
  }

  /** The most units that an account may ever be credited. */
  public long maximumBalance() {
    return accounts.maximumBalance();
  }

  public Creation create(NewAccount account, @Nullable CallerKey key) {
    return accounts.create(account, key, world.clock().instant());
  }

  /** The account as it stands at this moment. */
  public Optional<Account> find(String id) {
    return ledger.account(id);
  }

  /** Accounts after the cursor by id, as of what is durable; only that was ever acknowledged. */
  public List<Account> list(@Nullable String cursor, int limit) {
    return accounts.list(cursor, limit);
  }

  public Optional<Account> setPermissions(String id, Set<Permission> permissions) {
    return changed(id, accounts.setPermissions(id, permissions));
  }

  public Optional<Account> setStatus(String id, Status status) {
    return changed(id, accounts.setStatus(id, status));
  }

  private void refresh(String id) {
    ledger.refresh(id);
    world.steps().at(Step.CHANGE_KNOWN);
  }

  private Optional<Account> changed(String id, boolean done) {
    if (!done) {
      return Optional.empty();
    }
    refresh(id);
    return ledger.account(id);
  }

  /** Ends the account; false if there is none. */
  public boolean delete(String id) {
    boolean deleted = accounts.delete(id, world.clock().instant());
    refresh(id);
    return deleted;
  }

  public Crediting credit(String id, Meter meter, long amount, @Nullable CallerKey key) {
    Crediting crediting = accounts.credit(id, meter, amount, key, world.clock().instant());
    refresh(id);
    return crediting;
  }

  /**
   * Sets what is left on a meter as of this moment: more is a credit, less a charge.
   *
   * @return the account, or why not
   */
  public Setting set(String id, Meter meter, long balance) {
    Optional<Long> missing = ledger.lowerTo(id, meter, balance);
    if (missing.isEmpty()) {
      return new Setting.NoAccount();
    }
    if (missing.get() > 0
        && !(credit(id, meter, missing.get(), null) instanceof Crediting.Credited)) {
      return new Setting.TooMuch();
    }
    return ledger.account(id).<Setting>map(Setting.Set::new).orElseGet(Setting.NoAccount::new);
  }

  /** What became of the wish for a balance. */
  public sealed interface Setting {
    record Set(Account account) implements Setting {}

    record NoAccount() implements Setting {}

    /** All that was ever credited would pass {@link #maximumBalance}. */
    record TooMuch() implements Setting {}
  }
}
