package dev.lastword.store.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.lastword.accounts.Receipt;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bson.Document;

/**
 * Moves receipts, credits and notices out of the accounts' documents into collections of their own,
 * and reads them wherever they are. Moving is idempotent: what is filed is replaced only by what is
 * newer, and taken out of a document only while that has not changed. So a document is always read
 * before the collection: what has left the one is in the other.
 */
final class Filing {

  private static final int PAGE = 200;
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

  private final Mongo mongo;
  private final Steps steps;

  Filing(Mongo mongo, Steps steps) {
    this.mongo = mongo;
    this.steps = steps;
  }

  /** Files what these documents of accounts hold, as they were read or written. */
  void file(Collection<Document> accounts) {
    file(accounts, UnaryOperator.identity());
  }

  private void file(
      Collection<Document> accounts, UnaryOperator<MongoCollection<Document>> patience) {
    List<WriteModel<Document>> receipts = new ArrayList<>();
    List<WriteModel<Document>> credits = new ArrayList<>();
    List<WriteModel<Document>> notices = new ArrayList<>();
    List<WriteModel<Document>> done = new ArrayList<>();
    for (Document account : accounts) {
      for (Document one : Documents.list(account, "pending")) {
        receipts.add(
            replacement(
                new Document("_id", one.getString("_id"))
                    .append("version", new Document("$lt", one.getLong("version"))),
                one));
      }
      for (Document one : Documents.list(account, "credits")) {
        credits.add(replacement(new Document("_id", one.getString("_id")), one));
      }
      for (Document one : notices(account)) {
        Document fields = new Document(one);
        fields.remove("_id");
        // One that is there may have been told.
        notices.add(
            new UpdateOneModel<>(
                new Document("_id", one.getString("_id")),
                new Document("$setOnInsert", fields),
                new UpdateOptions().upsert(true)));
      }
      done.add(
          new UpdateOneModel<>(
              unchanged(account),
              new Document("$set", new Document("pending", List.of()).append("credits", List.of()))
                  .append("$unset", new Document("unfiled", "").append("notices", ""))
                  .append("$inc", new Document("serial", 1L))));
    }
    write(patience.apply(mongo.receipts()), receipts);
    write(patience.apply(mongo.credits()), credits);
    write(patience.apply(mongo.notices()), notices);
    write(patience.apply(mongo.users()), done);
  }

  private static ReplaceOneModel<Document> replacement(Document unless, Document one) {
    return new ReplaceOneModel<>(unless, one, new ReplaceOptions().upsert(true));
  }

  /** The account as it was read, if nobody has written it since. */
  static Document unchanged(Document account) {
    return new Document("_id", account.getLong("_id")).append("serial", account.getLong("serial"));
  }

  /** What is there already, as new or newer, is in the way of its insertion; that is all. */
  private void write(MongoCollection<Document> collection, List<WriteModel<Document>> writes) {
    if (writes.isEmpty()) {
      return;
    }
    try {
      collection.bulkWrite(writes, UNORDERED);
    } catch (MongoBulkWriteException e) {
      if (e.getWriteConcernError() != null
          || !e.getWriteErrors().stream().allMatch(one -> Mongo.isDuplicate(one.getCode()))) {
        throw e;
      }
    }
    steps.at(Step.COMMIT_RECEIPT);
  }

  /** Files what accounts hold that have notices. */
  void fileNotices() {
    file(
        new Document("unfiled", true).append("notices", new Document("$exists", true)),
        UnaryOperator.identity());
  }

  /** Files all there is: what a crash, or somebody faster, has left. */
  void fileAll() {
    fileAll(UnaryOperator.identity());
  }

  /** The same, however long it takes. */
  void fileAllPatiently() {
    fileAll(Mongo::patient);
  }

  private void fileAll(UnaryOperator<MongoCollection<Document>> patience) {
    file(new Document("unfiled", true), patience);
  }

  private void file(Document which, UnaryOperator<MongoCollection<Document>> patience) {
    List<Document> page;
    do {
      page = patience.apply(mongo.users()).find(which).limit(PAGE).into(new ArrayList<>());
      file(page, patience);
    } while (page.size() == PAGE);
  }

  /** The newer of both; a receipt that was closed as it stood has not changed its version. */
  static void merge(Map<String, Receipt> into, Receipt one) {
    into.merge(
        one.id(), one, (first, second) -> second.version() >= first.version() ? second : first);
  }

  private void merge(Map<String, Receipt> into, Document query) {
    mongo.receipts().find(query).forEach(one -> merge(into, Documents.receipt(one)));
  }

  /** Few accounts have any. */
  static List<Document> notices(Document account) {
    return account.getList("notices", Document.class, List.of());
  }

  static Map<String, Receipt> pending(Document account) {
    Map<String, Receipt> receipts = new HashMap<>();
    for (Document one : Documents.list(account, "pending")) {
      merge(receipts, Documents.receipt(one));
    }
    return receipts;
  }

  /**
   * The receipts of that query and those still in the document, each as new as it is anywhere.
   *
   * @param account read before this is called
   */
  Map<String, Receipt> receipts(Document account, Document query) {
    Map<String, Receipt> receipts = pending(account);
    List<String> late = List.copyOf(receipts.keySet());
    merge(receipts, query);
    if (!late.isEmpty()) {
      // It may be older than what is filed.
      merge(receipts, new Document("_id", Documents.in(late)));
    }
    return receipts;
  }

  /** The document of an account, living or not. */
  Optional<Document> account(long incarnation) {
    return Optional.ofNullable(mongo.users().find(new Document("_id", incarnation)).first());
  }
}
