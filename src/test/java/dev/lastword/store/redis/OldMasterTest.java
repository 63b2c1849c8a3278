package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

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
      Instant now = Instant.now();
      Account ann =
          ((Creation.Created)
                  accounts.create(new NewAccount("ann", null, Set.of(), 10, 0), null, now))
              .account();
      assertThat(sells(left, ann)).isTrue();

      accounts.delete("ann", now);
      right.refresh("ann");

      assertThat(sells(left, ann)).as("after the deletion was answered").isFalse();
    }
  }
}
