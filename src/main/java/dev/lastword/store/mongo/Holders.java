package dev.lastword.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.UpdateOptions;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The holders and their epochs, all in one document, so that each act on them is atomic: it is
 * written only if nobody wrote it since it was read.
 */
final class Holders {

  private static final String ID = "holders";

  /** The document that says, by name, when each was last leased to anybody. */
  private static final String LEASES = "leases";

  /**
   * What is known of a holder.
   *
   * @param taken the highest epoch ever taken
   * @param current the newest ever leased
   * @param closing up to here nothing begins any more: accounts are being shut
   * @param sealed up to here every account is shut, and its fixed prices are given back
   */
  record Standing(long taken, long current, long closing, long sealed) {

    static final Standing NONE = new Standing(0, 0, 0, 0);

    boolean leases(long epoch) {
      return epoch == current && epoch > closing;
    }

    private Standing takes(long epoch) {
      return new Standing(Math.max(taken, epoch), current, closing, sealed);
    }

    private Standing closes(long epoch) {
      return new Standing(Math.max(taken, epoch), current, Math.max(closing, epoch), sealed);
    }

    private Standing seals(long epoch) {
      return new Standing(taken, current, closing, Math.max(sealed, epoch));
    }

    /** Where all that was ever current is sealed, so are the numbers between. */
    private Standing wants(long epoch) {
      long newSealed = epoch > current && sealed >= current ? Math.max(sealed, epoch - 1) : sealed;
      return new Standing(
          Math.max(taken, epoch),
          epoch > closing ? Math.max(current, epoch) : current,
          Math.max(closing, newSealed),
          newSealed);
    }
  }

  /** Changes the holders; may be called more than once. */
  private interface Change<T> {
    T of(Map<String, Standing> holders);
  }

  private final Mongo mongo;
  private final Steps steps;

  Holders(Mongo mongo, Steps steps) {
    this.mongo = mongo;
    this.steps = steps;
  }

  Map<String, Standing> all() {
    return all(mongo.ledger().find(new Document("_id", ID)).first());
  }

  private static Map<String, Standing> all(@Nullable Document book) {
    Map<String, Standing> holders = new HashMap<>();
    if (book != null) {
      for (Document one : Documents.list(book, "holders")) {
        holders.put(
            one.getString("name"),
            new Standing(
                one.getLong("taken"),
                one.getLong("current"),
                one.getLong("closing"),
                one.getLong("sealed")));
      }
    }
    return holders;
  }

  private <T> T change(Change<T> change) {
    while (true) {
      Document book = mongo.ledger().find(new Document("_id", ID)).first();
      Map<String, Standing> before = all(book);
      Map<String, Standing> after = new HashMap<>(before);
      T result = change.of(after);
      if (after.equals(before) || write(book, after)) {
        return result;
      }
      Mongo.giveWay();
    }
  }

  private boolean write(@Nullable Document book, Map<String, Standing> holders) {
    long serial = book == null ? 0 : book.getLong("serial");
    List<Document> list = new ArrayList<>();
    holders.forEach((name, one) ->
        list.add(
            new Document("name", name)
                .append("taken", one.taken)
                .append("current", one.current)
                .append("closing", one.closing)
                .append("sealed", one.sealed)));
    Document next = new Document("_id", ID).append("serial", serial + 1).append("holders", list);
    boolean written;
    if (book == null) {
      written = inserted(next);
    } else {
      written =
          mongo
                  .ledger()
                  .replaceOne(new Document("_id", ID).append("serial", serial), next)
                  .getMatchedCount()
              == 1;
    }
    steps.at(Step.RECOVERY_EPOCH);
    return written;
  }

  private boolean inserted(Document first) {
    try {
      mongo.ledger().insertOne(first);
      steps.at(Step.RECOVERY_EPOCH);
      return true;
    } catch (MongoWriteException e) {
      return duplicate(e);
    }
  }

  private static boolean duplicate(MongoException failure) {
    if (Mongo.isDuplicate(failure)) {
      return false;
    }
    throw failure;
  }

  long take(String holder) {
    return change(holders -> {
      Standing one = holders.getOrDefault(holder, Standing.NONE);
      holders.put(holder, one.takes(one.taken + 1));
      return one.taken + 1;
    });
  }

  /** Takes the next epoch, makes it current and seals all before it. */
  long takeOver(String holder) {
    return change(holders -> {
      holders.forEach((other, one) -> {
        if (!other.equals(holder) && one.current > one.sealed) {
          throw new IllegalStateException(
              "the accounts are held by "
                  + other
                  + ", whose epoch "
                  + one.current
                  + " is not sealed: a ledger for several nodes still owns them");
        }
      });
      long last = holders.getOrDefault(holder, Standing.NONE).taken;
      holders.put(holder, new Standing(last + 1, last + 1, last, last));
      return last + 1;
    });
  }

  /** Renewing what is current writes nothing but when it was. */
  Set<String> lease(Map<String, Long> epochs) {
    Set<String> refused =
        change(holders -> {
          Set<String> over = new HashSet<>();
          epochs.forEach((holder, epoch) -> {
            Standing one = holders.getOrDefault(holder, Standing.NONE);
            Standing next = one.leases(epoch) ? one : one.wants(epoch);
            holders.put(holder, next);
            if (!next.leases(epoch)) {
              over.add(holder);
            }
          });
          return over;
        });
    note(epochs.keySet(), refused);
    return refused;
  }

  private void note(Set<String> asked, Set<String> refused) {
    Document now = new Document();
    asked.stream().filter(one -> !refused.contains(one)).forEach(one -> now.append(one, true));
    if (!now.isEmpty()) {
      mongo
          .ledger()
          .updateOne(
              new Document("_id", LEASES),
              new Document("$currentDate", now),
              new UpdateOptions().upsert(true));
      steps.at(Step.RECOVERY_EPOCH);
    }
  }

  boolean leasedWithin(String holder, Duration time) {
    Document leases = mongo.ledger().find(new Document("_id", LEASES)).first();
    Date at = leases == null ? null : leases.getDate(holder);
    return at != null && at.toInstant().isAfter(mongo.now().minus(time));
  }

  /** Nothing of those epochs begins any more; false if they are sealed. */
  boolean close(String holder, long epoch) {
    return change(holders -> {
      Standing one = holders.getOrDefault(holder, Standing.NONE);
      holders.put(holder, one.closes(epoch));
      return one.sealed < epoch;
    });
  }

  void seal(String holder, long epoch) {
    change(holders -> {
      holders.compute(
          holder, (_, one) -> (one == null ? Standing.NONE : one).closes(epoch).seals(epoch));
      return true;
    });
  }
}
