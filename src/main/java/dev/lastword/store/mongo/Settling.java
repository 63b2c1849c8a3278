package dev.lastword.store.mongo;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
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

  private final Mongo mongo;
  private final Holders holders;
  private final Filing filing;
  private final Steps steps;

  Settling(Mongo mongo, Holders holders, Filing filing, Steps steps) {
    this.mongo = mongo;
    this.holders = holders;
    this.filing = filing;
    this.steps = steps;
  }

  /** What a settlement says of one account. */
  private record Part(List<Snapshot> snapshots, List<Receipt> receipts) {
    Part() {
      this(new ArrayList<>(), new ArrayList<>());
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

  Settled settle(Settlement settlement) {
    Map<Long, Part> parts = parts(settlement);
    while (true) {
      List<Document> accounts = read(parts.keySet());
      Standing standing = holders.all().get(settlement.holder());
      Optional<List<Document>> foreign = notYetHeld(accounts, settlement);
      if (standing == null || settlement.epoch() <= standing.closing() || foreign.isEmpty()) {
        return Settled.REFUSED;
      }
      if (!foreign.get().isEmpty()) {
        take(foreign.get(), settlement.holder(), settlement.epoch());
      } else if (accounts.isEmpty() || apply(accounts, parts)) {
        return Settled.DURABLE;
      }
    }
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
  private static WriteModel<Document> applied(Document account, Part part) {
    Document set = new Document();
    for (Snapshot one : part.snapshots) {
      Document balance = account.get(one.meter().word(), Document.class);
      if (one.version() > balance.getLong("version")) {
        balance.append("spent", one.spent()).append("version", one.version());
        set.append(one.meter().word() + ".spent", one.spent())
            .append(one.meter().word() + ".version", one.version());
      }
    }
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
