package dev.lastword.http;

import dev.lastword.accounts.Accounts;
import dev.lastword.ledger.Ledger;
import java.lang.System.Logger.Level;
import java.time.Duration;
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
  private volatile boolean stopping;

  public Health(Accounts accounts, Ledger ledger) {
    this.accounts = accounts;
    this.ledger = ledger;
  }

  /** From now on the server is not ready: it is about to stop. */
  public void stop() {
    stopping = true;
  }

  /** Whether the database answers, and takes what the ledger writes. */
  boolean database() {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("health")
        .start(() -> {
          try {
            accounts.probe();
            answer.complete(null);
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return ledger.healthy();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.WARNING, "the database does not answer", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether a charge can succeed, and will be waited for. */
  boolean ready() {
    return !stopping && database();
  }
}
