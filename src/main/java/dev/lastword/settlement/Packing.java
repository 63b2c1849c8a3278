package dev.lastword.settlement;

import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes messages of a settlement that fit into the queue. Usually that is one. A settlement that is
 * too long is parted between accounts, since an account's snapshot must not travel ahead of a
 * receipt it counts; an account that is too long by itself has its receipts travel ahead of it.
 */
final class Packing {

  /** A message with what is handed in. */
  record Packed(Message message, String body) {}

  /** What is longer than this before it is deflated is parted without trying. */
  private static final long WORTH_TRYING = 8L * MessageText.MAX_BODY;

  /** The same for receipts that travel ahead, where a message more costs little. */
  private static final long WORTH_TRYING_AHEAD = 2L * MessageText.MAX_BODY;

  private Packing() {}

  /**
   * The messages, in the order in which the queue has to take them.
   *
   * @throws IllegalArgumentException if a single receipt is too long
   */
  static List<Packed> pack(Settlement settlement) {
    List<Packed> all = new ArrayList<>();
    pack(settlement, all);
    return all;
  }

  private static void pack(Settlement settlement, Collection<Packed> into) {
    if (length(settlement.receipts()) <= WORTH_TRYING
        && fits(new Message.Settle(settlement, List.of()), into)) {
      return;
    }
    Set<Long> accounts = new LinkedHashSet<>();
    settlement.receipts().forEach(receipt -> accounts.add(receipt.incarnation()));
    settlement.snapshots().forEach(snapshot -> accounts.add(snapshot.incarnation()));
    if (accounts.size() > 1) {
      List<Long> ordered = List.copyOf(accounts);
      int half = ordered.size() / 2;
      pack(only(settlement, Set.copyOf(ordered.subList(0, half))), into);
      pack(only(settlement, Set.copyOf(ordered.subList(half, ordered.size()))), into);
      return;
    }
    List<Receipt> receipts = List.copyOf(settlement.receipts());
    sendAhead(settlement.holder(), receipts, into);
    Settlement bare =
        new Settlement(settlement.holder(), settlement.epoch(), settlement.snapshots(), List.of());
    List<ReceiptAhead.Key> keys =
        receipts.stream().map(one -> new ReceiptAhead.Key(one.id(), one.version())).toList();
    if (!fits(new Message.Settle(bare, keys), into)) {
      throw new IllegalArgumentException(
          "one account's settlement of " + keys.size() + " receipts is too long for the queue");
    }
  }

  private static Settlement only(Settlement settlement, Set<Long> accounts) {
    List<Snapshot> snapshots =
        settlement.snapshots().stream()
            .filter(snapshot -> accounts.contains(snapshot.incarnation()))
            .toList();
    List<Receipt> receipts =
        settlement.receipts().stream()
            .filter(receipt -> accounts.contains(receipt.incarnation()))
            .toList();
    return new Settlement(settlement.holder(), settlement.epoch(), snapshots, receipts);
  }

  private static void sendAhead(String holder, List<Receipt> receipts, Collection<Packed> into) {
    boolean worthTrying = receipts.size() <= 1 || length(receipts) <= WORTH_TRYING_AHEAD;
    if (receipts.isEmpty() || (worthTrying && fits(new Message.Ahead(holder, receipts), into))) {
      return;
    }
    if (receipts.size() == 1) {
      throw new IllegalArgumentException(
          "the receipt "
              + receipts.getFirst().id()
              + " is too long for the queue: its message"
              + " would have more than "
              + MessageText.MAX_BODY
              + " characters");
    }
    int half = receipts.size() / 2;
    sendAhead(holder, receipts.subList(0, half), into);
    sendAhead(holder, receipts.subList(half, receipts.size()), into);
  }

  /** About how many characters there are to write. */
  private static long length(Collection<Receipt> receipts) {
    long characters = 0;
    for (Receipt receipt : receipts) {
      String result = receipt.result();
      characters += 512 + (result == null ? 0 : result.length());
    }
    return characters;
  }

  private static boolean fits(Message message, Collection<Packed> into) {
    String body = MessageText.write(message);
    if (body.length() > MessageText.MAX_BODY) {
      return false;
    }
    into.add(new Packed(message, body));
    return true;
  }
}
