package dev.lastword.settlement;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the object of a message; see {@link MessageText}. */
final class MessageReader {

  private MessageReader() {}

  static Message message(String object) throws Unreadable {
    Members members = Members.of(object);
    long version = members.number("v");
    if (version != MessageWriter.VERSION) {
      throw new Unreadable("it is of version " + version + ", which this worker does not know");
    }
    String type = members.text("type");
    String holder = members.text("holder");
    Message message =
        switch (type) {
          case Message.Settle.TYPE -> settle(members, holder);
          case Message.Ahead.TYPE -> new Message.Ahead(holder, receipts(members));
          case Message.Seal.TYPE -> new Message.Seal(holder, members.number("epoch"));
          default -> throw new Unreadable("it is of a type that this worker does not know");
        };
    members.end();
    return message;
  }

  private static Message settle(Members members, String holder) throws Unreadable {
    long epoch = members.number("epoch");
    List<Snapshot> snapshots = new ArrayList<>();
    for (Members one : members.objects("snapshots")) {
      snapshots.add(
          new Snapshot(
              one.number("account"), meter(one), one.amount("spent"), one.number("version")));
      one.end();
    }
    List<Receipt> receipts = receipts(members);
    List<ReceiptAhead.Key> ahead = new ArrayList<>();
    for (Members one : members.objects("ahead")) {
      ahead.add(new ReceiptAhead.Key(one.text("id"), one.number("version")));
      one.end();
    }
    return new Message.Settle(new Settlement(holder, epoch, snapshots, receipts), ahead);
  }

  private static List<Receipt> receipts(Members members) throws Unreadable {
    List<Receipt> receipts = new ArrayList<>();
    for (Members one : members.objects("receipts")) {
      receipts.add(
          new Receipt(
              one.text("id"),
              one.number("account"),
              one.text("node"),
              meter(one),
              one.text("product"),
              one.amount("amount"),
              outcome(one),
              created(one),
              one.time("closed").orElse(null),
              one.number("version"),
              key(one),
              one.optional("result").orElse(null)));
      one.end();
    }
    return receipts;
  }

  private static Instant created(Members members) throws Unreadable {
    return members.time("created").orElseThrow(() -> new Unreadable("created is missing"));
  }

  private static Meter meter(Members members) throws Unreadable {
    return Meter.parse(members.text("meter"))
        .orElseThrow(() -> new Unreadable("there is no such meter"));
  }

  private static @Nullable Outcome outcome(Members members) throws Unreadable {
    Optional<String> word = members.optional("outcome");
    try {
      return word.map(Outcome::of).orElse(null);
    } catch (IllegalArgumentException e) {
      throw new Unreadable("there is no such outcome", e);
    }
  }

  private static @Nullable RequestKey key(Members members) throws Unreadable {
    Optional<String> key = members.optional("key");
    Optional<String> print = members.optional("print");
    if (key.isPresent() != print.isPresent()) {
      throw new Unreadable("a key and its print go together");
    }
    return key.isPresent() ? new RequestKey(key.get(), print.get()) : null;
  }
}
