package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outbox;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in memory that stand in for a database: transactions, constraints and steps are those of
 * the embedded store, and what is not committed is gone after a crash. Thread-safe.
 */
final class MemoryAccounts implements Accounts {

  private final Disk disk;
  private final TimeOrderedIds ids;
  private final Steps steps;

  /** Opens what stands on the disk. */
  MemoryAccounts(Disk disk, TimeOrderedIds ids, Steps steps) {
    this.disk = disk;
    this.ids = ids;
    this.steps = steps;
  }

  private <T> T write(Step durable, Function<Books, T> work) {
    ReentrantLock writing = disk.writing;
    writing.lock();
    try {
      Books books = new Books(disk.books);
      T result = work.apply(books);
      if (!writing.equals(disk.writing)) {
        throw failure("the connection was cut");
      }
      disk.books = books;
      steps.at(durable);
      return result;
    } finally {
      writing.unlock();
    }
  }

  private static AccountsFailure failure(String reason) {
    return new AccountsFailure("cannot write: " + reason, new IllegalStateException(reason));
  }

  @Override
  public Epoch begin(String holder, Instant now) {
    return write(
        Step.RECOVERY_DONE,
        books -> {
          long epoch = books.epochs.merge(holder, 1L, Long::sum);
          steps.at(Step.RECOVERY_EPOCH);
          List<Receipt> open =
              books.receipts.values().stream()
                  .filter(receipt -> receipt.outcome() == null && receipt.holder().equals(holder))
                  .toList();
          Set<Long> changed = new HashSet<>();
          for (Receipt receipt : open) {
            if (!receipt.meter().metered()) {
              Balance balance = books.entry(receipt.incarnation()).account().tokens();
              books.put(
                  receipt.incarnation(),
                  Meter.TOKENS,
                  new Balance(
                      balance.credited(),
                      balance.spent() - receipt.amount(),
                      balance.version() + (changed.add(receipt.incarnation()) ? 1 : 0)));
            }
          }
          steps.at(Step.RECOVERY_GIVEN_BACK);
          for (Receipt receipt : open) {
            books.receipts.put(
                receipt.id(),
                receipt.closed(
                    receipt.meter().metered() ? receipt.amount() : 0,
                    Outcome.INTERRUPTED,
                    now,
                    receipt.result()));
          }
          steps.at(Step.RECOVERY_CLOSED);
          return new Epoch(epoch, open.size());
        });
  }

  @Override
  public Creation create(NewAccount wanted, @Nullable CallerKey key, Instant now) {
    return write(
        Step.CREATE_DONE,
        books -> {
          Books.Made made = key == null ? null : books.keys.get(Books.name(key));
          if (key != null && made != null) {
            return made.fingerprint().equals(key.request().fingerprint())
                ? new Creation.AlreadyCreated(
                    books.entry(Long.parseLong(made.target())).account().asCreated(wanted))
                : new Creation.KeyUsedOtherwise();
          }
          if (books.living(wanted.id()).isPresent()) {
            return new Creation.Exists();
          }
          Account account =
              new Account(
                  books.accounts.isEmpty() ? 1 : books.accounts.lastKey() + 1,
                  wanted.id(),
                  books.everLived(wanted.id()),
                  wanted.email(),
                  wanted.permissions(),
                  Status.ACTIVE,
                  1,
                  now,
                  new Balance(wanted.tokens(), 0, 0),
                  new Balance(wanted.words(), 0, 0));
          books.put(account);
          steps.at(Step.CREATE_ACCOUNT);
          for (Meter meter : Meter.values()) {
            steps.at(Step.CREATE_BALANCE);
            long credited = account.balance(meter).credited();
            if (credited > 0) {
              record(books, account, meter, credited, credited, now);
              steps.at(Step.CREATE_CREDIT);
            }
          }
          if (key != null) {
            remember(books, key, Long.toString(account.incarnation()), now);
            steps.at(Step.CREATE_KEY);
          }
          return new Creation.Created(account);
        });
  }

  private Credit record(
      Books books, Account account, Meter meter, long amount, long total, Instant now) {
    Credit credit =
        new Credit(ids.next(), account.id(), account.incarnation(), meter, amount, total, now);
    books.credits.put(credit.id(), credit);
    return credit;
  }

  private static void remember(Books books, CallerKey key, String target, Instant now) {
    books.keys.put(Books.name(key), new Books.Made(key.request().fingerprint(), target, now));
  }

  @Override
  public long maximumBalance() {
    return Balance.MAXIMUM;
  }

  @Override
  public Optional<Account> find(String id) {
    return disk.books.living(id);
  }

  @Override
  public List<Account> list(@Nullable String cursor, int limit) {
    return disk.books.accounts.values().stream()
        .filter(entry -> entry.deletedAt() == null)
        .map(Books.Entry::account)
        .filter(account -> cursor == null || account.id().compareTo(cursor) > 0)
        .sorted((one, other) -> one.id().compareTo(other.id()))
        .limit(limit)
        .toList();
  }

  @Override
  public boolean setPermissions(String id, Set<Permission> permissions) {
    return alter(id, entry -> changed(entry, permissions, entry.account().status(), null));
  }

  @Override
  public boolean setStatus(String id, Status status) {
    return alter(id, entry -> changed(entry, entry.account().permissions(), status, null));
  }

  @Override
  public boolean delete(String id, Instant now) {
    return alter(
        id, entry -> changed(entry, entry.account().permissions(), entry.account().status(), now));
  }

  private boolean alter(String id, UnaryOperator<Books.Entry> change) {
    return write(
        Step.CHANGE_DONE,
        books -> {
          Optional<Account> found = books.living(id);
          found.ifPresent(account ->
              books.accounts.computeIfPresent(
                  account.incarnation(), (_, entry) -> change.apply(entry)));
          steps.at(Step.CHANGE_MADE);
          return found.isPresent();
        });
  }

  private static Books.Entry changed(
      Books.Entry entry, Set<Permission> permissions, Status status, @Nullable Instant deletedAt) {
    Account before = entry.account();
    return new Books.Entry(
        new Account(
            before.incarnation(),
            before.id(),
            before.reborn(),
            before.email(),
            permissions,
            status,
            before.revision() + 1,
            before.createdAt(),
            before.tokens(),
            before.words()),
        deletedAt);
  }

  @Override
  public Crediting credit(
      String id, Meter meter, long amount, @Nullable CallerKey key, Instant now) {
    if (amount < 1) {
      throw new IllegalArgumentException("credit of " + amount);
    }
    return write(
        Step.CREDIT_DONE,
        books -> {
          Books.Made made = key == null ? null : books.keys.get(Books.name(key));
          if (key != null && made != null) {
            Credit before = books.credits.get(made.target());
            return before != null && made.fingerprint().equals(key.request().fingerprint())
                ? new Crediting.AlreadyCredited(before)
                : new Crediting.KeyUsedOtherwise();
          }
          Optional<Account> found = books.living(id);
          if (found.isEmpty()) {
            return new Crediting.NoAccount();
          }
          Account account = found.get();
          Balance balance = account.balance(meter);
          if (amount > Balance.MAXIMUM - balance.credited()) {
            return new Crediting.TooMuch();
          }
          long total = balance.credited() + amount;
          books.put(account.incarnation(), meter, balance.withCredited(total));
          steps.at(Step.CREDIT_RAISED);
          books.accounts.computeIfPresent(
              account.incarnation(),
              (_, entry) -> changed(entry, account.permissions(), account.status(), null));
          steps.at(Step.CREDIT_REVISED);
          Credit credit = record(books, account, meter, amount, total, now);
          steps.at(Step.CREDIT_RECORDED);
          if (key != null) {
            remember(books, key, credit.id(), now);
            steps.at(Step.CREDIT_KEY);
          }
          return new Crediting.Credited(credit);
        });
  }

  @Override
  public Settled settle(Settlement settlement) {
    return write(
        Step.COMMIT_DONE,
        books -> {
          if (books.epochs.getOrDefault(settlement.holder(), 0L) != settlement.epoch()) {
            return Settled.REFUSED;
          }
          for (Receipt receipt : settlement.receipts()) {
            Receipt before = books.receipts.get(receipt.id());
            if (!books.accounts.containsKey(receipt.incarnation()) || receipt.amount() < 0) {
              throw failure("constraint on " + receipt);
            }
            if (before == null || before.version() < receipt.version()) {
              books.receipts.put(receipt.id(), receipt);
            }
            steps.at(Step.COMMIT_RECEIPT);
          }
          for (Snapshot snapshot : settlement.snapshots()) {
            apply(books, snapshot);
            steps.at(Step.COMMIT_SNAPSHOT);
          }
          return Settled.DURABLE;
        });
  }

  private static void apply(Books books, Snapshot snapshot) {
    Books.Entry entry = books.accounts.get(snapshot.incarnation());
    if (entry == null) {
      return;
    }
    Balance before = entry.account().balance(snapshot.meter());
    if (before.version() < snapshot.version()) {
      if (snapshot.spent() < 0 || snapshot.spent() > before.credited()) {
        throw failure("constraint on " + snapshot);
      }
      books.put(
          snapshot.incarnation(),
          snapshot.meter(),
          new Balance(before.credited(), snapshot.spent(), snapshot.version()));
    }
  }

  private static List<Receipt> newestFirst(Collection<Receipt> receipts) {
    return new ArrayList<>(receipts).reversed();
  }

  @Override
  public Optional<Receipt> receipt(long incarnation, String id) {
    return Optional.ofNullable(disk.books.receipts.get(id))
        .filter(receipt -> receipt.incarnation() == incarnation);
  }

  @Override
  public Optional<Receipt> receiptByKey(long incarnation, String key, Instant since) {
    for (Receipt receipt : disk.books.receipts.descendingMap().values()) {
      if (receipt.incarnation() == incarnation
          && receipt.key() != null
          && receipt.key().key().equals(key)
          && !receipt.createdAt().isBefore(since)
          && receipt.amount() > 0) {
        return Optional.of(receipt);
      }
    }
    return Optional.empty();
  }

  @Override
  public List<Receipt> receipts(
      long incarnation, @Nullable Meter meter, @Nullable String cursor, int limit) {
    return newestFirst(disk.books.receipts.values()).stream()
        .filter(receipt -> receipt.incarnation() == incarnation)
        .filter(receipt -> meter == null || receipt.meter() == meter)
        .filter(receipt -> cursor == null || receipt.id().compareTo(cursor) < 0)
        .limit(limit)
        .toList();
  }

  @Override
  public List<Admitted> admittedSince(Meter meter, Instant since) {
    Books books = disk.books;
    return books.receipts.values().stream()
        .filter(receipt -> receipt.meter() == meter && receipt.outcome() != Outcome.ADJUSTED)
        .filter(receipt -> !receipt.createdAt().isBefore(since))
        .map(receipt ->
            new Admitted(books.entry(receipt.incarnation()).account().id(), receipt.createdAt()))
        .toList();
  }

  @Override
  public Audit audit() {
    Books books = disk.books;
    return new Audit(books.accounts.size(), books.receipts.size(), books.discrepancies());
  }

  @Override
  public Outbox outbox() {
    return Outbox.EMPTY;
  }

  @Override
  public void probe() {}

  @Override
  public void forgetKeysBefore(Instant time) {
    write(
        Step.FORGET_DONE,
        books -> {
          boolean forgotten = books.keys.values().removeIf(made -> made.at().isBefore(time));
          steps.at(Step.FORGET_KEYS);
          return forgotten;
        });
  }

  @Override
  public void close() {}
}
