package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.faults.servers.RedisCluster;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.store.redis.Functions.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the driver and real servers do when something happens to them. */
class RedisTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Partition PARTITION = new Partition(3);

  private static List<String> living(Redis redis) {
    return redis.call(new Call("living", PARTITION.epochKey(), List.of()));
  }

  private static List<String> begin(Redis redis, long expected, long next) {
    return redis.call(
        new Call(
            "begin", PARTITION.epochKey(), List.of(Long.toString(expected), Long.toString(next))));
  }

  private static List<String> livingOnceItAnswers(Redis redis) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreException(LedgerFailure.class)
        .until(() -> living(redis), _ -> true);
  }

  @Test
  void anEpochEndsWithTheProcessThoughItsDataComesBack() {
    try (RedisServer server = RedisServer.own("--appendfsync", "always");
        Redis redis = Redis.connect(server.url(), TIMEOUT)) {
      assertThat(living(redis)).containsExactly("0", "0");
      assertThat(begin(redis, 0, 1)).containsExactly("1", "1");

      server.kill();
      assertThatThrownBy(() -> living(redis)).isInstanceOf(LedgerFailure.class);
      server.start();

      assertThat(livingOnceItAnswers(redis)).containsExactly("1", "0");
    }
  }

  @Test
  void anEpochEndsWithAFlushAndTheLibraryStays() {
    try (RedisServer server = RedisServer.own();
        Redis redis = Redis.connect(server.url(), TIMEOUT)) {
      begin(redis, 0, 1);
      server.command(redis2 -> redis2.flushall());

      assertThat(living(redis)).containsExactly("0", "0");
    }
  }

  @Test
  void aServerThatLostTheLibraryIsGivenItAgain() {
    try (RedisServer server = RedisServer.own();
        Redis redis = Redis.connect(server.url(), TIMEOUT)) {
      server.command(commands -> commands.functionFlush(io.lettuce.core.FlushMode.SYNC));

      assertThat(living(redis)).containsExactly("0", "0");
    }
  }

  /** Promoted, demoted and promoted again; the old master lives on beside the new one. */
  @Test
  void anEpochEndsWithEveryTermAsMaster() {
    try (RedisServer first = RedisServer.own();
        RedisServer second = RedisServer.own("--replicaof", "127.0.0.1 " + first.port());
        Redis toFirst = Redis.connect(first.url(), TIMEOUT)) {
      begin(toFirst, 0, 1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> second.command(redis -> redis.exists("{p3}:epoch")) == 1);

      second.command(redis -> redis.replicaofNoOne());
      try (Redis toSecond = Redis.connect(second.url(), TIMEOUT)) {
        assertThat(living(toSecond)).as("promoted").containsExactly("1", "0");
        assertThat(living(toFirst)).as("lives on").containsExactly("1", "1");
        assertThat(begin(toSecond, 1, 2)).containsExactly("2", "1");

        first.command(redis -> redis.replicaof("127.0.0.1", second.port()));
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> first.command(redis -> redis.hget("{p3}:epoch", "epoch")).equals("2"));
        first.command(redis -> redis.replicaofNoOne());

        assertThat(livingOnceItAnswers(toFirst)).as("promoted again").containsExactly("2", "0");
      }
    }
  }

  @Test
  void promise3ACallThatWasOnItsWayIsNotSentAgain() throws IOException {
    try (RedisServer server = RedisServer.own();
        Cutter cutter = new Cutter(server.port());
        Redis redis = Redis.connect("redis://127.0.0.1:" + cutter.port(), TIMEOUT)) {
      begin(redis, 0, 1);

      cutter.cutAtNextCall();
      assertThatThrownBy(() -> begin(redis, 1, 2)).isInstanceOf(LedgerFailure.class);

      assertThat(livingOnceItAnswers(redis)).containsExactly("1", "1");
    }
  }

  /** Stands before a server, and ends a connection in place of passing a call on. */
  private static final class Cutter implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicBoolean cut = new AtomicBoolean();
    private final int target;

    Cutter(int target) throws IOException {
      this.target = target;
      Thread.startVirtualThread(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    void cutAtNextCall() {
      cut.set(true);
    }

    private void accept() {
      while (!listener.isClosed()) {
        try {
          Socket client = listener.accept();
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          Thread.startVirtualThread(() -> pass(client, server, true));
          Thread.startVirtualThread(() -> pass(server, client, false));
        } catch (IOException e) {
          return;
        }
      }
    }

    private void pass(Socket from, Socket to, boolean calls) {
      byte[] bytes = new byte[8192];
      try (from;
          to) {
        int count;
        while ((count = from.getInputStream().read(bytes)) > 0) {
          if (calls && cut.getAndSet(false)) {
            return;
          }
          to.getOutputStream().write(bytes, 0, count);
        }
      } catch (IOException e) {
        // The other side is gone.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  @Test
  void aClusterKeepsEachPartitionOnOneMasterWithItsOwnEpoch() {
    try (RedisCluster cluster = new RedisCluster();
        Redis redis = Redis.connect(cluster.url(), TIMEOUT)) {
      for (int i = 0; i < Partition.COUNT; i++) {
        Partition partition = new Partition(i);
        assertThat(
                redis.call(
                    new Call("begin", partition.epochKey(), List.of("0", Integer.toString(i + 1)))))
            .containsExactly(Integer.toString(i + 1), "1");
      }
      for (RedisServer master : cluster.masters()) {
        long keys = master.command(commands -> commands.dbsize());
        assertThat(keys).isBetween(5L, 59L);
      }
      redis.probe();
    }
  }

  @Test
  void aServerThatMayEvictKeysIsRefused() {
    try (RedisServer server = RedisServer.own("--maxmemory-policy", "allkeys-lru")) {
      assertThatThrownBy(() -> Redis.connect(server.url(), TIMEOUT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("noeviction");
    }
  }

  @Test
  void noServerIsALedgerFailure() {
    assertThatThrownBy(() -> Redis.connect("redis://127.0.0.1:1", TIMEOUT))
        .isInstanceOf(LedgerFailure.class)
        .hasMessageContaining("127.0.0.1:1");
  }
}
