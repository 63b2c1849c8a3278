package dev.lastword.store.mongo;

import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Meter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bson.Document;

/**
 * Adds everything up, and writes nothing. The sums are made once, and no moment is the same for
 * all; an account that seems not to add up is then looked at alone, what stands in its document
 * together with what is filed, until it did not change while it was read.
 */
final class MongoAudit {

  /** Enough to act on; a broken store could bring millions. */
  private static final int MAX_DISCREPANCIES = 100;

  private final Mongo mongo;
  private final List<String> discrepancies = new ArrayList<>();

  MongoAudit(Mongo mongo) {
    this.mongo = mongo;
  }

  private record Book(long incarnation, String meter) {}

  Audit run() {
    Map<Book, Long> spent = sums("receipts", new Document());
    Map<Book, Long> credited = sums("credits", new Document());
    long accounts = 0;
    long unfiled = 0;
    for (Document account : Mongo.patient(mongo.users()).find()) {
      accounts++;
      long incarnation = account.getLong("_id");
      if (account.containsKey("unfiled") || !explained(account, spent, credited).isEmpty()) {
        unfiled += look(incarnation);
      }
      for (Meter meter : Meter.values()) {
        spent.remove(new Book(incarnation, meter.word()));
      }
    }
    for (Book left : spent.keySet()) {
      if (mongo.users().find(new Document("_id", left.incarnation)).first() == null) {
        discrepancies.add("receipts: no account " + left.incarnation);
      }
    }
    odd();
    long receipts = Mongo.patient(mongo.receipts()).countDocuments() + unfiled;
    return new Audit(accounts, receipts, discrepancies.stream().limit(MAX_DISCREPANCIES).toList());
  }

  private Map<Book, Long> sums(String collection, Document match) {
    Map<Book, Long> sums = new HashMap<>();
    (collection.equals("receipts")
            ? Mongo.patient(mongo.receipts())
            : Mongo.patient(mongo.credits()))
        .aggregate(
            List.of(
                new Document("$match", match),
                new Document(
                    "$group",
                    new Document(
                            "_id",
                            new Document("incarnation", "$incarnation").append("meter", "$meter"))
                        .append("amount", new Document("$sum", "$amount")))))
        .forEach(one -> {
          Document id = one.get("_id", Document.class);
          sums.put(
              new Book(id.getLong("incarnation"), id.getString("meter")),
              one.get("amount", Number.class).longValue());
        });
    return sums;
  }

  private static List<String> explained(
      Document account, Map<Book, Long> spent, Map<Book, Long> credited) {
    List<String> differences = new ArrayList<>();
    for (Meter meter : Meter.values()) {
      Document balance = account.get(meter.word(), Document.class);
      Book book = new Book(account.getLong("_id"), meter.word());
      String name =
          "account %s (%d), %s: ".formatted(account.getString("id"), book.incarnation, book.meter);
      long hasSpent = balance.getLong("spent");
      long hasCredited = balance.getLong("credited");
      long receipts = spent.getOrDefault(book, 0L);
      long credits = credited.getOrDefault(book, 0L);
      if (hasSpent != receipts) {
        differences.add(name + "spent " + hasSpent + ", receipts " + receipts);
      }
      if (hasCredited != credits) {
        differences.add(name + "credited " + hasCredited + ", credits " + credits);
      }
      if (hasSpent < 0 || hasSpent > hasCredited) {
        differences.add(name + "spent " + hasSpent + " of " + hasCredited + " credited");
      }
    }
    return differences;
  }

  /** Looks at one account; returns how many of its receipts are nowhere but in its document. */
  private long look(long incarnation) {
    while (true) {
      Document account = read(incarnation);
      List<String> receiptIds = ids(account, "pending");
      List<String> creditIds = ids(account, "credits");
      Map<Book, Long> spent = sums("receipts", besides(incarnation, receiptIds));
      Map<Book, Long> credited = sums("credits", besides(incarnation, creditIds));
      Map<String, Document> filed = new HashMap<>();
      mongo
          .receipts()
          .find(new Document("_id", Documents.in(receiptIds)))
          .forEach(one -> filed.put(one.getString("_id"), one));
      for (Document one : Documents.list(account, "pending")) {
        Document other = filed.getOrDefault(one.getString("_id"), one);
        add(spent, other.getLong("version") > one.getLong("version") ? other : one);
      }
      Documents.list(account, "credits").forEach(one -> add(credited, one));
      List<String> differences = explained(account, spent, credited);
      if (Objects.equals(account.getLong("serial"), read(incarnation).getLong("serial"))) {
        discrepancies.addAll(differences);
        return (long) receiptIds.size() - filed.size();
      }
    }
  }

  private Document read(long incarnation) {
    return Optional.ofNullable(mongo.users().find(new Document("_id", incarnation)).first())
        .orElseThrow();
  }

  private static List<String> ids(Document account, String field) {
    return Documents.list(account, field).stream().map(one -> one.getString("_id")).toList();
  }

  private static Document besides(long incarnation, List<String> ids) {
    return new Document("incarnation", incarnation).append("_id", new Document("$nin", ids));
  }

  private static void add(Map<Book, Long> sums, Document one) {
    sums.merge(
        new Book(one.getLong("incarnation"), one.getString("meter")),
        one.getLong("amount"),
        Long::sum);
  }

  private void odd() {
    Mongo.patient(mongo.receipts())
        .find(
            new Document(
                "$or",
                List.of(
                    new Document("amount", new Document("$lt", 0L)),
                    new Document("open", true).append("outcome", new Document("$exists", true)),
                    new Document("open", true).append("closedAt", new Document("$exists", true)),
                    new Document("open", new Document("$exists", false))
                        .append("outcome", new Document("$exists", false)),
                    new Document("outcome", new Document("$exists", true))
                        .append("closedAt", new Document("$exists", false)))))
        .limit(MAX_DISCREPANCIES)
        .forEach(one ->
            discrepancies.add(
                "receipt %s: amount %d, outcome %s, closed %s"
                    .formatted(
                        one.getString("_id"),
                        one.getLong("amount"),
                        one.getString("outcome"),
                        one.getDate("closedAt"))));
  }
}
