package dev.lastword.store.mongo;

import com.mongodb.client.model.UpdateOptions;
import dev.lastword.accounts.Account;
import dev.lastword.accounts.Admitted;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Desk;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outbox;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.store.mongo.Holders.Standing;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in MongoDB, shared by as many nodes as there are, on a standalone server as well. What
 * must be one act is one update of one account's document: the snapshot, the receipts it counts
 * (filed in a collection of their own afterwards), and whether its epoch may still settle.
 * Thread-safe.
 *
 * <p>A settlement of several accounts is one update for each. Where a seal meets it half-way, some
 * are applied and the others never will be, and the answer is {@link Settled#REFUSED}. That is no
 * more than a settlement whose answer was lost leaves behind in any store: nobody was answered on
 * it, each account still explains every unit, what is open is closed by the seal, and whoever
 * charged gives back, in the next epoch and by what the record says, what it could not answer
 * ({@code RedisTab.takeBack}); a node whose ledger is its own memory ends, and a retry with the key
 * is answered with the charge. The other way round holds whole: what is answered {@link
 * Settled#DURABLE} is durable in every account.
 */
public final class MongoAccounts implements SharedAccounts {

  /** A charge's id is made when it is opened, a little before it begins. */
  private static final Duration LONGEST_OPENING = Duration.ofMinutes(1);

  private final Mongo mongo;
  private final Holders holders;
  private final Filing filing;
  private final Settling settling;
  private final Operators operators;
  private final QueueDesk desk;
  private final MongoOutbox outbox;
  private final Steps steps;

  private MongoAccounts(Mongo mongo, TimeOrderedIds ids, Steps steps, Levels levels) {
    this.mongo = mongo;
    this.steps = steps;
    this.holders = new Holders(mongo, steps);
    this.filing = new Filing(mongo, steps);
    this.settling = new Settling(mongo, holders, filing, levels, steps);
    this.operators = new Operators(mongo, filing, ids, steps);
    this.desk = new QueueDesk(mongo);
    this.outbox = new MongoOutbox(mongo, filing, steps);
  }

  /**
   * Opens the store: makes its indexes, and files what a crash has left.
   *
   * @throws dev.lastword.accounts.AccountsFailure if it cannot be reached
   */
  public static MongoAccounts open(MongoAddress address, TimeOrderedIds ids, Steps steps) {
    return open(address, ids, steps, Levels.NONE);
  }

  /** The same, with somebody to be told when balances fall. */
  public static MongoAccounts open(
      MongoAddress address, TimeOrderedIds ids, Steps steps, Levels levels) {
    Mongo mongo = new Mongo(address);
    boolean opened = false;
    try {
      mongo.prepare();
      MongoAccounts accounts = new MongoAccounts(mongo, ids, steps, levels);
      write(() -> {
        accounts.filing.fileAllPatiently();
        return true;
      });
      opened = true;
      return accounts;
    } finally {
      if (!opened) {
        mongo.close();
      }
    }
  }

  /** Audits a store from another process, also while servers run on it. */
  public static Audit auditOf(MongoAddress address) {
    try (Mongo mongo = new Mongo(address)) {
      return read(() -> new MongoAudit(mongo).run());
    }
  }

  private static <T> T read(Supplier<T> work) {
    return Mongo.failing("cannot read", work);
  }

  private static <T> T write(Supplier<T> work) {
    return Mongo.failing("cannot write", work);
  }

  private <T> T write(Step durable, Supplier<T> work) {
    T result = write(work);
    steps.at(durable);
    return result;
  }

  @Override
  public Creation create(NewAccount wanted, @Nullable CallerKey key, Instant now) {
    return write(Step.CREATE_DONE, () -> operators.create(wanted, key, now));
  }

  @Override
  public Crediting credit(
      String id, Meter meter, long amount, @Nullable CallerKey key, Instant now) {
    if (amount < 1) {
      throw new IllegalArgumentException("credit of " + amount);
    }
    return write(Step.CREDIT_DONE, () -> operators.credit(id, meter, amount, key, now));
  }

  @Override
  public long maximumBalance() {
    return Balance.MAXIMUM;
  }

  @Override
  public Optional<Account> find(String id) {
    return read(() -> operators.living(id).map(Documents::account));
  }

  @Override
  public List<Account> list(@Nullable String cursor, int limit) {
    return read(() ->
        mongo
            .users()
            .find(
                new Document("id", new Document("$gt", cursor == null ? "" : cursor))
                    .append("living", true))
            .sort(new Document("id", 1))
            .limit(limit)
            .map(Documents::account)
            .into(new ArrayList<>()));
  }

  @Override
  public boolean setPermissions(String id, Set<Permission> permissions) {
    return alter(id, new Document("permissions", Permission.words(permissions)));
  }

  @Override
  public boolean setStatus(String id, Status status) {
    return alter(id, new Document("status", status.word()));
  }

  @Override
  public boolean delete(String id, Instant now) {
    return alter(id, new Document("living", false).append("deletedAt", Date.from(now)));
  }

  private boolean alter(String id, Document set) {
    return write(Step.CHANGE_DONE, () -> operators.alter(id, set));
  }

  @Override
  public void forgetKeysBefore(Instant time) {
    write(Step.FORGET_DONE, () -> operators.forgetKeysBefore(time));
  }

  /**
   * All that is open is closed, whoever opened it: every other holder is sealed, or this is
   * refused. First every account is shut for all that was before, so that nothing is opened behind
   * whoever looks for what is open.
   */
  @Override
  public Epoch begin(String holder, Instant now) {
    return write(
        Step.RECOVERY_DONE,
        () -> {
          long epoch = holders.takeOver(holder);
          settling.shut(
              new Document(
                  "$or",
                  List.of(
                      new Document("holder", new Document("$ne", holder)),
                      new Document("epoch", new Document("$lt", epoch)))));
          filing.fileAll();
          Set<Long> accounts = new HashSet<>();
          Mongo.patient(mongo.receipts())
              .find(new Document("open", true))
              .forEach(one -> accounts.add(one.getLong("incarnation")));
          int closed =
              finish(
                  accounts,
                  account ->
                      // Somebody has begun after us, and it is theirs by now.
                      holder.equals(account.getString("holder"))
                              && account.getLong("epoch") >= epoch
                          ? null
                          : new Document("incarnation", account.getLong("_id"))
                              .append("open", true),
                  now);
          return new Epoch(epoch, closed);
        });
  }

  @Override
  public Settled settle(Settlement settlement) {
    return write(Step.COMMIT_DONE, () -> settling.settle(settlement));
  }

  @Override
  public long takeEpoch(String holder) {
    return write(Step.RECOVERY_DONE, () -> holders.take(holder));
  }

  @Override
  public Set<String> lease(Map<String, Long> epochs) {
    return write(() -> holders.lease(epochs));
  }

  @Override
  public boolean leasedWithin(String holder, Duration time) {
    return read(() -> holders.leasedWithin(holder, time));
  }

  @Override
  public Loan lend(String holder, long epoch, String id) {
    return write(() -> {
      while (true) {
        Optional<Document> found = operators.living(id);
        Loan refused = refused(holder, epoch);
        if (refused != null) {
          return refused;
        }
        if (found.isEmpty()) {
          return new Loan.NoAccount();
        }
        Document account = found.get();
        boolean newer = account.getLong("epoch") > epoch;
        if (Settling.isHeld(account, holder, epoch)) {
          return account.getBoolean("shut")
              ? new Loan.Over()
              : new Loan.Lent(Documents.account(account));
        }
        if (newer && holder.equals(account.getString("holder"))) {
          return new Loan.Over();
        }
        if (account.getList("open", String.class).isEmpty()) {
          settling.take(List.of(account), holder, epoch);
        } else {
          // Of another holder, which will not settle this account any more.
          settling.finish(
              account.getLong("_id"),
              one -> Settling.isHeld(one, holder, epoch) ? null : Settling.fixedPrices(one),
              mongo.now());
        }
      }
    });
  }

  private @Nullable Loan refused(String holder, long epoch) {
    Standing standing = holders.all().get(holder);
    if (standing == null || !standing.leases(epoch)) {
      return new Loan.Over();
    }
    return standing.sealed() < epoch - 1 ? new Loan.Unsealed() : null;
  }

  @Override
  public int seal(String holder, long epoch, Instant now) {
    return write(
        Step.RECOVERY_DONE,
        () -> {
          if (!holders.close(holder, epoch)) {
            return 0;
          }
          settling.shut(held(holder, epoch));
          Set<Long> accounts = new HashSet<>();
          Mongo.patient(mongo.users())
              .find(held(holder, epoch).append("open.0", new Document("$exists", true)))
              .forEach(one -> accounts.add(one.getLong("_id")));
          int closed =
              finish(
                  accounts,
                  account ->
                      holder.equals(account.getString("holder"))
                              && account.getLong("epoch") <= epoch
                          ? Settling.fixedPrices(account)
                          : null,
                  now);
          holders.seal(holder, epoch);
          return closed;
        });
  }

  private int finish(Set<Long> incarnations, Settling.Which which, Instant now) {
    int closed = 0;
    for (long incarnation : incarnations) {
      closed += settling.finish(incarnation, which, now);
    }
    return closed;
  }

  private static Document held(String holder, long epoch) {
    return new Document("holder", holder).append("epoch", new Document("$lte", epoch));
  }

  @Override
  public Optional<Receipt> receipt(long incarnation, String id) {
    return receipts(incarnation, new Document("_id", id)).stream()
        .filter(one -> one.id().equals(id))
        .findFirst();
  }

  @Override
  public Optional<Receipt> receiptByKey(long incarnation, String key, Instant since) {
    return receipts(incarnation, new Document("key", key)).stream()
        .filter(one -> one.key() != null && one.key().key().equals(key))
        .filter(one -> !one.createdAt().isBefore(since) && one.amount() > 0)
        .findFirst();
  }

  @Override
  public List<Receipt> receipts(
      long incarnation, @Nullable Meter meter, @Nullable String cursor, int limit) {
    return read(() -> {
      Optional<Document> account = filing.account(incarnation);
      if (account.isEmpty()) {
        return List.of();
      }
      Document query = new Document("incarnation", incarnation);
      if (cursor != null) {
        query.append("_id", new Document("$lt", cursor));
      }
      if (meter != null) {
        query.append("meter", meter.word());
      }
      Map<String, Receipt> receipts = Filing.pending(account.get());
      mongo
          .receipts()
          .find(query)
          .sort(new Document("_id", -1))
          .limit(limit)
          .map(Documents::receipt)
          .forEach(one -> Filing.merge(receipts, one));
      return receipts.values().stream()
          .filter(one -> cursor == null || one.id().compareTo(cursor) < 0)
          .filter(one -> meter == null || one.meter() == meter)
          .sorted(Comparator.comparing(Receipt::id).reversed())
          .limit(limit)
          .toList();
    });
  }

  /** The account's receipts of that query and those not filed yet, newest first. */
  private List<Receipt> receipts(long incarnation, Document query) {
    return read(() ->
        filing
            .account(incarnation)
            .map(account ->
                filing.receipts(account, query.append("incarnation", incarnation)).values().stream()
                    .sorted(Comparator.comparing(Receipt::id).reversed())
                    .toList())
            .orElse(List.of()));
  }

  @Override
  public List<Admitted> admittedSince(Meter meter, Instant since) {
    return write(() -> {
      filing.fileAll();
      String least = TimeOrderedIds.leastAt(since.minus(LONGEST_OPENING));
      List<Document> receipts =
          mongo
              .receipts()
              .find(
                  new Document("_id", new Document("$gte", least))
                      .append("meter", meter.word())
                      .append("createdAt", new Document("$gte", Date.from(since)))
                      .append("outcome", new Document("$ne", Outcome.ADJUSTED.word())))
              .sort(new Document("_id", 1))
              .into(new ArrayList<>());
      Map<Long, String> names = names(receipts);
      return receipts.stream()
          .map(one ->
              new Admitted(
                  names.getOrDefault(one.getLong("incarnation"), ""),
                  one.getDate("createdAt").toInstant()))
          .toList();
    });
  }

  private Map<Long, String> names(List<Document> receipts) {
    Set<Long> incarnations = new HashSet<>();
    receipts.forEach(one -> incarnations.add(one.getLong("incarnation")));
    Map<Long, String> names = new HashMap<>();
    mongo
        .users()
        .find(new Document("_id", Documents.in(incarnations)))
        .projection(new Document("id", 1))
        .forEach(one -> names.put(one.getLong("_id"), one.getString("id")));
    return names;
  }

  @Override
  public void alive(String node) {
    write(
        Step.RECOVERY_DONE,
        () -> {
          mongo
              .nodes()
              .updateOne(
                  new Document("_id", node),
                  new Document("$currentDate", new Document("seenAt", true)),
                  new UpdateOptions().upsert(true));
          steps.at(Step.RECOVERY_EPOCH);
          return true;
        });
  }

  @Override
  public List<Abandoned> abandoned(Duration silence, int limit) {
    return write(() -> {
      filing.fileAll();
      Date before = Date.from(mongo.now().minus(silence));
      closeDeleted(before);
      List<String> living = new ArrayList<>();
      mongo
          .nodes()
          .find(new Document("seenAt", new Document("$gt", before)))
          .forEach(one -> living.add(one.getString("_id")));
      List<Document> receipts =
          mongo
              .receipts()
              .find(new Document("open", true).append("holder", new Document("$nin", living)))
              .sort(new Document("_id", 1))
              .limit(limit)
              .into(new ArrayList<>());
      Map<Long, String> names = names(receipts);
      return receipts.stream()
          .map(one ->
              new Abandoned(
                  names.getOrDefault(one.getLong("incarnation"), ""), Documents.receipt(one)))
          .toList();
    });
  }

  /**
   * What accounts left open that were deleted before, and that nobody will be lent again. Amount
   * and version stay, and no money moves; should the real close still come, it is newer.
   */
  private void closeDeleted(Date before) {
    Set<Long> open = new HashSet<>();
    mongo
        .receipts()
        .find(new Document("open", true))
        .projection(new Document("incarnation", 1))
        .forEach(one -> open.add(one.getLong("incarnation")));
    if (open.isEmpty()) {
      return;
    }
    List<Long> deleted = new ArrayList<>();
    mongo
        .users()
        .find(
            new Document("_id", Documents.in(open))
                .append("living", false)
                .append("changedAt", new Document("$lte", before)))
        .forEach(one -> deleted.add(one.getLong("_id")));
    if (deleted.isEmpty()) {
      return;
    }
    mongo
        .receipts()
        .updateMany(
            new Document("open", true).append("incarnation", Documents.in(deleted)),
            new Document(
                    "$set",
                    new Document("outcome", Outcome.DELETED.word())
                        .append("closedAt", Date.from(mongo.now())))
                .append("$unset", new Document("open", "")));
    steps.at(Step.RECOVERY_CLOSED);
  }

  @Override
  public List<String> changedWithin(Duration time) {
    return read(() -> {
      Set<String> ids = new HashSet<>();
      mongo
          .users()
          .find(new Document("changedAt", new Document("$gte", Date.from(mongo.now().minus(time)))))
          .projection(new Document("id", 1))
          .forEach(one -> ids.add(one.getString("id")));
      return List.copyOf(ids);
    });
  }

  @Override
  public Audit audit() {
    return read(() -> new MongoAudit(mongo).run());
  }

  @Override
  public void probe() {
    read(holders::all);
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public Desk desk() {
    return desk;
  }

  @Override
  public void close() {
    mongo.close();
  }
}
