package dev.lastword.store.mongo;

import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import dev.lastword.accounts.Desk;
import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.ReceiptAhead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bson.Document;

/** What the settlement queue's workers set aside: messages nobody can read, receipts ahead. */
final class QueueDesk implements Desk {

  private static final UpdateOptions INSERTING = new UpdateOptions().upsert(true);

  private final Mongo mongo;

  QueueDesk(Mongo mongo) {
    this.mongo = mongo;
  }

  @Override
  public void quarantine(Quarantined message) {
    Mongo.failing(
        "cannot set a message aside",
        () ->
            mongo
                .quarantine()
                .updateOne(
                    new Document("_id", message.id()),
                    new Document(
                        "$setOnInsert",
                        new Document("holder", message.holder())
                            .append("body", message.body())
                            .append("reason", message.reason())
                            .append("at", Date.from(message.at()))
                            .append("number", nextNumber())
                            .append("state", message.state().name())),
                    INSERTING));
  }

  /** In which order messages were set aside. */
  private long nextNumber() {
    Document counter =
        mongo
            .ledger()
            .findOneAndUpdate(
                new Document("_id", "quarantine"),
                new Document("$inc", new Document("next", 1L)),
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
    return counter == null ? 0 : counter.getLong("next");
  }

  @Override
  public List<Quarantined> quarantined(String holder) {
    return found(new Document("holder", holder));
  }

  @Override
  public List<Quarantined> quarantined() {
    return found(
        new Document(
            "state", new Document("$in", List.of(State.WAITING.name(), State.RELEASED.name()))));
  }

  private List<Quarantined> found(Document condition) {
    return Mongo.failing(
        "cannot read what was set aside",
        () ->
            mongo
                .quarantine()
                .find(condition)
                .sort(new Document("number", 1))
                .map(QueueDesk::message)
                .into(new ArrayList<>()));
  }

  private static Quarantined message(Document document) {
    return new Quarantined(
        document.getString("_id"),
        document.getString("holder"),
        document.getString("body"),
        document.getString("reason"),
        document.getDate("at").toInstant(),
        State.valueOf(document.getString("state")));
  }

  @Override
  public boolean decide(String id, State from, State to) {
    return Mongo.failing(
        "cannot decide about a message",
        () ->
            mongo
                    .quarantine()
                    .updateOne(
                        new Document("_id", id).append("state", from.name()),
                        new Document("$set", new Document("state", to.name())))
                    .getModifiedCount()
                == 1);
  }

  private static String name(String receiptId, long version) {
    return receiptId + " " + version;
  }

  @Override
  public void keepAhead(Collection<ReceiptAhead> receipts, Instant now) {
    for (ReceiptAhead receipt : receipts) {
      Mongo.failing(
          "cannot keep a receipt ahead",
          () ->
              mongo
                  .ahead()
                  .updateOne(
                      new Document("_id", name(receipt.receiptId(), receipt.version())),
                      new Document(
                          "$setOnInsert",
                          new Document("text", receipt.text()).append("at", Date.from(now))),
                      INSERTING));
    }
  }

  @Override
  public List<ReceiptAhead> ahead(Collection<ReceiptAhead.Key> keys) {
    List<ReceiptAhead> found = new ArrayList<>();
    for (ReceiptAhead.Key key : keys) {
      Optional.ofNullable(
              Mongo.failing(
                  "cannot read a receipt ahead", () -> mongo.ahead().find(named(key)).first()))
          .map(one -> new ReceiptAhead(key.receiptId(), key.version(), one.getString("text")))
          .ifPresent(found::add);
    }
    return found;
  }

  private static Document named(ReceiptAhead.Key key) {
    return new Document("_id", name(key.receiptId(), key.version()));
  }

  @Override
  public void forgetAhead(Collection<ReceiptAhead.Key> keys) {
    for (ReceiptAhead.Key key : keys) {
      Mongo.failing("cannot forget a receipt ahead", () -> mongo.ahead().deleteOne(named(key)));
    }
  }

  @Override
  public void forgetAheadBefore(Instant time) {
    Mongo.failing(
        "cannot forget receipts ahead",
        () -> mongo.ahead().deleteMany(new Document("at", new Document("$lt", Date.from(time)))));
  }
}
