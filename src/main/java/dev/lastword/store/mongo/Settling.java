package dev.lastword.store.mongo;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Notice;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.store.mongo.Holders.Standing;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * How spending comes into the accounts' documents. Each document says in whose hands it is: a
 * holder, an epoch, and whether that is over ({@code shut}). Every update names the {@code serial}
 * that it was computed from, so the guard is in the update: a document that was shut, lent or
 * written in between is not found, and is looked at again.
 *
 * <p>A document comes into an epoch's hands first, and only who has read it so asks the holder
 * whether the epoch goes on; an epoch is closed at the holder first, and its documents are shut
 * then. So either the settlement sees that it is closed, or whoever seals sees the document.
 */
final class Settling {

  private static final System.Logger LOG = System.getLogger(Settling.class.getName());

  /** Of receipts in one update: a document may have 16 MB, and some may stand there already. */
  private static final long PORTION_BYTES = 4 * 1024 * 1024;

  private final Mongo mongo;
  private final Holders holders;
  private final Filing filing;
  private final Levels levels;
  private final Steps steps;

  Settling(Mongo mongo, Holders holders, Filing filing, Levels levels, Steps steps) {
    this.levels = levels;
    this.mongo = mongo;
    this.holders = holders;
    this.filing = filing;
    this.steps = steps;
  }

  /**
   * What a settlement says of one account, or a portion of that.
   *
   * @param more whether the snapshots are still to come, with further portions
   */
  private record Part(List<Snapshot> snapshots, List<Receipt> receipts, boolean more) {
    Part() {
      this(new ArrayList<>(), new ArrayList<>(), false);
    }
  }

  private static Map<Long, Part> parts(Settlement settlement) {
    Map<Long, Part> parts = new TreeMap<>();
    for (Snapshot one : settlement.snapshots()) {
      parts.computeIfAbsent(one.incarnation(), _ -> new Part()).snapshots.add(one);
    }
    for (Receipt one : settlement.receipts()) {
      parts.computeIfAbsent(one.incarnation(), _ -> new Part()).receipts.add(one);
    }
    return parts;
  }

  /** An account whose receipts do not fit into its document is settled in portions. */
  Settled settle(Settlement settlement) {
    Map<Long, Part> parts = parts(settlement);
    for (Map.Entry<Long, Part> one : parts.entrySet()) {
      if (bytes(one.getValue().receipts) > PORTION_BYTES) {
        List<Part> portions = portions(one.getKey(), one.getValue());
        for (Part portion : portions.subList(0, portions.size() - 1)) {
          if (settle(settlement, Map.of(one.getKey(), portion)) == Settled.REFUSED) {
            return Settled.REFUSED;
          }
        }
        one.setValue(portions.getLast());
      }
    }
    return settle(settlement, parts);
  }

  private static long bytes(Collection<Receipt> receipts) {
    return receipts.stream().mapToLong(Settling::bytes).sum();
  }

  /** About as many as it takes in a document, and no fewer. */
  private static long bytes(Receipt receipt) {
    String result = receipt.result();
    return 4_096 + (result == null ? 0 : 3L * result.length());
  }

  /** What gives back comes first, so that on the way nothing is spent that is not there. */
  private List<Part> portions(long incarnation, Part part) {
    Map<String, Receipt> known = known(filing.account(incarnation).orElseThrow(), part.receipts);
    List<Receipt> receipts = new ArrayList<>(part.receipts);
    receipts.sort(Comparator.comparingLong(one -> added(known, one)));
    List<Part> portions = new ArrayList<>();
    List<Receipt> portion = new ArrayList<>();
    for (Receipt one : receipts) {
      if (!portion.isEmpty() && bytes(portion) + bytes(one) > PORTION_BYTES) {
        portions.add(new Part(List.of(), portion, true));
        portion = new ArrayList<>();
      }
      portion.add(one);
    }
    portions.add(new Part(part.snapshots, portion, false));
    return portions;
  }

  /** As they are anywhere. */
  private Map<String, Receipt> known(Document account, Collection<Receipt> receipts) {
    return filing.receipts(
        account, new Document("_id", Documents.in(receipts.stream().map(Receipt::id).toList())));
  }

  /** How many units more a receipt stands for than what is known of it. */
  private static long added(Map<String, Receipt> known, Receipt receipt) {
    Receipt before = known.get(receipt.id());
    if (before == null) {
      return receipt.amount();
    }
    return receipt.version() > before.version() ? receipt.amount() - before.amount() : 0;
  }

  private Settled settle(Settlement settlement, Map<Long, Part> parts) {
    while (true) {
      List<Document> accounts = read(parts.keySet());
      Standing standing = holders.all().get(settlement.holder());
      Optional<List<Document>> foreign = notYetHeld(accounts, settlement);
      if (standing == null || settlement.epoch() <= standing.closing() || foreign.isEmpty()) {
        return Settled.REFUSED;
      }
      List<Document> crowded = accounts.stream().filter(Settling::isCrowded).toList();
      if (!foreign.get().isEmpty()) {
        take(foreign.get(), settlement.holder(), settlement.epoch());
      } else if (!crowded.isEmpty()) {
        filing.file(crowded);
      } else if (accounts.isEmpty() || apply(accounts, parts)) {
        return Settled.DURABLE;
      }
    }
  }

  /** Whether so much waits to be filed that the next portion may not fit beside it. */
  private static boolean isCrowded(Document account) {
    return bytes(Filing.pending(account).values()) > PORTION_BYTES;
  }

  private List<Document> read(Collection<Long> incarnations) {
    List<Document> accounts =
        mongo.users().find(new Document("_id", Documents.in(incarnations))).into(new ArrayList<>());
    if (accounts.size() < incarnations.size()) {
      throw new IllegalStateException("a settlement of an account that never was: " + incarnations);
    }
    return accounts;
  }

  /** Those that the epoch must take into its hands first; empty if one of them is not for it. */
  private static Optional<List<Document>> notYetHeld(
      List<Document> accounts, Settlement settlement) {
    List<Document> foreign = new ArrayList<>();
    for (Document account : accounts) {
      boolean own = isHeld(account, settlement.holder(), settlement.epoch());
      boolean shut = account.getBoolean("shut");
      if (own ? shut : !shut || !account.getList("open", String.class).isEmpty()) {
        return Optional.empty();
      }
      if (!own) {
        foreign.add(account);
      }
    }
    return Optional.of(foreign);
  }

  static boolean isHeld(Document account, String holder, long epoch) {
    return holder.equals(account.getString("holder")) && account.getLong("epoch") == epoch;
  }

  /** Takes the accounts that nobody has written since they were read. */
  boolean take(List<Document> accounts, String holder, long epoch) {
    List<WriteModel<Document>> writes = new ArrayList<>();
    for (Document account : accounts) {
      writes.add(
          new UpdateOneModel<>(
              Filing.unchanged(account),
              new Document(
                      "$set",
                      new Document("holder", holder).append("epoch", epoch).append("shut", false))
                  .append("$inc", new Document("serial", 1L))));
    }
    return write(writes);
  }

  private boolean write(List<WriteModel<Document>> writes) {
    int found =
        mongo.users().bulkWrite(writes, new BulkWriteOptions().ordered(false)).getMatchedCount();
    steps.at(Step.COMMIT_SNAPSHOT);
    return found == writes.size();
  }

  /** One update an account; false if one of them has changed since it was read. */
  private boolean apply(List<Document> accounts, Map<Long, Part> parts) {
    List<WriteModel<Document>> writes = new ArrayList<>();
    for (Document account : accounts) {
      writes.add(applied(account, parts.getOrDefault(account.getLong("_id"), new Part())));
    }
    // In the updates, and not sent: whoever seals now is noticed by the updates themselves.
    steps.at(Step.COMMIT_RECEIPT);
    if (!write(writes)) {
      Mongo.giveWay();
      return false;
    }
    try {
      filing.file(accounts);
    } catch (RuntimeException e) {
      // It is durable; whoever comes next files it.
      LOG.log(Level.DEBUG, "receipts stay in their account's document for now", e);
    }
    return true;
  }

  /** The update, which is also made to the document as it was read. */
  private WriteModel<Document> applied(Document account, Part part) {
    Document set = new Document();
    Map<Meter, Balance> before = balances(account);
    if (part.more) {
      count(account, part.receipts, set);
    }
    for (Snapshot one : part.snapshots) {
      Document balance = account.get(one.meter().word(), Document.class);
      if (one.version() > balance.getLong("version")) {
        balance.append("spent", one.spent()).append("version", one.version());
        set.append(one.meter().word() + ".spent", one.spent())
            .append(one.meter().word() + ".version", one.version());
      }
    }
    before.forEach((meter, balance) -> note(account, meter, balance, set));
    Map<String, Receipt> pending = Filing.pending(account);
    Set<String> open = new LinkedHashSet<>(account.getList("open", String.class));
    for (Receipt one : part.receipts) {
      Filing.merge(pending, one);
      if (!one.meter().metered()) {
        if (pending.getOrDefault(one.id(), one).outcome() == null) {
          open.add(one.id());
        } else {
          open.remove(one.id());
        }
      }
    }
    return update(account, set, pending.values(), List.copyOf(open));
  }

  /** Of the meters that somebody watches. */
  private Map<Meter, Balance> balances(Document account) {
    Map<Meter, Balance> balances = new EnumMap<>(Meter.class);
    levels.below().keySet().forEach(one -> balances.put(one, Documents.balance(account, one)));
    return balances;
  }

  /** What is to be told of a balance that falls comes with what lowers it, and is filed with it. */
  private void note(Document account, Meter meter, Balance before, Document set) {
    long spent = Documents.balance(account, meter).spent();
    List<Document> notices = new ArrayList<>(Filing.notices(account));
    for (long level : levels.passed(meter, before, spent)) {
      notices.add(
          Documents.document(
              new Notice(
                  account.getLong("_id"),
                  account.getString("id"),
                  meter,
                  before.credited(),
                  level,
                  before.credited() - spent,
                  levels.now(),
                  0)));
      account.append("notices", notices);
      set.append("notices", notices).append("unfiled", true);
    }
  }

  /**
   * Counts receipts before their snapshot comes, so that at any moment what is spent is what the
   * receipts say. The version stays, so the snapshot is still the newer one.
   */
  private void count(Document account, List<Receipt> receipts, Document set) {
    Map<String, Receipt> known = known(account, receipts);
    for (Receipt one : receipts) {
      Document balance = account.get(one.meter().word(), Document.class);
      long spent = balance.getLong("spent") + added(known, one);
      balance.append("spent", spent);
      set.append(one.meter().word() + ".spent", spent);
    }
  }

  /** What an update sets of receipts; the document is left as it will be, for its filing. */
  private static WriteModel<Document> update(
      Document account, Document set, Collection<Receipt> pending, List<String> open) {
    Document filter = Filing.unchanged(account);
    List<Document> documents = new ArrayList<>();
    pending.stream().map(Documents::document).forEach(documents::add);
    set.append("pending", documents).append("open", open);
    if (!documents.isEmpty()) {
      set.append("unfiled", true);
    }
    account
        .append("pending", documents)
        .append("open", open)
        .append("serial", account.getLong("serial") + 1);
    return new UpdateOneModel<>(
        filter, new Document("$set", set).append("$inc", new Document("serial", 1L)));
  }

  /** Ends the hands that accounts are in: from now on their settlements do not find them. */
  void shut(Document which) {
    Mongo.patient(mongo.users())
        .updateMany(
            which.append("shut", false),
            new Document("$set", new Document("shut", true))
                .append("$inc", new Document("serial", 1L)));
    steps.at(Step.RECOVERY_GIVEN_BACK);
  }

  /** Which open receipts of an account are to be closed; null: it is not for us any more. */
  interface Which {
    @Nullable Document of(Document account);
  }

  /**
   * Closes open receipts of an account as interrupted, gives fixed prices back and shuts it, all in
   * one update.
   *
   * @return how many were closed
   */
  int finish(long incarnation, Which which, Instant now) {
    while (true) {
      Document account = filing.account(incarnation).orElseThrow();
      Document query = which.of(account);
      if (query == null) {
        return 0;
      }
      boolean all = query.containsKey("open");
      Set<String> open = Set.copyOf(account.getList("open", String.class));
      Map<String, Receipt> pending = Filing.pending(account);
      Balance tokens = Documents.balance(account, Meter.TOKENS);
      int closed = 0;
      for (Receipt one : filing.receipts(account, query).values()) {
        if (one.outcome() == null && (all || open.contains(one.id()))) {
          long amount = one.meter().metered() ? one.amount() : 0;
          tokens = one.meter().metered() ? tokens : tokens.giveBack(one.amount());
          pending.put(one.id(), one.closed(amount, Outcome.INTERRUPTED, now, one.result()));
          closed++;
        }
      }
      Document set = new Document("shut", true);
      if (tokens.version() > Documents.balance(account, Meter.TOKENS).version()) {
        // Several receipts are given back at once: one change of the balance.
        long version = Documents.balance(account, Meter.TOKENS).version() + 1;
        set.append("tokens.spent", tokens.spent()).append("tokens.version", version);
      }
      if (write(List.of(update(account, set, pending.values(), List.of())))) {
        filing.file(List.of(account));
        steps.at(Step.RECOVERY_CLOSED);
        return closed;
      }
      Mongo.giveWay();
    }
  }

  /** The fixed prices that the document knows to be open. */
  static Document fixedPrices(Document account) {
    return new Document("_id", Documents.in(account.getList("open", String.class)));
  }
}
