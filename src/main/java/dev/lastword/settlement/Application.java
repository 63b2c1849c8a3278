package dev.lastword.settlement;

import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.SharedAccounts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Does what messages say, to the system of record; each as often as it comes. Thread-safe. */
final class Application {

  private final SharedAccounts accounts;
  private final InstantSource clock;
  private final FlowObserver observer;

  Application(SharedAccounts accounts, InstantSource clock, FlowObserver observer) {
    this.accounts = accounts;
    this.clock = clock;
    this.observer = observer;
  }

  /**
   * Applies a message.
   *
   * @return receipts that came ahead of it: to be forgotten when it cannot come again
   * @throws Unreadable if what belongs to it is not there
   */
  List<ReceiptAhead.Key> apply(Message message, Instant sentAt) throws Unreadable {
    return switch (message) {
      case Message.Settle(Settlement settlement, List<ReceiptAhead.Key> ahead) -> {
        Settlement whole = ahead.isEmpty() ? settlement : joined(settlement, ahead);
        observer.consumed(whole);
        Settled settled = accounts.settle(whole);
        observer.settled(whole, settled, Duration.between(sentAt, clock.instant()));
        yield ahead;
      }
      case Message.Ahead(String holder, List<Receipt> receipts) -> {
        Collection<ReceiptAhead> texts = new ArrayList<>();
        for (Receipt receipt : receipts) {
          String text = MessageText.write(new Message.Ahead(holder, List.of(receipt)));
          texts.add(new ReceiptAhead(receipt.id(), receipt.version(), text));
        }
        accounts.desk().keepAhead(texts, clock.instant());
        yield List.of();
      }
      case Message.Seal(String holder, long epoch) -> {
        observer.sealed(holder, epoch, accounts.seal(holder, epoch, clock.instant()));
        yield List.of();
      }
    };
  }

  /** The settlement with the receipts that came before it. */
  private Settlement joined(Settlement settlement, List<ReceiptAhead.Key> ahead) throws Unreadable {
    List<Receipt> receipts = new ArrayList<>(settlement.receipts());
    Set<ReceiptAhead.Key> missing = new HashSet<>(ahead);
    for (ReceiptAhead part : accounts.desk().ahead(ahead)) {
      if (missing.remove(part.key())
          && MessageText.read(part.text(), settlement.holder())
              instanceof Message.Ahead(_, List<Receipt> read)) {
        receipts.addAll(read);
      }
    }
    Settlement whole =
        new Settlement(settlement.holder(), settlement.epoch(), settlement.snapshots(), receipts);
    if (!missing.isEmpty() && !over(settlement) && !known(settlement, missing)) {
      throw new Unreadable(
          missing.size() + " of its receipts, which came ahead of it, are not there");
    }
    return whole;
  }

  /** Whether the epoch is sealed, so that nothing of it can count any more. */
  private boolean over(Settlement settlement) {
    Settlement nothing =
        new Settlement(settlement.holder(), settlement.epoch(), List.of(), List.of());
    return accounts.settle(nothing) == Settled.REFUSED;
  }

  /** Whether the receipts are settled: it was applied before, and they are forgotten since. */
  private boolean known(Settlement settlement, Set<ReceiptAhead.Key> missing) {
    Set<Long> incarnations = new HashSet<>();
    settlement.snapshots().forEach(snapshot -> incarnations.add(snapshot.incarnation()));
    return missing.stream()
        .allMatch(key ->
            incarnations.stream()
                .anyMatch(incarnation ->
                    accounts
                        .receipt(incarnation, key.receiptId())
                        .filter(receipt -> receipt.version() >= key.version())
                        .isPresent()));
  }
}
