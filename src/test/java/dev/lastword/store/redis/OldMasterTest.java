package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.settlement.DirectRoute;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes with a Redis each, since one has not heard that another master was promoted. */
@Timeout(60)
final class OldMasterTest {

  private static final Duration FENCE = Duration.ofSeconds(3);
  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new Random());

  private RedisLedger node(String name, RedisServer redis, SharedAccounts accounts) {
    Duration call = Duration.ofSeconds(2);
    return new RedisLedger(
        name,
        new RedisLedger.Parts(
            Redis.connect(redis.url(), call),
            accounts,
            new DirectRoute(accounts, InstantSource.system()),
            ids,
            new Copies.Window(100, Duration.ofMinutes(1)),
            RedisNode.Observers.NONE),
        new Terms(
            FENCE,
            FENCE,
            call,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            World.real(),
            duration -> LockSupport.parkNanos(duration.toNanos())));
  }

  private static Account ann(SharedAccounts accounts) {
    NewAccount wanted = new NewAccount("ann", null, Set.of(), 1_000_000, 0);
    return ((Creation.Created) accounts.create(wanted, null, Instant.now())).account();
  }

  private static boolean sells(RedisLedger node, Account account) {
    try {
      Opening opening =
          node.open(new Order("ann", account.incarnation(), Meter.TOKENS, "meme", null, null));
      return opening instanceof Opening.Opened(var tab) && tab.charge(1, null) instanceof Draw.Paid;
    } catch (LedgerFailure e) {
      return false;
    }
  }

  @Test
  void anOperatorsChangeIsAnsweredOnceNobodyCanChargeWithoutIt() {
    try (RedisServer old = RedisServer.own();
        RedisServer promoted = RedisServer.own();
        MysqlAccounts accounts =
            MysqlAccounts.open(
                MysqlAddress.parse(DatabaseServer.shared().fresh()), ids, Steps.NONE);
        RedisLedger left = node("left", old, accounts);
        RedisLedger right = node("right", promoted, accounts)) {
      Account ann = ann(accounts);
      assertThat(sells(left, ann)).isTrue();

      accounts.delete("ann", Instant.now());
      right.refresh("ann");

      assertThat(sells(left, ann)).as("after the deletion was answered").isFalse();
    }
  }

  /** Or each side would take the epochs from the other for as long as both live. */
  @Test
  void whoStaysWithAnOldMasterGivesWayWhileOthersSell() throws Exception {
    try (RedisServer old = RedisServer.own();
        RedisServer promoted = RedisServer.own();
        MysqlAccounts accounts =
            MysqlAccounts.open(
                MysqlAddress.parse(DatabaseServer.shared().fresh()), ids, Steps.NONE);
        RedisLedger left = node("left", old, accounts)) {
      Account ann = ann(accounts);
      assertThat(sells(left, ann)).isTrue();
      try (RedisLedger right = node("right", promoted, accounts);
          ScheduledExecutorService leases = Executors.newScheduledThreadPool(2)) {
        await().until(() -> sells(right, ann));
        leases.scheduleWithFixedDelay(right::renew, 0, 100, TimeUnit.MILLISECONDS);
        left.renew();
        Future<Boolean> trying = leases.submit(() -> sells(left, ann));

        while (!trying.isDone()) {
          assertThat(sells(right, ann)).isTrue();
        }
        assertThat(trying.get()).as("while others sell").isFalse();
        leases.shutdownNow();
      }
      await().atMost(FENCE.multipliedBy(4)).until(() -> sells(left, ann));
    }
  }
}
