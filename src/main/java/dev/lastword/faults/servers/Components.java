package dev.lastword.faults.servers;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** One of each that nodes can share, and the settings that lead to them. */
public final class Components implements AutoCloseable {

  private final RedisServer redis = RedisServer.own();
  private final Map<String, String> settings = new TreeMap<>();
  private final AutoCloseable accounts;

  private Components(AutoCloseable accounts, String name, String address, boolean queue) {
    this.accounts = accounts;
    settings.put(name, address);
    settings.put("REDIS_URL", redis.url());
    if (queue) {
      QueueServer server = QueueServer.running();
      settings.putAll(QueueServer.CREDENTIALS);
      settings.put("SQS_QUEUE_URL", server.fresh());
      settings.put("SQS_ENDPOINT", server.endpoint().toString());
    }
  }

  /**
   * Starts them.
   *
   * @param accounts {@code mongodb} or {@code mysql}
   * @param queue whether there is one
   * @throws IllegalArgumentException if accounts are to be elsewhere
   */
  public static Components start(String accounts, boolean queue) {
    return switch (accounts) {
      case "mongodb" -> {
        MongoProcess server = MongoProcess.own();
        yield new Components(server, "MONGODB_URI", server.fresh(), queue);
      }
      case "mysql" -> {
        DatabaseServer server = DatabaseServer.own();
        yield new Components(server, "DSN", server.fresh(), queue);
      }
      default ->
          throw new IllegalArgumentException(
              "--accounts " + accounts + ": there are mongodb and mysql");
    };
  }

  /** Environment variables for {@code serve}. */
  public Map<String, String> settings() {
    return Collections.unmodifiableMap(settings);
  }

  @Override
  public void close() {
    redis.close();
    try {
      accounts.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
