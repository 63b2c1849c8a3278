package dev.lastword.store.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.settlement.QueueFailure;
import dev.lastword.settlement.SettlementQueue.Parcel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

final class OutboxTest {

  private static Parcel parcel(String group, int number, int length) {
    return new Parcel(group, group + "-" + number, "t", "x".repeat(length));
  }

  @Test
  void groupsTravelTogetherAndEachKeepsItsOrder() throws Exception {
    List<List<Parcel>> sent = new ArrayList<>();
    Map<String, Integer> next = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    Outbox outbox =
        new Outbox(parcels -> {
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
                  outbox.handIn(parcel(name, number, length));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    outbox.close();
    assertThat(wrong).isEmpty();
    assertThat(next).hasSize(40).allSatisfy((_, count) -> assertThat(count).isEqualTo(20));
    assertThat(sent).allMatch(parcels -> parcels.size() <= 10).hasSizeLessThan(800);
  }

  @Test
  void promise2_eachMessagesOwnResultCounts() throws Exception {
    Outbox outbox =
        new Outbox(parcels -> {
          Map<Integer, String> refused = new HashMap<>();
          for (int index = 0; index < parcels.size(); index++) {
            if (parcels.get(index).group().equals("bad")) {
              refused.put(index, "not this one");
            }
          }
          return refused;
        });
    Thread good = Thread.ofVirtual().start(() -> outbox.handIn(parcel("good", 0, 1)));
    assertThatThrownBy(() -> outbox.handIn(parcel("bad", 0, 1)))
        .isInstanceOf(QueueFailure.class)
        .hasMessage("not this one");
    good.join();
    outbox.close();
    assertThatThrownBy(() -> outbox.handIn(parcel("good", 1, 1))).isInstanceOf(QueueFailure.class);
  }
}
