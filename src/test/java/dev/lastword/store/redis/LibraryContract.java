package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the library of functions must do, wherever it runs. */
abstract class LibraryContract {

  private static final Partition PARTITION = Partition.of("ann");

  private long epoch;

  /** Calls a function on the server under test. */
  abstract List<String> call(String function, List<String> keys, List<String> arguments);

  /** Forgets everything, and begins another life. */
  abstract void flushAll();

  abstract long serverMillis();

  @BeforeEach
  void begin() {
    flushAll();
    epoch = 0;
    nextEpoch();
  }

  private void nextEpoch() {
    List<String> found = call("living", PARTITION.epochKey(), List.of());
    call("begin", PARTITION.epochKey(), List.of(found.getFirst(), Long.toString(++epoch)));
  }

  private List<String> ann(String function, Object... arguments) {
    List<String> all = new ArrayList<>();
    all.add(Long.toString(epoch));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    return call(function, PARTITION.accountKeys("ann"), all);
  }

  private List<String> put(long incarnation, long tokens, long words) {
    return ann("put", serverMillis(), incarnation, 1, "", "profile", tokens, 0, 0, words, 0, 0);
  }

  private List<String> pay(
      String receipt, String meter, long paid, long min, long max, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                serverMillis() + 5_000,
                receipt,
                1,
                meter,
                paid,
                min,
                max,
                "-",
                77,
                "head",
                "result"));
    all.addAll(List.of(more));
    return ann("pay", all.toArray());
  }

  private List<String> draw(String receipt, long paid, long max) {
    return pay(receipt, "w", paid, 1, max, "", "", "");
  }

  private List<String> charge(String receipt, long price) {
    return ann(
        "pay",
        serverMillis() + 5_000,
        receipt,
        1,
        "t",
        0,
        price,
        price,
        "completed",
        77,
        "head",
        "",
        "",
        "",
        "");
  }

  private List<String> chargeUnder(String key, String receipt, long price, Object... checked) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                serverMillis() + 5_000,
                receipt,
                1,
                "t",
                0,
                price,
                price,
                "completed",
                77,
                "head",
                "result",
                key,
                "print"));
    all.addAll(checked.length == 0 ? List.of("") : List.of(checked));
    return ann("pay", all.toArray());
  }

  private List<String> close(String receipt, long delivered, boolean sweeper) {
    return ann("close", receipt, 1, delivered, "completed", 78, "", sweeper ? 1 : 0, "");
  }

  private String number() {
    return ann("reserve", "R0", 1, "some key", "print", "").get(1);
  }

  @Test
  void theEpochBeginsOnce() {
    assertThat(call("living", PARTITION.epochKey(), List.of())).containsExactly("1", "1");
    assertThat(call("begin", PARTITION.epochKey(), List.of("0", "9"))).containsExactly("1", "1");
    assertThat(call("begin", PARTITION.epochKey(), List.of("1", "9"))).containsExactly("9", "1");
  }

  @Test
  void aCallForAnotherEpochIsRefusedAndACopyOfAnotherIsNone() {
    put(1, 5, 0);
    assertThat(ann("look")).startsWith("done", "1", "1", "profile", "5");

    nextEpoch();

    assertThat(ann("look")).startsWith("missing");
    assertThat(charge("R1", 1)).startsWith("missing");
    epoch = 1;
    assertThat(ann("look")).containsExactly("stale");
    assertThat(charge("R1", 1)).containsExactly("stale");
    assertThat(put(1, 5, 0)).containsExactly("stale");
  }

  @Test
  void promise1ABalanceIsSpentToTheLastUnitAndNoFurther() {
    put(1, 3, 0);

    assertThat(charge("R1", 2)).containsExactly("done", "2", "1", "1");
    assertThat(charge("R2", 2)).containsExactly("short", "1");
    assertThat(charge("R3", 1)).containsExactly("done", "1", "0", "2");
    assertThat(charge("R4", 1)).containsExactly("short", "0");
    assertThat(ann("collect").subList(0, 4)).containsExactly("done", "1", "3", "2");
  }

  @Test
  void amountsAreExactToTheLargest() {
    long most = (1L << 53) - 1;
    put(1, most, 0);

    assertThat(charge("R1", most - 1)).containsExactly("done", Long.toString(most - 1), "1", "1");
    assertThat(charge("R2", 1)).containsExactly("done", "1", "0", "2");
    assertThat(ann("look")).contains(Long.toString(most));
  }

  @Test
  void promise3ADrawNamesTheTotalSoThatItMayRunTwice() {
    put(1, 0, 10);
    assertThat(draw("R1", 0, 2)).containsExactly("done", "2", "8", "1");

    assertThat(draw("R1", 2, 3)).containsExactly("done", "3", "5", "2");
    assertThat(draw("R1", 2, 3)).startsWith("done", "3", "5");

    assertThat(ann("look").get(8)).isEqualTo("5");
  }

  @Test
  void promise5AStreamGetsBackWhatWasNotDelivered() {
    put(1, 0, 10);
    draw("R1", 0, 4);

    assertThat(close("R1", 1, false)).startsWith("done", "1", "9");
    assertThat(close("R1", 1, false)).as("again").startsWith("done", "1", "9");
    assertThat(draw("R1", 1, 4)).containsExactly("closed");
  }

  /** A retry may have been answered with what the sweeper found. */
  @Test
  void promise3OnlyTheOwnerOfATabDrawsAndClosesAndASweeperEndsThat() {
    put(1, 0, 10);
    draw("R1", 0, 4);

    assertThat(close("R1", 0, true)).startsWith("done", "4", "6");

    assertThat(draw("R1", 4, 2)).containsExactly("closed");
    assertThat(close("R1", 1, false)).containsExactly("closed");
    assertThat(ann("look").get(8)).isEqualTo("4");
  }

  @Test
  void promise5ASweeperGivesAFixedPriceBack() {
    put(1, 5, 0);
    pay("R1", "t", 0, 2, 2, "", "", "");

    assertThat(close("R1", 0, true)).startsWith("done", "0", "5");
  }

  @Test
  void promise3AKeyIsChargedOnceAndItsRetryIsAnsweredWithTheReceipt() {
    put(1, 5, 0);
    assertThat(chargeUnder("key", "R1", 2)).startsWith("check");
    assertThat(chargeUnder("key", "R1", 2, number())).startsWith("done", "2");

    assertThat(chargeUnder("key", "R2", 2, number())).startsWith("replay", "1", "R1");
    assertThat(ann("reserve", "R3", 1, "key", "other print", number()))
        .containsExactly("otherwise");
    assertThat(close("R1", 0, false)).as("given back after that").containsExactly("closed");
    assertThat(ann("look").get(5)).isEqualTo("2");
  }

  @Test
  void aKeyThatIsReservedIsRunningForOthers() {
    put(1, 5, 0);
    assertThat(ann("reserve", "R1", 1, "key", "print", number())).containsExactly("done");
    assertThat(ann("reserve", "R2", 1, "key", "print", number())).containsExactly("running");

    ann("release", "R1", "key");

    assertThat(ann("reserve", "R2", 1, "key", "print", number())).containsExactly("done");
  }

  /**
   * One asked the system of record, which knew nothing of the key; before it went on, another was
   * charged under it, settled and forgotten here.
   */
  @Test
  void promise3WhatTheSystemOfRecordWasAskedCountsForOneCopyOnly() {
    put(1, 5, 0);
    String asked = number();
    chargeUnder("key", "R1", 2, asked);
    ann("clean", 0, "R1", 1);
    ann("forget", 1, 0, 0);
    assertThat(chargeUnder("key", "R2", 2, asked)).as("not recorded").startsWith("replay");

    ann("unload", 1, 1, 0);
    put(2, 0, 0);
    ann("unload", 2, 0, 0);
    ann("put", serverMillis(), 1, 1, "", "profile", 5, 2, 1, 0, 0, 0);

    assertThat(chargeUnder("key", "R3", 2, asked)).startsWith("check");
  }

  @Test
  void promise2AReceiptStaysUntilItIsSafeAndTheSystemOfRecordHasIt() {
    put(1, 5, 0);
    charge("R1", 1);
    charge("R2", 1);
    assertThat(ann("collect")).contains("R1", "R2");

    ann("clean", 0, "R1", 1);
    assertThat(ann("collect")).contains("R2").doesNotContain("R1");
    assertThat(ann("forget", 1, 0, 0)).containsExactly("dirty");
    assertThat(ann("unload", 1, 2, 0)).containsExactly("busy");
    ann("clean", 0, "R2", 1);
    assertThat(ann("unload", 1, 1, 0)).as("an older version").containsExactly("busy");
    assertThat(ann("unload", 1, 2, 0)).containsExactly("done");
  }

  @Test
  void promise1ACopyThatLeftIsNotLoadedAgainWithAnOlderVersion() {
    put(1, 5, 0);
    charge("R1", 2);
    ann("clean", 1, "R1", 1);
    ann("unload", 1, 1, 0);

    assertThat(put(1, 5, 0)).containsExactly("again");
    assertThat(ann("put", serverMillis(), 1, 1, "", "profile", 5, 2, 1, 0, 0, 0))
        .containsExactly("done");
    assertThat(ann("put", serverMillis() - 61_000, 1, 1, "", "profile", 5, 2, 1, 0, 0, 0))
        .as("read too long ago")
        .containsExactly("again");
  }

  @Test
  void aChargeThatComesTooLateIsRefused() {
    put(1, 5, 0);

    assertThat(
            ann(
                "pay",
                serverMillis() - 1_000,
                "R1",
                1,
                "t",
                0,
                1,
                1,
                "completed",
                77,
                "head",
                "",
                "",
                "",
                ""))
        .containsExactly("late");
  }

  @Test
  void operatorsChangesAreTakenOverNewestFirst() {
    put(1, 5, 0);

    ann("refresh", 1, 3, "interrupted", "newer", 9, 0);
    ann("refresh", 1, 2, "", "older", 7, 0);

    assertThat(ann("look")).startsWith("done", "1", "3", "newer", "9");
    assertThat(charge("R1", 1)).containsExactly("ended", "interrupted");
    ann("refresh");
    assertThat(ann("look")).startsWith("missing");
    assertThat(charge("R1", 1)).containsExactly("ended", "deleted");
    assertThat(put(2, 4, 0)).containsExactly("done");
    assertThat(charge("R1", 1)).as("of the deleted one").containsExactly("ended", "deleted");
  }

  @Test
  void promise8AWindowAdmitsNoMoreThanItsLimit() {
    put(1, 0, 5);
    for (int i = 0; i < 3; i++) {
      assertThat(ann("admit", 3, 60_000_000)).startsWith("done", Integer.toString(2 - i));
    }

    List<String> refused = ann("admit", 3, 60_000_000);

    assertThat(refused.getFirst()).isEqualTo("refused");
    assertThat(Long.parseLong(refused.get(1))).isBetween(50_000_000L, 60_000_000L);
  }

  @Test
  void promise8AWindowIsRebuiltFromReceipts() {
    long now = serverMillis();
    ann("put", now, 1, 1, "", "profile", 0, 0, 0, 5, 0, 0, now - 70_000, now - 50_000, now - 1_000);

    assertThat(ann("admit", 3, 60_000_000)).startsWith("done", "0");
    assertThat(ann("admit", 3, 60_000_000)).startsWith("refused");
  }

  @Test
  void loweringTakesWhatIsAboveTheTarget() {
    put(1, 5, 0);

    assertThat(ann("lower", serverMillis() + 5_000, "R1", 1, "t", 2, 77, "head"))
        .containsExactly("done", "0", "1");
    assertThat(ann("lower", serverMillis() + 5_000, "R2", 1, "t", 4, 77, "head"))
        .containsExactly("done", "2", "1");
    assertThat(ann("collect")).contains("R1").doesNotContain("R2");
  }

  @Test
  void housekeepingFindsWhatIsDueAndWhatIsIdle() {
    put(1, 5, 0);
    charge("R1", 1);

    assertThat(call("due", PARTITION.dueKeys(), List.of(Long.toString(epoch), "0", "0", "10")))
        .containsExactly("dann", "uann");
    assertThat(
            call("due", PARTITION.dueKeys(), List.of(Long.toString(epoch), "9000", "9000", "10")))
        .isEmpty();
  }
}
