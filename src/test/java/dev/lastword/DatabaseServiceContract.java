package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.HookReceiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What whole servers must do whose accounts are in a database; each one's test subclasses this. */
@Timeout(120)
public abstract class DatabaseServiceContract {

  @TempDir private Path folder;

  /** A database that is this test's own; the same each time. */
  protected abstract Configuration.Store store();

  /** The settings that name it. */
  protected abstract Map<String, String> settings();

  protected RunningService start() {
    return RunningService.start(folder, one -> RunningService.store(one, store()));
  }

  @Test
  void promise1FiveHundredParallelRequestsBuyExactlyWhatTheBalanceHolds() throws Exception {
    try (RunningService service = start()) {
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
      assertThat(service.stats(token).number("words_left")).isEqualTo(80);
      assertThat(service.audit().discrepancies()).isEmpty();
      assertThat(service.audit().receipts()).isEqualTo(11);
      assertThat(service.send("GET", "/health", "", "").member("database")).isEqualTo("healthy");

      ServerProcess verify = ServerProcess.command("verify --data '" + folder + "'", settings());
      assertThat(verify.awaitEnd()).isZero();
      assertThat(verify.log()).contains("accounts 1, receipts 11, discrepancies 0");
    }
  }

  @Test
  void promise3PicturesAndChatsAreSoldOnceAndShownAgain() {
    try (RunningService service = start()) {
      FrontDoors.sellOnceAndShowAgain(service, service, "ann");
    }
  }

  @Test
  void whoeverRunsOutIsToldOf() {
    try (HookReceiver receiver = new HookReceiver();
        RunningService service =
            RunningService.start(
                folder, one -> FrontDoors.telling(RunningService.store(one, store()), receiver))) {
      FrontDoors.tellOnce(receiver, service, "ann");
    }
  }

  @Test
  void promise1AServerWhoseDatabaseAnotherTookOverChargesNoMore() {
    try (RunningService first = start()) {
      String token = first.user("ann", 10, 100);
      assertThat(first.meme(token).status()).isEqualTo(200);
      try (RunningService second = start()) {
        assertThat(first.meme(token).status()).isEqualTo(503);
        await().untilAsserted(() -> assertThat(first.failure.get()).isNotNull());
        assertThat(second.meme(token).status()).isEqualTo(200);
        assertThat(second.stats(token).number("tokens_left")).isEqualTo(8);
        assertThat(second.audit().discrepancies()).isEmpty();
      }
    }
  }
}
