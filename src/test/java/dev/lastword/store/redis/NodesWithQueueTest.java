package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.settlement.FlowLog;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.sqs.Queues;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.telemetry.LoggedLines;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** Nodes that settle through a queue into MongoDB, with a worker in each. */
class NodesWithQueueTest extends NodesContract {

  @Override
  Configuration.Store store() {
    return new Configuration.Store.Mongo(MongoAddress.parse(MongoProcess.shared().fresh()));
  }

  @Override
  Optional<SqsAddress> queue() {
    return Optional.of(Queues.fresh());
  }

  @Test
  void theWayOfAChargeCanBeSeenFromRedisToTheDatabase() {
    String token = node(0).user("flow", 1, 0);
    try (LoggedLines log = LoggedLines.of(FlowLog.class, Level.FINE)) {
      Answer answer = node(1).meme(token);
      assertThat(answer.status()).isEqualTo(200);
      String charge = " charge=" + answer.header("Lastword-Charge") + " group=p";
      assertThat(log.lines())
          .as("before the answer")
          .containsSubsequence(
              matching(log, "deducted" + charge),
              matching(log, "published update-tokens" + charge));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> log.lines().stream().anyMatch(line -> line.contains("settled" + charge)));
      assertThat(log.lines())
          .containsSubsequence(
              matching(log, "deducted" + charge),
              matching(log, "consumed update-tokens" + charge),
              matching(log, "settled" + charge));
    }
  }

  private static String matching(LoggedLines log, String step) {
    return log.lines().stream()
        .filter(line -> line.startsWith("FINE flow " + step))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + step + " in " + log.lines()));
  }
}
