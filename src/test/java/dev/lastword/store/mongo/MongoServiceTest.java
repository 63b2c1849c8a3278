package dev.lastword.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.DatabaseServiceContract;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.MongoProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whole servers whose accounts are in MongoDB. */
final class MongoServiceTest extends DatabaseServiceContract {

  private String uri = MongoProcess.shared().fresh();

  private RunningService start(String other) {
    uri = other;
    return start();
  }

  @Override
  protected Configuration.Store store() {
    return new Configuration.Store.Mongo(MongoAddress.parse(uri));
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of("MONGODB_URI", uri);
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
