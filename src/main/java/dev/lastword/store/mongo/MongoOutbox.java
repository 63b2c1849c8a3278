package dev.lastword.store.mongo;

import dev.lastword.accounts.Notice;
import dev.lastword.accounts.Outbox;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/**
 * The collection of notices, into which {@link Filing} brings those that came with a settlement.
 * One that was told has neither {@code due} nor {@code at} any more; it stays until one of a later
 * credit is told.
 */
final class MongoOutbox implements Outbox {

  private final Mongo mongo;
  private final Filing filing;
  private final Steps steps;

  MongoOutbox(Mongo mongo, Filing filing, Steps steps) {
    this.mongo = mongo;
    this.filing = filing;
    this.steps = steps;
  }

  private static Document dueBy(Instant now) {
    return new Document("due", new Document("$lte", Date.from(now)));
  }

  @Override
  public List<Notice> take(Instant now, Duration alone, int limit) {
    return Mongo.failing(
        "cannot read notices",
        () -> {
          // What a crash, or an outage, has left in the accounts' documents.
          filing.fileNotices();
          List<Document> due =
              mongo
                  .notices()
                  .find(dueBy(now))
                  .sort(new Document("due", 1))
                  .limit(limit)
                  .into(new ArrayList<>());
          List<Notice> taken = new ArrayList<>();
          for (Document one : due) {
            // Somebody else may have taken it in this moment.
            if (update(
                dueBy(now).append("_id", one.getString("_id")),
                new Document("$set", new Document("due", Date.from(now.plus(alone)))))) {
              taken.add(Documents.notice(one));
            }
          }
          return taken;
        });
  }

  private boolean update(Document which, Document change) {
    boolean found = mongo.notices().updateOne(which, change).getMatchedCount() == 1;
    steps.at(Step.NOTICE_DONE);
    return found;
  }

  @Override
  public void note(Collection<Notice> told, Map<Notice, Instant> postponed) {
    Mongo.failing(
        "cannot note what was told",
        () -> {
          for (Notice notice : told) {
            forgetBefore(notice);
            update(
                waiting(notice), new Document("$unset", new Document("due", "").append("at", "")));
          }
          postponed.forEach((notice, due) ->
              update(
                  waiting(notice),
                  new Document("$set", new Document("due", Date.from(due)))
                      .append("$inc", new Document("attempts", 1))));
          return true;
        });
  }

  private void forgetBefore(Notice notice) {
    mongo
        .notices()
        .deleteMany(
            new Document("incarnation", notice.incarnation())
                .append("meter", notice.meter().word())
                .append("credited", new Document("$lt", notice.credited()))
                .append("due", new Document("$exists", false)));
    steps.at(Step.NOTICE_NOTED);
  }

  /** Unless it was told already. */
  private static Document waiting(Notice notice) {
    return new Document("_id", notice.key()).append("due", new Document("$exists", true));
  }

  @Override
  public Waiting waiting() {
    return Mongo.failing(
        "cannot count notices",
        () -> {
          Document waits = new Document("at", new Document("$exists", true));
          long notices = mongo.notices().countDocuments(waits);
          Document oldest = mongo.notices().find(waits).sort(new Document("at", 1)).first();
          return new Waiting(notices, oldest == null ? null : oldest.getDate("at").toInstant());
        });
  }
}
