package dev.lastword.http;

import dev.lastword.accounts.Accounts;
import dev.lastword.ledger.Ledger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks each part whether it works. Thread-safe. */
public final class Health {

  private static final System.Logger LOG = System.getLogger(Health.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Accounts accounts;
  private final Ledger ledger;
  private final Optional<Runnable> redis;
  private final Optional<Runnable> queue;
  private volatile boolean stopping;

  /**
   * Asks these parts.
   *
   * @param redis fails if Redis does not answer; empty where it is not used
   * @param queue fails if the queue does not answer; empty where it is not used
   */
  public Health(
      Accounts accounts, Ledger ledger, Optional<Runnable> redis, Optional<Runnable> queue) {
    this.accounts = accounts;
    this.ledger = ledger;
    this.redis = redis;
    this.queue = queue;
  }

  /** From now on the server is not ready: it is about to stop. */
  public void stop() {
    stopping = true;
  }

  /** Whether the database answers, and the ledger can charge. */
  boolean database() {
    return answers("the database", accounts::probe) && ledger.healthy();
  }

  /** Whether Redis answers; empty where it is not used. */
  Optional<Boolean> redis() {
    return redis.map(probe -> answers("Redis", probe));
  }

  /** Whether the queue answers; empty where it is not used. */
  Optional<Boolean> queue() {
    return queue.map(probe -> answers("the queue", probe));
  }

  private static boolean answers(String part, Runnable probe) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("health")
        .start(() -> {
          try {
            probe.run();
            answer.complete(null);
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.WARNING, part + " does not answer", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether a charge can succeed, and will be waited for. */
  boolean ready() {
    return !stopping && database() && redis().orElse(true) && queue().orElse(true);
  }
}
