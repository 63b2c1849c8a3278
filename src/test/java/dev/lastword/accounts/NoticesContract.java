package dev.lastword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store tells of balances that fall; each one's test subclasses this. */
public abstract class NoticesContract {

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Duration ALONE = Duration.ofSeconds(20);

  private final Levels levels =
      new Levels(
          Map.of(Meter.TOKENS, List.of(10L, 5L, 0L), Meter.WORDS, List.of(100L, 0L)), () -> NOW);
  private final TimeOrderedIds ids = new TimeOrderedIds(() -> NOW, new Random(1));
  private Accounts accounts;
  private Account ann;
  private long epoch;
  private long version;

  /** Opens the store; called again after {@code close}, it must find what was there. */
  protected abstract Accounts open(Levels levels);

  @BeforeEach
  void openStore() {
    accounts = open(levels);
    ann = create("ann", 20, 1_000);
    epoch = accounts.begin("node", NOW).number();
  }

  @AfterEach
  void closeStore() {
    accounts.close();
  }

  private Account create(String id, long tokens, long words) {
    return ((Creation.Created)
            accounts.create(new NewAccount(id, null, Set.of(), tokens, words), null, NOW))
        .account();
  }

  /** Has that much been spent by a new receipt, in a settlement that is newer than all before. */
  private void spend(Account account, Meter meter, long more, long total) {
    settle(account, meter, more, total, ++version);
  }

  private Settled settle(Account account, Meter meter, long more, long total, long newer) {
    return accounts.settle(
        new Settlement(
            "node",
            epoch,
            List.of(new Snapshot(account.incarnation(), meter, total, newer)),
            List.of(
                new Receipt(
                    ids.next(),
                    account.incarnation(),
                    "node",
                    meter,
                    "thing",
                    more,
                    Outcome.COMPLETED,
                    NOW,
                    NOW,
                    1,
                    null,
                    null))));
  }

  final List<Notice> due(Instant now) {
    return accounts.outbox().take(now, ALONE, 100);
  }

  private void tell(Notice notice) {
    accounts.outbox().note(List.of(notice), Map.of());
  }

  private void postpone(Notice notice, Instant due) {
    accounts.outbox().note(List.of(), Map.of(notice, due));
  }

  /** Has ann's tokens fall to all three levels. */
  final void fall() {
    spend(ann, Meter.TOKENS, 20, 20);
  }

  private Notice notice(Meter meter, long credited, long level, long left) {
    return new Notice(ann.incarnation(), "ann", meter, credited, level, left, NOW, 0);
  }

  @Test
  void everyLevelABalanceFallsToIsToldWithWhatWasLeft() {
    spend(ann, Meter.TOKENS, 9, 9);
    assertThat(due(NOW)).isEmpty();
    spend(ann, Meter.TOKENS, 3, 12);
    assertThat(due(NOW)).containsExactly(notice(Meter.TOKENS, 20, 10, 8));
    assertThat(accounts.outbox().waiting()).isEqualTo(new Outbox.Waiting(1, NOW));
    tell(notice(Meter.TOKENS, 20, 10, 8));

    spend(ann, Meter.TOKENS, 8, 20);
    assertThat(due(NOW))
        .containsExactlyInAnyOrder(notice(Meter.TOKENS, 20, 5, 0), notice(Meter.TOKENS, 20, 0, 0));
    spend(ann, Meter.WORDS, 900, 900);
    assertThat(due(NOW.plus(ALONE))).contains(notice(Meter.WORDS, 1_000, 100, 100));
  }

  @Test
  void whatWasToldIsNotToldAgainBeforeTheNextCredit() {
    spend(ann, Meter.TOKENS, 10, 10);
    tell(due(NOW).getFirst());
    spend(ann, Meter.TOKENS, 0, 5);
    spend(ann, Meter.TOKENS, 7, 12);
    assertThat(due(NOW.plus(ALONE))).isEmpty();
    assertThat(accounts.outbox().waiting()).isEqualTo(new Outbox.Waiting(0, null));

    accounts.credit("ann", Meter.TOKENS, 100, null, NOW);
    spend(ann, Meter.TOKENS, 98, 110);
    Notice second = notice(Meter.TOKENS, 120, 10, 10);
    assertThat(due(NOW)).containsExactly(second);
    tell(second);
    assertThat(due(NOW.plus(ALONE))).isEmpty();
  }

  @Test
  void aSettlementThatIsNoNewsTellsNothing() {
    spend(ann, Meter.TOKENS, 2, 2);
    settle(ann, Meter.TOKENS, 0, 20, version);
    epoch--;
    spend(ann, Meter.TOKENS, 18, 20);

    assertThat(due(NOW)).isEmpty();
    assertThat(accounts.find("ann").orElseThrow().tokens().left()).isEqualTo(18);
  }

  @Test
  void whoHadLittleFromTheBeginningHasNotFallen() {
    Account poor = create("poor", 5, 0);
    spend(poor, Meter.TOKENS, 1, 1);
    assertThat(due(NOW)).isEmpty();
    spend(poor, Meter.TOKENS, 4, 5);
    assertThat(due(NOW)).singleElement().extracting(Notice::level).isEqualTo(0L);
  }

  @Test
  void whatIsPostponedComesBackAndCountsItsAttempts() {
    spend(ann, Meter.TOKENS, 10, 10);
    Notice first = due(NOW).getFirst();
    postpone(first, NOW.plusSeconds(60));

    assertThat(due(NOW.plusSeconds(59))).isEmpty();
    assertThat(accounts.outbox().waiting().notices()).isEqualTo(1);
    assertThat(due(NOW.plusSeconds(60)))
        .singleElement()
        .satisfies(again -> {
          assertThat(again.attempts()).isEqualTo(1);
          assertThat(again.id()).isEqualTo(first.id());
        });
  }

  @Test
  void whatWasToldMeanwhileIsNotPostponed() {
    spend(ann, Meter.TOKENS, 10, 10);
    Notice late = due(NOW).getFirst();
    tell(late);
    postpone(late, NOW);

    assertThat(due(NOW.plus(ALONE))).isEmpty();
    assertThat(accounts.outbox().waiting().notices()).isZero();
  }

  @Test
  void promise2NoticesSurviveWhoeverCommittedThem() {
    spend(ann, Meter.TOKENS, 20, 20);
    accounts.close();
    accounts = open(levels);

    assertThat(due(NOW)).extracting(Notice::level).containsExactlyInAnyOrder(10L, 5L, 0L);
  }

  @Test
  void aDeletedAccountsNoticeStillSaysWhoseItWas() {
    spend(ann, Meter.TOKENS, 10, 10);
    accounts.delete("ann", NOW);

    assertThat(due(NOW)).containsExactly(notice(Meter.TOKENS, 20, 10, 10));
  }

  @Test
  void theLongestDueComesFirstAndNoMoreThanWereAskedFor() {
    spend(ann, Meter.TOKENS, 20, 20);
    for (Notice notice : due(NOW)) {
      postpone(notice, NOW.plusSeconds(notice.level()));
    }
    assertThat(accounts.outbox().take(NOW.plusSeconds(60), ALONE, 2))
        .extracting(Notice::level)
        .containsExactly(0L, 5L);
  }

  @Test
  void nobodyIsToldOfManyFallsTwiceHoweverManySettleAtOnce() throws Exception {
    List<Account> crowd = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      crowd.add(create("user-" + i, 20, 0));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> settled = new ArrayList<>();
      for (Account one : crowd) {
        for (int i = 1; i <= 20; i++) {
          long spent = i;
          settled.add(threads.submit(() -> settle(one, Meter.TOKENS, 0, spent, spent)));
        }
      }
      for (Future<?> one : settled) {
        one.get();
      }
    }
    List<String> told = due(NOW).stream().map(Notice::id).toList();
    assertThat(told).doesNotHaveDuplicates().hasSize(3 * crowd.size());
  }
}
