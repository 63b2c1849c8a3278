package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outbox;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Status;
import dev.lastword.simulation.Breach.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from a process to its store: it takes time, it breaks, and it delivers settlements again,
 * late and out of order.
 */
final class UnreliableAccounts implements Accounts {

  private static final String ON_PURPOSE = "the way to the store broke";

  private final MemoryAccounts store;
  private final Life life;
  private final Run run;

  UnreliableAccounts(MemoryAccounts store, Life life, Run run) {
    this.store = store;
    this.life = life;
    this.run = run;
  }

  static boolean onPurpose(Throwable reason) {
    return ON_PURPOSE.equals(reason.getMessage());
  }

  private void maybeFail() {
    if (!life.frozen() && run.odds.fails()) {
      throw broken();
    }
  }

  private AccountsFailure broken() {
    run.note(life, ON_PURPOSE);
    return new AccountsFailure(ON_PURPOSE, new IOException());
  }

  private <T> T read(Supplier<T> read) {
    life.pause();
    maybeFail();
    T result = read.get();
    life.pause();
    return result;
  }

  /** An operator's change; a process that is dead to the world makes none. */
  private <T> T change(Supplier<T> change) {
    life.pause();
    if (life.frozen()) {
      throw broken();
    }
    maybeFail();
    T result = change.get();
    if (life.task() instanceof Task.Operate operate) {
      operate.after = run.disk.books;
    }
    life.pause();
    return result;
  }

  @Override
  public Epoch begin(String holder, Instant now) {
    return store.begin(holder, now);
  }

  @Override
  public long maximumBalance() {
    return store.maximumBalance();
  }

  @Override
  public Optional<Account> find(String id) {
    Optional<Account> found = read(() -> store.find(id));
    life.memory.learned(id, found);
    return found;
  }

  @Override
  public Optional<Receipt> receiptByKey(long incarnation, String key, Instant since) {
    return read(() -> store.receiptByKey(incarnation, key, since));
  }

  @Override
  public Settled settle(Settlement settlement) {
    life.alive();
    run.sent.add(settlement);
    maybeFail();
    if (run.odds.redelivers()) {
      redeliver();
    }
    Settled settled = store.settle(settlement);
    if (run.odds.redelivers()) {
      redeliver();
    }
    maybeFail();
    return settled;
  }

  /** One of all the settlements that were ever sent arrives once more. */
  void redeliver() {
    if (run.sent.isEmpty()) {
      return;
    }
    Settlement again = run.sent.get(run.odds.below(run.sent.size()));
    long epoch = run.disk.books.epochs.getOrDefault(again.holder(), 0L);
    Settled settled = store.settle(again);
    if (again.epoch() < epoch && settled == Settled.DURABLE) {
      run.judge.accuse(Kind.DOUBLED, "a settlement of epoch " + again.epoch() + " in " + epoch);
    }
  }

  @Override
  public Creation create(NewAccount account, @Nullable CallerKey key, Instant now) {
    return change(() -> store.create(account, key, now));
  }

  @Override
  public boolean setPermissions(String id, Set<Permission> permissions) {
    return change(() -> store.setPermissions(id, permissions));
  }

  @Override
  public boolean setStatus(String id, Status status) {
    return change(() -> store.setStatus(id, status));
  }

  @Override
  public boolean delete(String id, Instant now) {
    return change(() -> store.delete(id, now));
  }

  @Override
  public Crediting credit(
      String id, Meter meter, long amount, @Nullable CallerKey key, Instant now) {
    return change(() -> store.credit(id, meter, amount, key, now));
  }

  @Override
  public void forgetKeysBefore(Instant time) {
    store.forgetKeysBefore(time);
  }

  @Override
  public List<Account> list(@Nullable String cursor, int limit) {
    return store.list(cursor, limit);
  }

  @Override
  public Optional<Receipt> receipt(long incarnation, String id) {
    return store.receipt(incarnation, id);
  }

  @Override
  public List<Receipt> receipts(
      long incarnation, @Nullable Meter meter, @Nullable String cursor, int limit) {
    return store.receipts(incarnation, meter, cursor, limit);
  }

  @Override
  public List<Admitted> admittedSince(Meter meter, Instant since) {
    return store.admittedSince(meter, since);
  }

  @Override
  public Audit audit() {
    return store.audit();
  }

  @Override
  public Outbox outbox() {
    return store.outbox();
  }

  @Override
  public void probe() {
    store.probe();
  }

  @Override
  public void close() {
    store.close();
  }
}
