package dev.lastword.store.mongo;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Notice;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** How values stand in the documents; docs/mongodb.md describes them. */
final class Documents {

  private Documents() {}

  static Account account(Document one) {
    return new Account(
        one.getLong("_id"),
        one.getString("id"),
        one.getLong("life") > 0,
        one.getString("email"),
        Permission.known(one.getList("permissions", String.class)),
        Status.parse(one.getString("status")).orElseThrow(),
        one.getLong("revision"),
        one.getDate("createdAt").toInstant(),
        balance(one, Meter.TOKENS),
        balance(one, Meter.WORDS));
  }

  static Balance balance(Document account, Meter meter) {
    Document one = account.get(meter.word(), Document.class);
    return new Balance(one.getLong("credited"), one.getLong("spent"), one.getLong("version"));
  }

  static Document balance(long credited) {
    return new Document("credited", credited).append("spent", 0L).append("version", 0L);
  }

  /** {@code open} stands in open receipts only, so that a sparse index holds no others. */
  static Document document(Receipt receipt) {
    Document one =
        new Document("_id", receipt.id())
            .append("incarnation", receipt.incarnation())
            .append("holder", receipt.holder())
            .append("meter", receipt.meter().word())
            .append("product", receipt.product())
            .append("amount", receipt.amount());
    Outcome outcome = receipt.outcome();
    if (outcome == null) {
      one.append("open", true);
    } else {
      one.append("outcome", outcome.word());
    }
    one.append("createdAt", Date.from(receipt.createdAt()));
    Instant closedAt = receipt.closedAt();
    if (closedAt != null) {
      one.append("closedAt", Date.from(closedAt));
    }
    one.append("version", receipt.version());
    RequestKey key = receipt.key();
    if (key != null) {
      one.append("key", key.key()).append("fingerprint", key.fingerprint());
    }
    if (receipt.result() != null) {
      one.append("result", receipt.result());
    }
    return one;
  }

  static Receipt receipt(Document one) {
    String outcome = one.getString("outcome");
    String key = one.getString("key");
    return new Receipt(
        one.getString("_id"),
        one.getLong("incarnation"),
        one.getString("holder"),
        Meter.parse(one.getString("meter")).orElseThrow(),
        one.getString("product"),
        one.getLong("amount"),
        outcome == null ? null : Outcome.of(outcome),
        one.getDate("createdAt").toInstant(),
        instant(one.getDate("closedAt")),
        one.getLong("version"),
        key == null ? null : new RequestKey(key, one.getString("fingerprint")),
        one.getString("result"));
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }

  static Document document(Credit credit) {
    return new Document("_id", credit.id())
        .append("incarnation", credit.incarnation())
        .append("account", credit.accountId())
        .append("meter", credit.meter().word())
        .append("amount", credit.amount())
        .append("total", credit.totalCredited())
        .append("createdAt", Date.from(credit.createdAt()));
  }

  static Credit credit(Document one) {
    return new Credit(
        one.getString("_id"),
        one.getString("account"),
        one.getLong("incarnation"),
        Meter.parse(one.getString("meter")).orElseThrow(),
        one.getLong("amount"),
        one.getLong("total"),
        one.getDate("createdAt").toInstant());
  }

  /** Due at once, whatever time the nodes think it is. */
  static Document document(Notice notice) {
    return new Document("_id", notice.key())
        .append("incarnation", notice.incarnation())
        .append("account", notice.accountId())
        .append("meter", notice.meter().word())
        .append("credited", notice.credited())
        .append("level", notice.level())
        .append("left", notice.left())
        .append("at", Date.from(notice.at()))
        .append("due", Date.from(Instant.EPOCH))
        .append("attempts", 0);
  }

  static Notice notice(Document one) {
    return new Notice(
        one.getLong("incarnation"),
        one.getString("account"),
        Meter.parse(one.getString("meter")).orElseThrow(),
        one.getLong("credited"),
        one.getLong("level"),
        one.getLong("left"),
        one.getDate("at").toInstant(),
        one.getInteger("attempts"));
  }

  static List<Document> list(Document one, String field) {
    return one.getList(field, Document.class);
  }

  static Document in(Collection<?> values) {
    return new Document("$in", List.copyOf(values));
  }
}
