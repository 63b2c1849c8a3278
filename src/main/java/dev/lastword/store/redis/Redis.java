package dev.lastword.store.redis;

import dev.lastword.ledger.LedgerFailure;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisFunctionAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The functions on a Redis server or on the masters of a Redis Cluster. One connection a server
 * carries the calls of all threads. The driver sends nothing again after it has reconnected, and
 * takes nothing while it is not connected; that alone is tried again.
 */
final class Redis implements Functions {

  private static final String PREFIX = "lastword2_";
  private static final String NO_FUNCTION = "Function not found";

  /** The driver says that it is not connected and did not even try: then it may be asked again. */
  private static final String NOT_SENT = "Commands are rejected";

  private static final Duration RECONNECTING = Duration.ofMillis(20);

  private final Duration timeout;
  private final RedisFunctionAsyncCommands<String, String> commands;
  private final Supplier<List<RedisClusterCommands<String, String>>> masters;
  private final List<Runnable> closing;

  private Redis(
      Duration timeout,
      RedisFunctionAsyncCommands<String, String> commands,
      Supplier<List<RedisClusterCommands<String, String>>> masters,
      List<Runnable> closing) {
    this.timeout = timeout;
    this.commands = commands;
    this.masters = masters;
    this.closing = closing;
  }

  /**
   * Connects, sees that the servers are fit, and loads the library.
   *
   * @param url {@code redis://[user:password@]host[:port]}, {@code rediss://} with TLS; any node of
   *     a Redis Cluster
   * @param timeout for a connection and for a call
   * @throws LedgerFailure if no server answers
   * @throws IllegalStateException if a server is too old, or may evict keys
   */
  static Redis connect(String url, Duration timeout) {
    RedisURI uri = RedisURI.create(url);
    uri.setTimeout(timeout);
    RedisClient client = RedisClient.create(uri);
    client.setOptions(options(ClientOptions.builder(), timeout).build());
    Redis redis;
    try {
      StatefulRedisConnection<String, String> connection = client.connect();
      if (connection.sync().info("cluster").contains("cluster_enabled:1")) {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        redis = cluster(uri, timeout);
      } else {
        RedisCommands<String, String> sync = connection.sync();
        redis =
            new Redis(
                timeout,
                connection.async(),
                () -> List.of(sync),
                List.of(connection::close, () -> client.shutdown(0, 1, TimeUnit.SECONDS)));
      }
    } catch (RedisException e) {
      client.shutdown(0, 1, TimeUnit.SECONDS);
      throw new LedgerFailure("Redis does not answer at " + uri.getHost() + ":" + uri.getPort(), e);
    }
    redis.prepare();
    return redis;
  }

  private static Redis cluster(RedisURI uri, Duration timeout) {
    RedisClusterClient client = RedisClusterClient.create(uri);
    client.setOptions(
        ((ClusterClientOptions.Builder) options(ClusterClientOptions.builder(), timeout))
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(Duration.ofSeconds(2))
                    .build())
            .build());
    StatefulRedisClusterConnection<String, String> connection = client.connect();
    return new Redis(
        timeout,
        connection.async(),
        () ->
            connection.getPartitions().stream()
                .filter(node -> node.getRole().isUpstream() && !node.getSlots().isEmpty())
                .<RedisClusterCommands<String, String>>map(
                    node -> connection.getConnection(node.getNodeId()).sync())
                .toList(),
        List.of(connection::close, () -> client.shutdown(0, 1, TimeUnit.SECONDS)));
  }

  private static ClientOptions.Builder options(ClientOptions.Builder builder, Duration timeout) {
    return builder
        .autoReconnect(true)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(_ -> true)
        .socketOptions(SocketOptions.builder().connectTimeout(timeout).tcpNoDelay(true).build());
  }

  private void prepare() {
    try {
      for (RedisClusterCommands<String, String> master : masters.get()) {
        demandFit(master.info("server"), master.info("memory"));
      }
      load();
    } catch (RedisException e) {
      close();
      throw new LedgerFailure("Redis does not take the library of functions", e);
    } catch (IllegalStateException e) {
      close();
      throw e;
    }
  }

  private static void demandFit(String server, String memory) {
    String version = value(server, "redis_version");
    if (Integer.parseInt(version.substring(0, version.indexOf('.'))) < 7) {
      throw new IllegalStateException(
          "Redis " + version + " is too old: functions need 7 or newer");
    }
    String policy = value(memory, "maxmemory_policy");
    if (!policy.equals("noeviction")) {
      throw new IllegalStateException(
          "Redis may evict keys: set maxmemory-policy to noeviction (it is " + policy + ")");
    }
  }

  private static String value(String info, String name) {
    return Stream.of(info.split("\r\n", -1))
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Redis does not say its " + name));
  }

  private void load() {
    for (RedisClusterCommands<String, String> master : masters.get()) {
      master.functionLoad(library(), true);
    }
  }

  private static String library() {
    try (InputStream in = Redis.class.getResourceAsStream("lastword.lua")) {
      if (in == null) {
        throw new IllegalStateException("the library of functions is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> call(Call call) {
    return callAll(List.of(call)).getFirst();
  }

  @Override
  public List<List<String>> callAll(List<Call> calls) {
    List<Future<List<String>>> futures = new ArrayList<>(calls.size());
    for (Call call : calls) {
      futures.add(begin(call));
    }
    long end = System.nanoTime() + timeout.toNanos();
    List<List<String>> answers = new ArrayList<>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      answers.add(answer(calls.get(i), futures.get(i), end));
    }
    return answers;
  }

  private Future<List<String>> begin(Call call) {
    try {
      return commands.fcall(
          PREFIX + call.function(),
          ScriptOutputType.MULTI,
          call.keys().toArray(String[]::new),
          call.arguments().toArray(String[]::new));
    } catch (RedisException e) {
      throw new LedgerFailure("Redis does not take " + call.function(), e);
    }
  }

  private List<String> answer(Call call, Future<List<String>> future, long endNanos) {
    Future<List<String>> awaited = future;
    while (true) {
      try {
        return awaited.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        String why = e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
        if (why.contains(NO_FUNCTION)) {
          return afterLoading(call, endNanos);
        }
        if (!why.contains(NOT_SENT) || System.nanoTime() - endNanos > 0) {
          throw new LedgerFailure("Redis did not do " + call.function(), e);
        }
        LockSupport.parkNanos(RECONNECTING.toNanos());
        awaited = begin(call);
      } catch (TimeoutException e) {
        throw new LedgerFailure("Redis did not answer " + call.function() + " in time", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LedgerFailure("interrupted while Redis did " + call.function(), e);
      }
    }
  }

  /** A server that came back without the library certainly did not run the call. */
  private List<String> afterLoading(Call call, long endNanos) {
    try {
      load();
      return begin(call).get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException | RedisException e) {
      throw new LedgerFailure("Redis does not take the library of functions", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerFailure("interrupted while Redis took the library of functions", e);
    }
  }

  @Override
  public void send(Call call) {
    try {
      Future<List<String>> _ = begin(call);
    } catch (LedgerFailure e) {
      // Nobody waits for it; what it would have done is done later.
    }
  }

  @Override
  public void probe() {
    try {
      masters.get().forEach(RedisClusterCommands::ping);
    } catch (RedisException e) {
      throw new LedgerFailure("Redis does not answer", e);
    }
  }

  @Override
  public void close() {
    closing.forEach(Runnable::run);
  }
}
