package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LedgerContract;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.Tab;
import dev.lastword.settlement.DirectRoute;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** One node of several, on a real Redis and a real MariaDB. */
@Timeout(60)
final class RedisLedgerTest extends LedgerContract {

  /** A wall clock that stands still must not make calls late. */
  private static final Duration CALL = Duration.ofMinutes(1);

  private static final Duration FENCE = Duration.ofSeconds(8);
  private static RedisServer redis;

  private ScheduledExecutorService leases;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.own();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  /** Redis decides by its own clock whether a call comes too late. */
  @Override
  protected Instant begin() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** More, and some wait for a connection to the database for longer than they may. */
  @Override
  protected int atOnce() {
    return 60;
  }

  @Override
  protected Accounts openAccounts() {
    loseMemory();
    return MysqlAccounts.open(
        MysqlAddress.parse(DatabaseServer.shared().fresh()),
        new TimeOrderedIds(clock, new Random()),
        Steps.NONE);
  }

  @Override
  protected Ledger openLedger(Accounts accounts) {
    SharedAccounts shared = (SharedAccounts) accounts;
    RedisLedger ledger =
        new RedisLedger(
            "node",
            new RedisLedger.Parts(
                Redis.connect(redis.url(), CALL),
                shared,
                new DirectRoute(shared, clock),
                new TimeOrderedIds(clock, new Random()),
                new Copies.Window(100, Duration.ofMinutes(1)),
                RedisNode.Observers.NONE),
            new Terms(
                FENCE,
                FENCE,
                CALL,
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                World.real().withClock(clock),
                duration -> LockSupport.parkNanos(duration.toNanos())));
    leases = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> _ =
        leases.scheduleWithFixedDelay(ledger::renew, 0, 250, TimeUnit.MILLISECONDS);
    return ledger;
  }

  @AfterEach
  void stopRenewing() {
    leases.close();
  }

  /** What the account's first life held in Redis is gone: it pays for all that was drawn. */
  @Override
  protected long closeLate(Tab tab, long delivered, long drawn) {
    assertThatThrownBy(() -> super.closeLate(tab, delivered, drawn))
        .isInstanceOf(LedgerFailure.class);
    return drawn;
  }

  /**
   * Redis keeps keys for as long as it pleases by its own clock, and knows none in its next life.
   */
  @Override
  protected void loseMemory() {
    redis.command(commands -> commands.flushall());
  }
}
