package dev.lastword.store.mongo;

import com.mongodb.MongoWriteException;
import com.mongodb.client.model.UpdateOptions;
import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * What operators do to accounts. An operator's key is claimed first, with the number of the account
 * or the id of the credit that it stands for; the account's one update brings that in. Whoever
 * comes with the key again finds it done, or does it, under the same number or id: a crash between
 * the two leaves nothing to clean up.
 *
 * <p>An id lives once at a time: each of its lives has a number, one more than that of the last
 * one, which must have ended; the index of ids and lives is unique.
 */
final class Operators {

  private final Mongo mongo;
  private final Filing filing;
  private final TimeOrderedIds ids;
  private final Steps steps;

  Operators(Mongo mongo, Filing filing, TimeOrderedIds ids, Steps steps) {
    this.mongo = mongo;
    this.filing = filing;
    this.ids = ids;
    this.steps = steps;
  }

  Optional<Document> living(String id) {
    return Optional.ofNullable(
        mongo.users().find(new Document("id", id).append("living", true)).first());
  }

  private Optional<Document> lastLife(String id) {
    return Optional.ofNullable(
        mongo.users().find(new Document("id", id)).sort(new Document("life", -1)).first());
  }

  Creation create(NewAccount wanted, @Nullable CallerKey key, Instant now) {
    Document claim = key == null ? null : claimed(key);
    while (true) {
      if (claim != null && key != null) {
        if (isOther(claim, key)) {
          return new Creation.KeyUsedOtherwise();
        }
        Optional<Document> made = filing.account(claim.getLong("incarnation"));
        if (made.isPresent()) {
          return new Creation.AlreadyCreated(Documents.account(made.get()).asCreated(wanted));
        }
      }
      Optional<Document> last = lastLife(wanted.id());
      if (last.isPresent() && last.get().getBoolean("living")) {
        // It may have been made under this very key in this moment.
        if (claim != null && last.get().getLong("_id").equals(claim.getLong("incarnation"))) {
          continue;
        }
        return new Creation.Exists();
      }
      if (key != null && claim == null) {
        claim = claim(key, new Document("incarnation", nextIncarnation()), now);
        continue;
      }
      long incarnation = claim == null ? nextIncarnation() : claim.getLong("incarnation");
      long life = last.map(one -> one.getLong("life") + 1).orElse(0L);
      Document account = document(incarnation, life, wanted, now);
      if (inserted(account)) {
        filing.file(List.of(account));
        return new Creation.Created(Documents.account(account));
      }
    }
  }

  private long nextIncarnation() {
    while (true) {
      Document counter = mongo.ledger().find(new Document("_id", "incarnations")).first();
      long last = counter == null ? 0 : counter.getLong("last");
      try {
        long found =
            mongo
                .ledger()
                .updateOne(
                    new Document("_id", "incarnations").append("last", last),
                    new Document("$set", new Document("last", last + 1)),
                    new UpdateOptions().upsert(last == 0))
                .getMatchedCount();
        steps.at(Step.CREATE_KEY);
        if (found == 1 || last == 0) {
          return last + 1;
        }
      } catch (MongoWriteException e) {
        demandDuplicate(e);
      }
      Mongo.giveWay();
    }
  }

  private static void demandDuplicate(MongoWriteException failure) {
    if (!Mongo.isDuplicate(failure)) {
      throw failure;
    }
  }

  private Document document(long incarnation, long life, NewAccount wanted, Instant now) {
    List<Document> credits = new ArrayList<>();
    for (Meter meter : Meter.values()) {
      long amount = meter == Meter.TOKENS ? wanted.tokens() : wanted.words();
      if (amount > 0) {
        credits.add(
            Documents.document(
                new Credit(ids.next(), wanted.id(), incarnation, meter, amount, amount, now)));
      }
    }
    Document account =
        new Document("_id", incarnation)
            .append("id", wanted.id())
            .append("life", life)
            .append("living", true)
            .append("permissions", Permission.words(wanted.permissions()))
            .append("status", Status.ACTIVE.word())
            .append("revision", 1L)
            .append("createdAt", Date.from(now))
            .append(Meter.TOKENS.word(), Documents.balance(wanted.tokens()))
            .append(Meter.WORDS.word(), Documents.balance(wanted.words()))
            .append("serial", 1L)
            .append("holder", "")
            .append("epoch", 0L)
            .append("shut", true)
            .append("open", List.of())
            .append("pending", List.of())
            .append("credits", credits)
            .append("unfiled", true);
    if (wanted.email() != null) {
      account.append("email", wanted.email());
    }
    return account;
  }

  /** An update that inserts, since only an update can set the server's time. */
  private boolean inserted(Document account) {
    Document fields = new Document(account);
    fields.remove("_id");
    try {
      boolean inserted =
          mongo
                  .users()
                  .updateOne(
                      new Document("_id", account.getLong("_id")),
                      new Document("$setOnInsert", fields)
                          .append("$currentDate", new Document("changedAt", true)),
                      new UpdateOptions().upsert(true))
                  .getUpsertedId()
              != null;
      steps.at(Step.CREATE_ACCOUNT);
      return inserted;
    } catch (MongoWriteException e) {
      demandDuplicate(e);
      return false;
    }
  }

  /**
   * Changes the living account.
   *
   * @param set whose values the caller has
   */
  boolean alter(String id, Document set) {
    boolean altered =
        mongo
                .users()
                .updateOne(
                    new Document("id", id).append("living", true),
                    new Document("$set", set)
                        .append("$inc", new Document("revision", 1L).append("serial", 1L))
                        .append("$currentDate", new Document("changedAt", true)))
                .getMatchedCount()
            == 1;
    steps.at(Step.CHANGE_MADE);
    return altered;
  }

  /**
   * Adds units. A key whose account was deleted before the credit came in finds no account, also
   * when the id lives again by then.
   */
  Crediting credit(String id, Meter meter, long amount, @Nullable CallerKey key, Instant now) {
    Document claim = key == null ? null : claimed(key);
    String creditId = ids.next();
    while (true) {
      if (claim != null && key != null && isOther(claim, key)) {
        return new Crediting.KeyUsedOtherwise();
      }
      Optional<Document> found =
          claim == null ? living(id) : filing.account(claim.getLong("incarnation"));
      if (claim != null) {
        creditId = claim.getString("credit");
      }
      if (found.isPresent()) {
        Optional<Credit> made = made(found.get(), creditId);
        if (made.isPresent()) {
          return key == null
              ? new Crediting.Credited(made.get())
              : new Crediting.AlreadyCredited(made.get());
        }
      }
      if (found.isEmpty() || !found.get().getBoolean("living")) {
        return new Crediting.NoAccount();
      }
      Document account = found.get();
      long before = Documents.balance(account, meter).credited();
      if (amount > Balance.MAXIMUM - before) {
        return new Crediting.TooMuch();
      }
      long incarnation = account.getLong("_id");
      if (key != null && claim == null) {
        claim =
            claim(key, new Document("incarnation", incarnation).append("credit", creditId), now);
        continue;
      }
      Credit credit = new Credit(creditId, id, incarnation, meter, amount, before + amount, now);
      if (raised(account, credit)) {
        return new Crediting.Credited(Documents.credit(Documents.document(credit)));
      }
      Mongo.giveWay();
    }
  }

  /** Looked for in the document, as it was read, before the collection. */
  private Optional<Credit> made(Document account, String creditId) {
    for (Document one : Documents.list(account, "credits")) {
      if (one.getString("_id").equals(creditId)) {
        return Optional.of(Documents.credit(one));
      }
    }
    return Optional.ofNullable(mongo.credits().find(new Document("_id", creditId)).first())
        .map(Documents::credit);
  }

  private boolean raised(Document account, Credit credit) {
    List<Document> credits = new ArrayList<>(Documents.list(account, "credits"));
    credits.add(Documents.document(credit));
    boolean raised =
        mongo
                .users()
                .updateOne(
                    Filing.unchanged(account),
                    new Document(
                            "$set",
                            new Document("credits", credits)
                                .append("unfiled", true)
                                .append(
                                    credit.meter().word() + ".credited", credit.totalCredited()))
                        .append("$inc", new Document("revision", 1L).append("serial", 1L))
                        .append("$currentDate", new Document("changedAt", true)))
                .getMatchedCount()
            == 1;
    steps.at(Step.CREDIT_RAISED);
    if (raised) {
      account.append("credits", credits).append("serial", account.getLong("serial") + 1);
      filing.file(List.of(account));
    }
    return raised;
  }

  private static Document keyId(CallerKey key) {
    return new Document("caller", key.caller()).append("key", key.request().key());
  }

  private @Nullable Document claimed(CallerKey key) {
    return mongo.keys().find(new Document("_id", keyId(key))).first();
  }

  private static boolean isOther(Document claim, CallerKey key) {
    return !key.request().fingerprint().equals(claim.getString("fingerprint"));
  }

  /** What the key stands for from now on; somebody else's claim, if it came first. */
  private @Nullable Document claim(CallerKey key, Document target, Instant now) {
    Document claim =
        new Document("_id", keyId(key))
            .append("fingerprint", key.request().fingerprint())
            .append("createdAt", Date.from(now));
    claim.putAll(target);
    try {
      mongo.keys().insertOne(claim);
      steps.at(Step.CREDIT_KEY);
      return claim;
    } catch (MongoWriteException e) {
      demandDuplicate(e);
      return claimed(key);
    }
  }

  boolean forgetKeysBefore(Instant time) {
    boolean some =
        mongo
                .keys()
                .deleteMany(new Document("createdAt", new Document("$lt", Date.from(time))))
                .getDeletedCount()
            > 0;
    steps.at(Step.FORGET_KEYS);
    return some;
  }
}
