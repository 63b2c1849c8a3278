package dev.lastword.store.redis;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Desk;
import dev.lastword.accounts.MemoryDesk;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outbox;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A system of record in memory, for one thread; each act is atomic. Rules can be left out. */
public final class SimulatedAccounts implements SharedAccounts {

  private static final class Holder {
    long next;
    long current;
    long sealed;
    long leasedAt;
  }

  private static final class Settlings {
    String holder;
    long epoch;
  }

  private final Set<Rule> without;
  private final Map<String, Holder> holders = new HashMap<>();
  final TreeMap<Long, Account> accounts = new TreeMap<>();
  private final Set<Long> deleted = new HashSet<>();
  final TreeMap<String, Receipt> receipts = new TreeMap<>();
  private final Map<String, Settlings> settledIn = new HashMap<>();
  private final Set<String> changed = new HashSet<>();

  /** Nodes that are known to be dead. */
  final Set<String> dead = new HashSet<>();

  private final MemoryDesk desk = new MemoryDesk();

  private final LongSupplier nanoTime;

  /** With every rule. */
  public SimulatedAccounts() {
    this(Set.of(), System::nanoTime);
  }

  SimulatedAccounts(Set<Rule> without, LongSupplier nanoTime) {
    this.without = without;
    this.nanoTime = nanoTime;
  }

  private Holder holder(String name) {
    return holders.computeIfAbsent(name, _ -> new Holder());
  }

  @Override
  public long takeEpoch(String name) {
    return ++holder(name).next;
  }

  @Override
  public Set<String> lease(Map<String, Long> epochs) {
    Set<String> refused = new HashSet<>();
    epochs.forEach((name, epoch) -> {
      Holder holder = holder(name);
      boolean newest = epoch >= holder.current || without.contains(Rule.CURRENT);
      if (!newest || epoch <= holder.sealed) {
        refused.add(name);
        return;
      }
      if (epoch > holder.current) {
        if (holder.current <= holder.sealed) {
          holder.sealed = epoch - 1;
        }
        holder.current = epoch;
      }
      holder.leasedAt = nanoTime.getAsLong();
    });
    return refused;
  }

  @Override
  public boolean leasedWithin(String name, Duration time) {
    Holder holder = holder(name);
    return holder.current > 0 && nanoTime.getAsLong() - holder.leasedAt < time.toNanos();
  }

  @Override
  public Loan lend(String name, long epoch, String id) {
    Holder holder = holder(name);
    if (epoch <= holder.sealed || (epoch != holder.current && !without.contains(Rule.CURRENT))) {
      return new Loan.Over();
    }
    if (holder.sealed < epoch - 1 && !without.contains(Rule.SEAL)) {
      return new Loan.Unsealed();
    }
    Optional<Account> found = find(id);
    if (found.isEmpty()) {
      return new Loan.NoAccount();
    }
    Account account = found.get();
    return new Loan.Lent(
        without.contains(Rule.SEALED)
            ? account.withBalances(unspent(account.tokens()), unspent(account.words()))
            : account);
  }

  private static Balance unspent(Balance balance) {
    return new Balance(balance.credited(), 0, balance.version());
  }

  @Override
  public int seal(String name, long epoch, Instant now) {
    Holder holder = holder(name);
    if (epoch <= holder.sealed) {
      return 0;
    }
    holder.sealed = epoch;
    int closed = 0;
    for (Receipt receipt : List.copyOf(receipts.values())) {
      Settlings in = settledIn.get(receipt.id());
      boolean over = in.holder.equals(name) && in.epoch <= epoch && receipt.outcome() == null;
      if (over && !receipt.meter().metered() && !without.contains(Rule.OPEN)) {
        put(receipt.incarnation(), receipt.meter(), balance -> balance.giveBack(receipt.amount()));
        receipts.put(receipt.id(), receipt.closed(0, Outcome.INTERRUPTED, now, receipt.result()));
        closed++;
      }
    }
    return closed;
  }

  private interface Change {
    Balance of(Balance balance);
  }

  private void put(long incarnation, Meter meter, Change change) {
    accounts.computeIfPresent(
        incarnation,
        (_, account) ->
            meter == Meter.TOKENS
                ? account.withBalances(change.of(account.tokens()), account.words())
                : account.withBalances(account.tokens(), change.of(account.words())));
  }

  @Override
  public Settled settle(Settlement settlement) {
    if (settlement.epoch() <= holder(settlement.holder()).sealed && !without.contains(Rule.LATE)) {
      return Settled.REFUSED;
    }
    for (Receipt receipt : settlement.receipts()) {
      Receipt before = receipts.get(receipt.id());
      if (before == null || before.version() < receipt.version()) {
        receipts.put(receipt.id(), receipt);
        Settlings in = settledIn.computeIfAbsent(receipt.id(), _ -> new Settlings());
        in.holder = settlement.holder();
        in.epoch = settlement.epoch();
      }
    }
    for (Snapshot snapshot : settlement.snapshots()) {
      put(
          snapshot.incarnation(),
          snapshot.meter(),
          balance ->
              snapshot.version() <= balance.version()
                  ? balance
                  : new Balance(balance.credited(), snapshot.spent(), snapshot.version()));
    }
    return Settled.DURABLE;
  }

  @Override
  public void alive(String node) {}

  @Override
  public List<Abandoned> abandoned(Duration silence, int limit) {
    receipts.replaceAll((_, receipt) ->
        receipt.outcome() == null && deleted.contains(receipt.incarnation())
            ? closedAsItIs(receipt)
            : receipt);
    return receipts.values().stream()
        .filter(receipt -> receipt.outcome() == null && dead.contains(receipt.holder()))
        .map(receipt -> new Abandoned(accounts.get(receipt.incarnation()).id(), receipt))
        .toList();
  }

  /** Nobody else will; and should the real close still come, it is newer. */
  private static Receipt closedAsItIs(Receipt receipt) {
    return new Receipt(
        receipt.id(),
        receipt.incarnation(),
        receipt.holder(),
        receipt.meter(),
        receipt.product(),
        receipt.amount(),
        Outcome.DELETED,
        receipt.createdAt(),
        receipt.createdAt(),
        receipt.version(),
        receipt.key(),
        receipt.result());
  }

  boolean lives(long incarnation) {
    return !deleted.contains(incarnation);
  }

  @Override
  public List<String> changedWithin(Duration time) {
    List<String> ids = List.copyOf(changed);
    changed.clear();
    return ids;
  }

  @Override
  public Creation create(NewAccount wanted, CallerKey key, Instant now) {
    if (find(wanted.id()).isPresent()) {
      return new Creation.Exists();
    }
    boolean reborn = accounts.values().stream().anyMatch(one -> one.id().equals(wanted.id()));
    Account account =
        new Account(
            accounts.size() + 1,
            wanted.id(),
            reborn,
            null,
            wanted.permissions(),
            Status.ACTIVE,
            1,
            now,
            new Balance(wanted.tokens(), 0, 0),
            new Balance(wanted.words(), 0, 0));
    accounts.put(account.incarnation(), account);
    return new Creation.Created(account);
  }

  @Override
  public Optional<Account> find(String id) {
    return accounts.descendingMap().values().stream()
        .filter(account -> account.id().equals(id))
        .findFirst()
        .filter(account -> !deleted.contains(account.incarnation()));
  }

  @Override
  public boolean setStatus(String id, Status status) {
    return find(id)
        .map(account -> {
          accounts.put(
              account.incarnation(),
              new Account(
                  account.incarnation(),
                  id,
                  account.reborn(),
                  null,
                  account.permissions(),
                  status,
                  account.revision() + 1,
                  account.createdAt(),
                  account.tokens(),
                  account.words()));
          changed.add(id);
          return true;
        })
        .orElse(false);
  }

  @Override
  public boolean delete(String id, Instant now) {
    changed.add(id);
    return find(id).map(account -> deleted.add(account.incarnation())).orElse(false);
  }

  @Override
  public Crediting credit(String id, Meter meter, long amount, CallerKey key, Instant now) {
    Optional<Account> found = find(id);
    if (found.isEmpty()) {
      return new Crediting.NoAccount();
    }
    put(
        found.get().incarnation(),
        meter,
        balance -> balance.withCredited(balance.credited() + amount));
    changed.add(id);
    return new Crediting.TooMuch();
  }

  @Override
  public Optional<Receipt> receipt(long incarnation, String id) {
    return Optional.ofNullable(receipts.get(id));
  }

  @Override
  public Optional<Receipt> receiptByKey(long incarnation, String key, Instant since) {
    return receipts.descendingMap().values().stream()
        .filter(receipt -> receipt.incarnation() == incarnation && receipt.amount() > 0)
        .filter(receipt -> receipt.key() != null && receipt.key().key().equals(key))
        .findFirst();
  }

  @Override
  public List<Receipt> receipts(long incarnation, Meter meter, String cursor, int limit) {
    List<Receipt> found = new ArrayList<>();
    for (Receipt receipt : receipts.descendingMap().values()) {
      if (receipt.incarnation() == incarnation
          && receipt.meter() == meter
          && found.size() < limit) {
        found.add(receipt);
      }
    }
    return found;
  }

  @Override
  public Epoch begin(String holder, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Account> list(String cursor, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean setPermissions(String id, Set<Permission> permissions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Admitted> admittedSince(Meter meter, Instant since) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Audit audit() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long maximumBalance() {
    return Balance.MAXIMUM;
  }

  @Override
  public Outbox outbox() {
    return Outbox.EMPTY;
  }

  @Override
  public void probe() {}

  @Override
  public void forgetKeysBefore(Instant time) {}

  @Override
  public void close() {}

  @Override
  public Desk desk() {
    return desk;
  }
}
