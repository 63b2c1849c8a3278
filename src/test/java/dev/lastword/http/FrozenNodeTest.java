package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.HeldSteps;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.accounts.Accounts;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.world.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node that stood still in the middle of a charge while another one took over and closed its
 * receipt: when it wakes, it delivers nothing, and what it had not finished costs nothing.
 */
@Timeout(60)
final class FrozenNodeTest {

  @TempDir private Path folder;
  private final HeldSteps steps = new HeldSteps();

  @ParameterizedTest
  @CsvSource({
    "TEXT_MEME, OPEN_RESERVED, 0",
    "TEXT_MEME, OPEN_LOOKED_UP, 0",
    "TEXT_MEME, CHARGE_WEIGHED, 0",
    "TEXT_MEME, COMMIT_TAKEN, 0",
    "AI_MEME, DRAW_WEIGHED, 0",
    "AI_MEME, COMMIT_TAKEN, 0",
    "AI_MEME, DRAW_DURABLE, 0",
    "AI_MEME, MEME_MADE, 0",
    "AI_MEME, CLOSE_WEIGHED, 0",
    "STREAM, COMMIT_TAKEN, 0",
    // Its first chunk stays paid, as after any crash; a retry with the key gets those words.
    "STREAM, DRAW_DURABLE, 2",
    "STREAM, WORD_DUE, 2"
  })
  void promise4AFrozenNodeThatWakesDeliversNothing(Ware ware, Step step, long kept)
      throws Exception {
    AtomicReference<Accounts> store = new AtomicReference<>();
    try (RunningService server =
            RunningService.start(
                folder,
                RunningService.pace(100, 100),
                steps.world(),
                accounts -> {
                  store.set(accounts);
                  return accounts;
                });
        ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      String token = ware.token(server, Ware.OPENING);
      Future<Answer> asked;
      try (HeldSteps.Hold hold = steps.holdAt(step)) {
        asked = thread.submit(() -> ware.ask(server, token, "key", ware.body));
        hold.awaitHeld();
        long frozen = System.nanoTime();
        store.get().begin(LocalLedger.HOLDER, Instant.now());
        // No process takes over faster than it starts.
        await().until(() -> System.nanoTime() - frozen > Duration.ofSeconds(1).toNanos());
      }
      try {
        assertThat(asked.get().status()).as(asked.get().body()).isEqualTo(503);
        assertThat(asked.get().header("Retry-After")).isNotEmpty();
      } catch (java.util.concurrent.ExecutionException cut) {
        assertThat(cut).hasRootCauseInstanceOf(java.io.IOException.class);
      }
      await().until(() -> server.failure.get() != null);
    }
    try (RunningService next = RunningService.start(folder)) {
      assertThat(ware.spent(next)).isEqualTo(kept);
      assertThat(next.audit().discrepancies()).isEmpty();
    }
  }
}
