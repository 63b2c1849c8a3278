package dev.lastword.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.MongoProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole servers whose accounts are in MongoDB. */
@Timeout(120)
final class MongoServiceTest {

  @TempDir private Path folder;

  private RunningService start(String uri) {
    Configuration.Store store = new Configuration.Store.Mongo(MongoAddress.parse(uri));
    return RunningService.start(folder, one -> RunningService.store(one, store));
  }

  @Test
  void promise1FiveHundredParallelRequestsBuyExactlyWhatTheBalanceHolds() throws Exception {
    try (RunningService service = start(MongoProcess.shared().fresh())) {
      String token = service.user("ann", 10, 100);
      List<Future<Answer>> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 500; i++) {
          answers.add(threads.submit(() -> service.meme(token)));
        }
      }
      int sold = 0;
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).isIn(200, 402);
        sold += answer.get().status() == 200 ? 1 : 0;
      }
      assertThat(sold).isEqualTo(10);
      assertThat(service.words(token, "{\"max_words\":20}").status()).isEqualTo(200);
      assertThat(service.stats(token).number("tokens_left")).isZero();
      assertThat(service.audit().discrepancies()).isEmpty();
      assertThat(service.audit().receipts()).isEqualTo(11);
    }
  }

  @Test
  void promise1AServerWhoseDatabaseAnotherTookOverChargesNoMore() {
    String uri = MongoProcess.shared().fresh();
    try (RunningService first = start(uri)) {
      String token = first.user("ann", 10, 100);
      assertThat(first.meme(token).status()).isEqualTo(200);
      try (RunningService second = start(uri)) {
        assertThat(first.meme(token).status()).isEqualTo(503);
        await().untilAsserted(() -> assertThat(first.failure.get()).isNotNull());
        assertThat(second.meme(token).status()).isEqualTo(200);
        assertThat(second.stats(token).number("tokens_left")).isEqualTo(8);
        assertThat(second.audit().discrepancies()).isEmpty();
      }
    }
  }

  /** Asks until that is the answer; returns how often a meme was sold. */
  private static int until(RunningService service, String token, int status) {
    int[] sold = {0};
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          Answer answer = service.meme(token);
          assertThat(answer.status()).isIn(200, 503);
          sold[0] += answer.status() == 200 ? 1 : 0;
          assertThat(answer.status() == 200 || !answer.header("Retry-After").isEmpty()).isTrue();
          return answer.status() == status;
        });
    return sold[0];
  }

  @Test
  void promises2And9AServerThatIsAwayOrFrozenLosesNothingAndIsWaitedFor() {
    try (MongoProcess mongo = MongoProcess.own();
        RunningService service = start(mongo.fresh())) {
      String token = service.user("ann", 100, 100);
      int sold = until(service, token, 200);
      mongo.down();
      sold += until(service, token, 503);
      mongo.up();
      sold += until(service, token, 200);
      mongo.freeze();
      sold += until(service, token, 503);
      mongo.thaw();
      sold += until(service, token, 200);

      int all = sold;
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(service.stats(token).number("tokens_left")).isEqualTo(100 - all));
      assertThat(service.audit().discrepancies()).isEmpty();
      assertThat(service.failure.get()).isNull();
    }
  }

  @Test
  void aServerThatIsNotThereStopsTheStart() {
    assertThatThrownBy(() -> start("mongodb://ann:secret@127.0.0.1:1/words"))
        .hasMessageContaining("cannot reach mongodb://***@127.0.0.1:1/words");
  }
}
