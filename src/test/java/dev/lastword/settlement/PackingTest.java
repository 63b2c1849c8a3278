package dev.lastword.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PackingTest {

  private static final Random RANDOM = new Random(7);

  static String noise(int length) {
    StringBuilder text = new StringBuilder(length);
    RANDOM.ints(length, ' ', 127).forEach(character -> text.append((char) character));
    return text.toString();
  }

  static Receipt receipt(long incarnation, int number, int keyLength, int resultLength) {
    Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
    return new Receipt(
        "%06d-%06d".formatted(incarnation, number),
        incarnation,
        "node",
        Meter.TOKENS,
        "ai-meme",
        2,
        Outcome.COMPLETED,
        now,
        now,
        2,
        new RequestKey(noise(keyLength), noise(43)),
        noise(resultLength));
  }

  private static Settlement settlement(
      int accounts, int receipts, int keyLength, int resultLength) {
    List<Snapshot> snapshots = new ArrayList<>();
    List<Receipt> all = new ArrayList<>();
    for (int account = 1; account <= accounts; account++) {
      snapshots.add(new Snapshot(account, Meter.TOKENS, 2L * receipts, 2L * receipts));
      for (int number = 0; number < receipts; number++) {
        all.add(receipt(account, number, keyLength, resultLength));
      }
    }
    return new Settlement("p1", 3, snapshots, all);
  }

  /** Reads in the order of the messages, as a worker does. */
  private static Settlement unpacked(List<Packing.Packed> messages) throws Exception {
    List<Snapshot> snapshots = new ArrayList<>();
    List<Receipt> receipts = new ArrayList<>();
    Set<ReceiptAhead.Key> came = new HashSet<>();
    for (Packing.Packed packed : messages) {
      assertThat(packed.body().length()).isLessThanOrEqualTo(MessageText.MAX_BODY);
      switch (MessageText.read(packed.body(), "p1")) {
        case Message.Settle(Settlement part, List<ReceiptAhead.Key> ahead) -> {
          assertThat(came).containsAll(ahead);
          snapshots.addAll(part.snapshots());
          receipts.addAll(part.receipts());
          part.snapshots()
              .forEach(snapshot ->
                  assertThat(
                          receipts.stream()
                              .filter(one -> one.incarnation() == snapshot.incarnation())
                              .mapToLong(Receipt::amount)
                              .sum())
                      .as("a snapshot travels with every receipt it counts")
                      .isEqualTo(snapshot.spent()));
        }
        case Message.Ahead(_, List<Receipt> part) ->
            part.forEach(one -> {
              receipts.add(one);
              came.add(new ReceiptAhead.Key(one.id(), one.version()));
            });
        case Message.Seal _ -> throw new AssertionError();
      }
    }
    return new Settlement("p1", 3, snapshots, receipts);
  }

  @Test
  void anOrdinarySettlementIsOneMessage() throws Exception {
    Settlement settlement = settlement(20, 3, 36, 120);
    List<Packing.Packed> messages = Packing.pack(settlement);
    assertThat(messages).hasSize(1);
    assertThat(unpacked(messages)).isEqualTo(settlement);
  }

  @Test
  void promise7_aLongOneIsPartedBetweenAccounts() throws Exception {
    Settlement settlement = settlement(40, 4, 36, 8_000);
    List<Packing.Packed> messages = Packing.pack(settlement);
    assertThat(messages)
        .hasSizeGreaterThan(2)
        .allMatch(one -> one.message().type().equals("update-tokens"));
    assertThat(unpacked(messages)).isEqualTo(settlement);
  }

  @Test
  void promise7_aGiantAccountsReceiptsTravelAhead() throws Exception {
    Settlement settlement = settlement(1, 400, 255, 32 * 1024);
    List<Packing.Packed> messages = Packing.pack(settlement);
    assertThat(messages.getLast().message().type()).isEqualTo("update-tokens");
    assertThat(unpacked(messages)).isEqualTo(settlement);
  }

  @Test
  void aReceiptThatNoMessageHoldsIsNamed() {
    assertThatThrownBy(() -> Packing.pack(settlement(1, 1, 36, 400_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the receipt 000001-000000 is too long for the queue");
  }
}
