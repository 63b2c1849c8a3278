package dev.lastword.store.redis;

import dev.lastword.faults.servers.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The library on a real server. */
class RedisLibraryTest extends LibraryContract {

  private static RedisServer server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RedisServer.own();
    redis = Redis.connect(server.url(), Duration.ofSeconds(5));
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @Override
  List<String> call(String function, List<String> keys, List<String> arguments) {
    return redis.call(new Functions.Call(function, keys, arguments));
  }

  @Override
  void flushAll() {
    server.command(redis -> redis.flushall());
  }

  @Override
  long serverMillis() {
    return System.currentTimeMillis();
  }
}
