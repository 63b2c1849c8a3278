package dev.lastword.store.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.settlement.QueueFailure;
import dev.lastword.settlement.SettlementQueue.Parcel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever hands in waits, whatever interrupts: so a test that hangs is left alone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BatcherTest {

  private static Parcel parcel(String group, int number, int length) {
    return new Parcel(group, group + "-" + number, "t", "x".repeat(length));
  }

  @Test
  void groupsTravelTogetherAndEachKeepsItsOrder() throws Exception {
    List<List<Parcel>> sent = new ArrayList<>();
    Map<String, Integer> next = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    Batcher batcher =
        new Batcher(parcels -> {
          synchronized (sent) {
            sent.add(parcels);
            if (parcels.stream().mapToInt(one -> one.body().length()).sum() > 256 * 1024) {
              wrong.add("too long together");
            }
            for (Parcel one : parcels) {
              int expected = next.merge(one.group(), 1, Integer::sum) - 1;
              if (!one.id().equals(one.group() + "-" + expected)) {
                wrong.add(one.id() + " instead of " + expected);
              }
            }
          }
          Thread.yield();
          return Map.of();
        });
    CyclicBarrier together = new CyclicBarrier(40);
    List<Thread> threads = new ArrayList<>();
    for (int group = 0; group < 40; group++) {
      String name = "p" + group;
      int length = group < 5 ? 200_000 : 100;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int number = 0; number < 20; number++) {
                  try {
                    together.await();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                  batcher.handIn(parcel(name, number, length));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    batcher.close();
    assertThat(wrong).isEmpty();
    assertThat(next).hasSize(40).allSatisfy((_, count) -> assertThat(count).isEqualTo(20));
    assertThat(sent).allMatch(parcels -> parcels.size() <= 10).hasSizeLessThan(800);
  }

  @Test
  void promise2_eachMessagesOwnResultCounts() throws Exception {
    Batcher batcher =
        new Batcher(parcels -> {
          Map<Integer, String> refused = new HashMap<>();
          for (int index = 0; index < parcels.size(); index++) {
            if (parcels.get(index).group().equals("bad")) {
              refused.put(index, "not this one");
            }
          }
          return refused;
        });
    Thread good = Thread.ofVirtual().start(() -> batcher.handIn(parcel("good", 0, 1)));
    assertThatThrownBy(() -> batcher.handIn(parcel("bad", 0, 1)))
        .isInstanceOf(QueueFailure.class)
        .hasMessage("not this one");
    good.join();
    batcher.close();
    assertThatThrownBy(() -> batcher.handIn(parcel("good", 1, 1))).isInstanceOf(QueueFailure.class);
  }

  /** Whoever hands in waits, so it does when it has handed in. */
  private static Thread handingIn(Batcher batcher, Parcel parcel) {
    Thread thread = Thread.ofVirtual().start(() -> batcher.handIn(parcel));
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void promise2_ofAGroupOneIsOnItsWayAndNothingOvertakesIt() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    Set<String> onTheirWay = ConcurrentHashMap.newKeySet();
    Semaphore begun = new Semaphore(0);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch another = new CountDownLatch(1);
    Batcher batcher =
        new Batcher(parcels -> {
          for (Parcel one : parcels) {
            order.add(onTheirWay.add(one.group()) ? one.id() : "beside its group: " + one.id());
          }
          begun.release();
          for (Parcel one : parcels) {
            if (one.id().equals("z-0")) {
              another.countDown();
            }
            uninterrupted(
                one.group().startsWith("busy")
                    ? goOn
                    : one.id().equals("p-0") ? another : new CountDownLatch(0));
          }
          parcels.forEach(one -> onTheirWay.remove(one.group()));
          return Map.of();
        });
    List<Thread> threads = new ArrayList<>();
    for (int sender = 0; sender < 4; sender++) {
      threads.add(handingIn(batcher, parcel("busy" + sender, 0, 1)));
      begun.acquire();
    }
    // All senders are busy: these wait, in this order. No two of the long ones fit into a call.
    threads.add(handingIn(batcher, parcel("q", 0, 200_000)));
    threads.add(handingIn(batcher, parcel("p", 0, 200_000)));
    threads.add(handingIn(batcher, parcel("p", 1, 1)));
    threads.add(handingIn(batcher, parcel("p", 2, 1)));
    threads.add(handingIn(batcher, parcel("z", 0, 200_000)));
    goOn.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    batcher.close();
    assertThat(order).containsSubsequence("p-0", "z-0", "p-1", "p-2").contains("q-0").hasSize(9);
  }

  @Test
  void promise2_whatWaitsWhenItIsClosedIsStillSent() throws Exception {
    List<String> sent = new CopyOnWriteArrayList<>();
    Semaphore begun = new Semaphore(0);
    CountDownLatch goOn = new CountDownLatch(1);
    Batcher batcher =
        new Batcher(parcels -> {
          begun.release();
          uninterrupted(goOn);
          parcels.forEach(one -> sent.add(one.id()));
          return Map.of();
        });
    List<Thread> threads = new ArrayList<>();
    threads.add(handingIn(batcher, parcel("p", 0, 1)));
    begun.acquire();
    threads.add(handingIn(batcher, parcel("p", 1, 1)));
    Thread closing = Thread.ofVirtual().start(batcher::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    closing.join();
    assertThat(sent).containsExactly("p-0", "p-1");
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void promise9_whateverASenderDoesNobodyWaitsForEver() {
    AtomicInteger calls = new AtomicInteger();
    Batcher batcher =
        new Batcher(parcels -> {
          if (calls.incrementAndGet() <= 8) {
            throw new NoClassDefFoundError("a part of the driver");
          }
          return Map.of();
        });
    for (int number = 0; number < 8; number++) {
      Parcel parcel = parcel("p", number, 1);
      assertThatThrownBy(() -> batcher.handIn(parcel))
          .isInstanceOf(QueueFailure.class)
          .hasMessageContaining("a part of the driver");
    }
    batcher.handIn(parcel("p", 8, 1));
    batcher.close();
    assertThat(calls).hasValue(9);
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
