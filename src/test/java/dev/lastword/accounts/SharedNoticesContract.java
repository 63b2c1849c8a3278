package dev.lastword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The same of a store that several nodes share: each notice is given to one of them at a time. */
public abstract class SharedNoticesContract extends NoticesContract {

  @Test
  void whatOneNodeTookNoOtherIsGivenUntilItIsGoneForGood() throws Exception {
    fall();
    Instant now = NOW;
    List<Future<List<Notice>>> takings = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int node = 0; node < 8; node++) {
        takings.add(threads.submit(() -> due(now)));
      }
    }
    List<String> taken = new ArrayList<>();
    for (Future<List<Notice>> one : takings) {
      one.get().forEach(notice -> taken.add(notice.id()));
    }
    assertThat(taken).hasSize(3).doesNotHaveDuplicates();
    assertThat(due(now.plus(ALONE).minus(Duration.ofMillis(1)))).isEmpty();
    assertThat(due(now.plus(ALONE))).hasSize(3);
  }
}
