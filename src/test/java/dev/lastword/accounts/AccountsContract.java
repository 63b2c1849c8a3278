package dev.lastword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Accounts.CallerKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every system of record must do; each store's test subclasses this. */
public abstract class AccountsContract {

  protected static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  protected Accounts accounts;
  protected final TimeOrderedIds ids = new TimeOrderedIds(() -> NOW, new Random(1));

  /** Opens the store; called again after {@code close}, it must find what was there. */
  protected abstract Accounts open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    accounts = open();
  }

  @AfterEach
  void closeStore() {
    accounts.close();
  }

  protected Account create(String id, long tokens, long words) {
    Creation creation =
        accounts.create(new NewAccount(id, null, Set.of(), tokens, words), null, NOW);
    assertThat(creation).isInstanceOf(Creation.Created.class);
    return ((Creation.Created) creation).account();
  }

  private Receipt receipt(
      Account account, Meter meter, long amount, Outcome outcome, long version) {
    return receipt(ids.next(), account, meter, amount, outcome, version);
  }

  protected static Receipt receipt(
      String id, Account account, Meter meter, long amount, Outcome outcome, long version) {
    return new Receipt(
        id,
        account.incarnation(),
        "node",
        meter,
        "thing",
        amount,
        outcome,
        NOW,
        outcome == null ? null : NOW,
        version,
        null,
        null);
  }

  protected Settled settle(long epoch, List<Snapshot> snapshots, List<Receipt> receipts) {
    return accounts.settle(new Settlement("node", epoch, snapshots, receipts));
  }

  private static Snapshot snapshot(Account account, Meter meter, long spent, long version) {
    return new Snapshot(account.incarnation(), meter, spent, version);
  }

  private Account found(String id) {
    return accounts.find(id).orElseThrow();
  }

  private static CallerKey key(String key, String fingerprint) {
    return new CallerKey("operator", new RequestKey(key, fingerprint));
  }

  @Test
  void anAccountIsFoundAsItWasCreated() {
    Creation creation =
        accounts.create(
            new NewAccount(
                "ann ☃", "ann@example.com", Set.of(Permission.GENERATE_LLM_MEME), 5, 1_000_000),
            null,
            NOW);

    Account account = ((Creation.Created) creation).account();
    assertThat(accounts.find("ann ☃")).contains(account);
    assertThat(account.email()).isEqualTo("ann@example.com");
    assertThat(account.permissions()).containsExactly(Permission.GENERATE_LLM_MEME);
    assertThat(account.status()).isEqualTo(Status.ACTIVE);
    assertThat(account.createdAt()).isEqualTo(NOW);
    assertThat(account.reborn()).isFalse();
    assertThat(account.tokens()).isEqualTo(new Balance(5, 0, 0));
    assertThat(account.words()).isEqualTo(new Balance(1_000_000, 0, 0));
    assertThat(accounts.find("ANN ☃")).isEmpty();
  }

  @Test
  void anIdLivesOnceAtATime() {
    create("ann", 1, 1);

    assertThat(accounts.create(new NewAccount("ann", null, Set.of(), 9, 9), null, NOW))
        .isInstanceOf(Creation.Exists.class);
    assertThat(found("ann").tokens().credited()).isEqualTo(1);
  }

  @Test
  void promise3CreatingAgainWithTheSameKeyChangesNothing() {
    NewAccount wanted = new NewAccount("ann", null, Set.of(), 7, 0);
    Account first = ((Creation.Created) accounts.create(wanted, key("k", "f"), NOW)).account();
    accounts.credit("ann", Meter.TOKENS, 5, null, NOW);

    assertThat(accounts.create(wanted, key("k", "f"), NOW.plusSeconds(9)))
        .isEqualTo(new Creation.AlreadyCreated(first));
    assertThat(accounts.create(wanted, key("k", "other"), NOW))
        .isInstanceOf(Creation.KeyUsedOtherwise.class);
    assertThat(found("ann").tokens().credited()).isEqualTo(12);
  }

  @Test
  void promise3CreditingAgainWithTheSameKeyChangesNothing() {
    create("ann", 1, 0);

    Crediting first = accounts.credit("ann", Meter.TOKENS, 10, key("k", "f"), NOW);
    Crediting again = accounts.credit("ann", Meter.TOKENS, 10, key("k", "f"), NOW.plusSeconds(1));
    Crediting other = accounts.credit("ann", Meter.TOKENS, 11, key("k", "g"), NOW);

    Credit credit = ((Crediting.Credited) first).credit();
    assertThat(credit.totalCredited()).isEqualTo(11);
    assertThat(again).isEqualTo(new Crediting.AlreadyCredited(credit));
    assertThat(other).isInstanceOf(Crediting.KeyUsedOtherwise.class);
    assertThat(found("ann").tokens().credited()).isEqualTo(11);
  }

  @Test
  void aKeyIsForgottenAfterItsTime() {
    create("ann", 0, 0);
    accounts.credit("ann", Meter.TOKENS, 1, key("k", "f"), NOW);

    accounts.forgetKeysBefore(NOW);
    assertThat(accounts.credit("ann", Meter.TOKENS, 1, key("k", "f"), NOW))
        .isInstanceOf(Crediting.AlreadyCredited.class);
    accounts.forgetKeysBefore(NOW.plusMillis(1));
    assertThat(accounts.credit("ann", Meter.TOKENS, 1, key("k", "f"), NOW))
        .isInstanceOf(Crediting.Credited.class);
  }

  @Test
  void creditsAreBounded() {
    create("ann", 1, 0);

    assertThat(accounts.credit("ann", Meter.TOKENS, Balance.MAXIMUM, null, NOW))
        .isInstanceOf(Crediting.TooMuch.class);
    assertThat(accounts.credit("nobody", Meter.TOKENS, 1, null, NOW))
        .isInstanceOf(Crediting.NoAccount.class);
    assertThatThrownBy(() -> accounts.credit("ann", Meter.TOKENS, 0, null, NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void operatorsChangesCountTheRevision() {
    Account account = create("ann", 0, 0);

    assertThat(accounts.setPermissions("ann", Set.of(Permission.ADMIN))).isTrue();
    assertThat(accounts.setStatus("ann", Status.SUSPENDED)).isTrue();
    accounts.credit("ann", Meter.WORDS, 3, null, NOW);

    Account changed = found("ann");
    assertThat(changed.permissions()).containsExactly(Permission.ADMIN);
    assertThat(changed.status()).isEqualTo(Status.SUSPENDED);
    assertThat(changed.revision()).isEqualTo(account.revision() + 3);
    assertThat(accounts.setPermissions("nobody", Set.of())).isFalse();
    assertThat(accounts.setStatus("nobody", Status.ACTIVE)).isFalse();
    assertThat(accounts.delete("nobody", NOW)).isFalse();
  }

  @Test
  void aDeletedIdMayLiveAgainAsAnotherAccount() {
    Account first = create("ann", 5, 0);
    long epoch = accounts.begin("node", NOW).number();
    Receipt old = receipt(first, Meter.TOKENS, 2, Outcome.COMPLETED, 1);
    settle(epoch, List.of(snapshot(first, Meter.TOKENS, 2, 1)), List.of(old));

    assertThat(accounts.delete("ann", NOW)).isTrue();
    assertThat(accounts.find("ann")).isEmpty();
    Account second = create("ann", 9, 0);

    assertThat(second.incarnation()).isNotEqualTo(first.incarnation());
    assertThat(second.reborn()).isTrue();
    assertThat(second.tokens()).isEqualTo(new Balance(9, 0, 0));
    assertThat(accounts.receipts(second.incarnation(), null, null, 10)).isEmpty();
    assertThat(accounts.receipts(first.incarnation(), null, null, 10)).containsExactly(old);
    // What the deleted one still owes is settled all the same.
    settle(
        epoch,
        List.of(snapshot(first, Meter.TOKENS, 3, 2)),
        List.of(receipt(first, Meter.TOKENS, 1, Outcome.DELETED, 1)));
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void accountsAreListedInPages() {
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 25; i++) {
      create("user" + i, 0, 0);
      expected.add("user" + i);
    }
    List<String> seen = new ArrayList<>();
    String cursor = null;
    List<Account> page;
    while (!(page = accounts.list(cursor, 7)).isEmpty()) {
      assertThat(page.size()).isLessThanOrEqualTo(7);
      page.forEach(account -> seen.add(account.id()));
      cursor = page.getLast().id();
    }
    assertThat(seen).containsExactlyElementsOf(expected);
  }

  @Test
  void promise3SettlingAgainOrOlderChangesNothing() {
    Account account = create("ann", 0, 100);
    long epoch = accounts.begin("node", NOW).number();
    String id = ids.next();
    Receipt open = receipt(id, account, Meter.WORDS, 4, null, 1);
    Receipt closed = receipt(id, account, Meter.WORDS, 3, Outcome.DISCONNECTED, 2);
    List<Snapshot> early = List.of(snapshot(account, Meter.WORDS, 4, 1));
    List<Snapshot> late = List.of(snapshot(account, Meter.WORDS, 3, 2));

    assertThat(settle(epoch, early, List.of(open))).isEqualTo(Settled.DURABLE);
    assertThat(found("ann").words()).isEqualTo(new Balance(100, 4, 1));
    settle(epoch, late, List.of(closed));
    settle(epoch, late, List.of(closed));
    settle(epoch, early, List.of(open));

    assertThat(found("ann").words()).isEqualTo(new Balance(100, 3, 2));
    assertThat(accounts.receipt(account.incarnation(), id)).contains(closed);
    assertThat(accounts.audit()).isEqualTo(new Audit(1, 1, List.of()));
  }

  @Test
  void aSettlementOfAnOlderEpochIsRefusedWhole() {
    Account account = create("ann", 0, 100);
    long old = accounts.begin("node", NOW).number();
    long current = accounts.begin("node", NOW).number();
    Receipt receipt = receipt(account, Meter.WORDS, 1, Outcome.COMPLETED, 1);

    assertThat(settle(old, List.of(snapshot(account, Meter.WORDS, 1, 1)), List.of(receipt)))
        .isEqualTo(Settled.REFUSED);
    assertThat(found("ann").words().spent()).isZero();
    assertThat(accounts.receipt(account.incarnation(), receipt.id())).isEmpty();
    assertThat(settle(current, List.of(snapshot(account, Meter.WORDS, 1, 1)), List.of(receipt)))
        .isEqualTo(Settled.DURABLE);
  }

  @Test
  void promise6WhatADeadNodeLeftOpenIsClosedAndAFixedPriceGivenBack() {
    Account account = create("ann", 10, 100);
    long epoch = accounts.begin("node", NOW).number();
    Receipt meme = receipt(account, Meter.TOKENS, 2, null, 1);
    Receipt meme2 = receipt(account, Meter.TOKENS, 1, null, 1);
    Receipt stream = receipt(account, Meter.WORDS, 7, null, 3);
    Receipt done = receipt(account, Meter.TOKENS, 1, Outcome.COMPLETED, 1);
    settle(
        epoch,
        List.of(snapshot(account, Meter.TOKENS, 4, 3), snapshot(account, Meter.WORDS, 7, 3)),
        List.of(meme, meme2, stream, done));

    Instant later = NOW.plus(Duration.ofMinutes(1));
    Accounts.Epoch next = accounts.begin("node", later);

    assertThat(next.number()).isEqualTo(epoch + 1);
    assertThat(next.receiptsClosed()).isEqualTo(3);
    assertThat(found("ann").tokens()).isEqualTo(new Balance(10, 1, 4));
    assertThat(found("ann").words().spent()).isEqualTo(7);
    Receipt closedMeme = accounts.receipt(account.incarnation(), meme.id()).orElseThrow();
    assertThat(closedMeme.amount()).isZero();
    assertThat(closedMeme.outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(closedMeme.closedAt()).isEqualTo(later);
    assertThat(closedMeme.version()).isEqualTo(2);
    Receipt closedStream = accounts.receipt(account.incarnation(), stream.id()).orElseThrow();
    assertThat(closedStream.amount()).isEqualTo(7);
    assertThat(closedStream.outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(accounts.receipt(account.incarnation(), done.id())).contains(done);
    assertThat(accounts.audit().discrepancies()).isEmpty();
    assertThat(accounts.begin("node", later).receiptsClosed()).isZero();
  }

  @Test
  protected void anotherHoldersReceiptsStayOpen() {
    Account account = create("ann", 10, 100);
    long epoch = accounts.begin("node", NOW).number();
    Receipt stream = receipt(account, Meter.WORDS, 7, null, 3);
    settle(epoch, List.of(snapshot(account, Meter.WORDS, 7, 3)), List.of(stream));

    assertThat(accounts.begin("another", NOW).receiptsClosed()).isZero();
    assertThat(accounts.receipt(account.incarnation(), stream.id())).contains(stream);
  }

  @Test
  void receiptsComeNewestFirstInPagesAndByMeter() {
    Account account = create("ann", 100, 100);
    Account other = create("bob", 100, 100);
    long epoch = accounts.begin("node", NOW).number();
    List<Receipt> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Meter meter = i % 2 == 0 ? Meter.TOKENS : Meter.WORDS;
      all.addFirst(receipt(account, meter, 1, Outcome.COMPLETED, 1));
    }
    List<Receipt> settled = new ArrayList<>(all);
    settled.add(receipt(other, Meter.TOKENS, 1, Outcome.COMPLETED, 1));
    settle(
        epoch,
        List.of(
            snapshot(account, Meter.TOKENS, 5, 1),
            snapshot(account, Meter.WORDS, 5, 1),
            snapshot(other, Meter.TOKENS, 1, 1)),
        settled);

    long incarnation = account.incarnation();
    assertThat(accounts.receipts(incarnation, null, null, 100)).isEqualTo(all);
    assertThat(accounts.receipts(incarnation, null, null, 3)).isEqualTo(all.subList(0, 3));
    assertThat(accounts.receipts(incarnation, null, all.get(2).id(), 3))
        .isEqualTo(all.subList(3, 6));
    assertThat(accounts.receipts(incarnation, Meter.WORDS, null, 100))
        .hasSize(5)
        .allMatch(receipt -> receipt.meter() == Meter.WORDS);
    assertThat(accounts.receipt(other.incarnation(), all.getFirst().id())).isEmpty();
  }

  @Test
  void aKeyFindsTheNewestReceiptThatWasCharged() {
    Account account = create("ann", 100, 100);
    long epoch = accounts.begin("node", NOW).number();
    Receipt failed = keyed(account, 0, Outcome.FAILED);
    Receipt charged = keyed(account, 2, Outcome.COMPLETED);
    settle(
        epoch,
        List.of(snapshot(account, Meter.TOKENS, 2, 1)),
        List.of(failed, charged, keyed(account, 0, Outcome.FAILED)));

    assertThat(accounts.receiptByKey(account.incarnation(), "key", NOW)).contains(charged);
    assertThat(accounts.receiptByKey(account.incarnation(), "key", NOW.plusMillis(1))).isEmpty();
    assertThat(accounts.receiptByKey(account.incarnation(), "other", NOW)).isEmpty();
    assertThat(accounts.receiptByKey(account.incarnation() + 1, "key", NOW)).isEmpty();
  }

  private Receipt keyed(Account account, long amount, Outcome outcome) {
    return new Receipt(
        ids.next(),
        account.incarnation(),
        "node",
        Meter.TOKENS,
        "thing",
        amount,
        outcome,
        NOW,
        NOW,
        1,
        new RequestKey("key", "fingerprint"),
        "the answer");
  }

  @Test
  void promise8TheAdmissionsOfTheLastMinuteAreKnownAfterARestart() throws Exception {
    Account account = create("ann", 0, 100);
    long epoch = accounts.begin("node", NOW).number();
    settle(
        epoch,
        List.of(snapshot(account, Meter.WORDS, 2, 2)),
        List.of(
            receipt(account, Meter.WORDS, 1, Outcome.COMPLETED, 1),
            receipt(account, Meter.WORDS, 1, null, 1)));
    accounts.close();
    accounts = open();

    assertThat(accounts.admittedSince(Meter.WORDS, NOW.minusSeconds(60)))
        .containsExactly(new Admitted("ann", NOW), new Admitted("ann", NOW));
    assertThat(accounts.admittedSince(Meter.WORDS, NOW.plusMillis(1))).isEmpty();
    assertThat(accounts.admittedSince(Meter.TOKENS, NOW.minusSeconds(60))).isEmpty();
  }

  @Test
  void promise7TheAuditNamesADifference() {
    Account account = create("ann", 10, 100);
    long epoch = accounts.begin("node", NOW).number();

    settle(epoch, List.of(snapshot(account, Meter.TOKENS, 3, 1)), List.of());

    Audit audit = accounts.audit();
    assertThat(audit.discrepancies()).hasSize(1);
    assertThat(audit.discrepancies().getFirst()).contains("ann").contains("spent 3");
  }

  @Test
  void everythingIsThereAfterReopening() throws Exception {
    Account account = create("ann", 10, 100);
    long epoch = accounts.begin("node", NOW).number();
    Receipt receipt = keyed(account, 2, Outcome.COMPLETED);
    settle(epoch, List.of(snapshot(account, Meter.TOKENS, 2, 1)), List.of(receipt));
    Account before = found("ann");
    accounts.close();

    accounts = open();

    assertThat(accounts.find("ann")).contains(before);
    assertThat(accounts.receipt(account.incarnation(), receipt.id())).contains(receipt);
    assertThat(accounts.begin("node", NOW).number()).isEqualTo(epoch + 1);
  }

  @Test
  void concurrentCreditsAllCount() throws Exception {
    create("ann", 0, 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        CallerKey key = key("k" + i, "f");
        threads.submit(() -> {
          while (true) {
            try {
              return accounts.credit("ann", Meter.TOKENS, 3, key, NOW);
            } catch (AccountsFailure e) {
              // Too busy just now; the key makes it safe to ask again.
            }
          }
        });
      }
    }
    assertThat(found("ann").tokens().credited()).isEqualTo(600);
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  /** Random settlements, some twice and some late, must leave what the pure core says. */
  @Test
  void promise3RandomSettlementsAgreeWithThePureCore() {
    Random random = new Random(42);
    long epoch = accounts.begin("node", NOW).number();
    Account account = create("ann", 0, 10_000);
    Map<String, Receipt> receipts = new HashMap<>();
    List<Settlement> sent = new ArrayList<>();
    Balance balance = account.words();
    for (int step = 0; step < 400; step++) {
      List<Receipt> open = receipts.values().stream().filter(r -> r.outcome() == null).toList();
      Receipt next;
      if (open.isEmpty() || random.nextInt(3) == 0) {
        long units = balance.affordable(1, 1 + random.nextInt(30));
        next = receipt(account, Meter.WORDS, units, null, 1);
        balance = balance.spend(units);
      } else {
        Receipt one = open.get(random.nextInt(open.size()));
        if (random.nextBoolean()) {
          long units = balance.affordable(1, 1 + random.nextInt(30));
          balance = balance.spend(units);
          next = one.paid(one.amount() + units);
        } else {
          long surplus = random.nextLong(one.amount() + 1);
          balance = balance.giveBack(surplus);
          next = one.closed(one.amount() - surplus, Outcome.DISCONNECTED, NOW, null);
        }
      }
      receipts.put(next.id(), next);
      Settlement settlement =
          new Settlement(
              "node",
              epoch,
              List.of(
                  new Snapshot(
                      account.incarnation(), Meter.WORDS, balance.spent(), balance.version())),
              List.of(next));
      sent.add(settlement);
      accounts.settle(settlement);
      if (random.nextInt(4) == 0) {
        accounts.settle(sent.get(random.nextInt(sent.size())));
      }
      if (step % 50 == 49) {
        assertThat(found("ann").words()).isEqualTo(balance);
        assertThat(accounts.audit().discrepancies()).isEmpty();
      }
    }
    for (Receipt receipt : receipts.values()) {
      assertThat(accounts.receipt(account.incarnation(), receipt.id())).contains(receipt);
    }
  }
}
