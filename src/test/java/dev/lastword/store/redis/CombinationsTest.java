package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqs.Queues;
import dev.lastword.store.sqs.SqsAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes together and has no test of three nodes: each from a request to the database. */
@Timeout(120)
class CombinationsTest {

  @TempDir private Path folder;

  @Test
  void promise7RedisAQueueAndMysql() {
    everyUnitIsExplained(
        new Configuration.Store.Mysql(MysqlAddress.parse(DatabaseServer.shared().fresh())),
        Optional.of(Queues.fresh()));
  }

  @Test
  void promise7RedisAndMongo() {
    everyUnitIsExplained(
        new Configuration.Store.Mongo(MongoAddress.parse(MongoProcess.shared().fresh())),
        Optional.empty());
  }

  private void everyUnitIsExplained(Configuration.Store store, Optional<SqsAddress> queue) {
    try (RedisServer redis = RedisServer.own()) {
      Configuration.Ledger ledger =
          new Configuration.Ledger.Redis(redis.url(), Duration.ofSeconds(1), queue);
      try (RunningService service =
          RunningService.start(folder, one -> RunningService.books(one, store, ledger))) {
        String token = service.user("ann", 3, 10);
        for (int status : new int[] {200, 200, 200, 402}) {
          assertThat(service.meme(token).status()).isEqualTo(status);
        }
        assertThat(service.words(token, "{\"max_words\":20}").body().trim().split(" ")).hasSize(10);
        assertThat(service.stats(token).number("words_left")).isZero();
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(service.audit().receipts()).isEqualTo(4));
        assertThat(service.audit().discrepancies()).isEmpty();
        String health = service.send("GET", "/health", "", "").body();
        assertThat(health)
            .contains("\"redis\":\"healthy\"")
            .contains(queue.isPresent() ? "\"queue\":\"healthy\"" : "\"queue\":\"not used\"");
      }
    }
  }
}
