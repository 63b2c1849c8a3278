package dev.lastword.bench;

import dev.lastword.bench.client.Load;
import dev.lastword.bench.client.RespAnswers;
import dev.lastword.bench.client.Target;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.RedisServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A node on Redis, and the function that it charges with called without a node: the same library on
 * the same Redis, by as many callers, each of whom waits for its answer.
 */
final class RedisRow {

  private static final int USERS = Shop.CONNECTIONS;

  /** Charges of an account before they are cleaned, as the node does when they are settled. */
  private static final int CHARGES = 200;

  private static final List<String> KEYS_OF_ACCOUNT = List.of("a:", "r:", "d:", "k:", "w:", "f:");

  private RedisRow() {}

  static Row row() {
    return new Row(
        "redis",
        "POST /memes of one node on Redis and MariaDB, and its function called on that Redis",
        RedisRow::measure);
  }

  private static List<Line> measure(Effort effort) throws Exception {
    try (RedisServer redis = RedisServer.own();
        DatabaseServer database = DatabaseServer.own();
        Shop shop =
            Shop.charging(2 * USERS, Map.of("REDIS_URL", redis.url(), "DSN", database.fresh()))) {
      // An account comes into Redis when it is first used.
      shop.oneEach();
      Target function = new Target(redis.port(), charges(redis), new RespAnswers());
      Rounds<Load.Result> rounds =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> shop.closed(USERS, effort.interval()),
              () -> Load.closed(function, USERS, effort.interval()));
      shop.auditOfFirst(USERS, USERS);
      return List.of(
          rounds.line("requests/s", "lastword", "function", Load.Result::rate),
          rounds.line("p99 ms", "lastword", "function", result -> result.millisAt(99)));
    }
  }

  /** What each connection sends: charges of an account of its own. */
  private static Target.Requests charges(RedisServer redis) {
    List<List<ByteBuffer>> all = new ArrayList<>();
    for (int user = USERS; user < 2 * USERS; user++) {
      all.add(charges(redis, Shop.name(user)));
    }
    return Target.eachItsOwn(all);
  }

  private static List<ByteBuffer> charges(RedisServer redis, String user) {
    String account =
        redis.command(commands -> commands.keys("{p*}:a:" + user)).stream()
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(user + " is not in Redis"));
    String tag = account.substring(0, account.indexOf('}') + 2);
    List<String> keys = new ArrayList<>();
    keys.add(tag + "epoch");
    KEYS_OF_ACCOUNT.forEach(key -> keys.add(tag + key + user));
    keys.add(tag + "used");
    keys.add(tag + "due");
    String epoch = redis.command(commands -> commands.hget(tag + "epoch", "epoch"));
    String incarnation = redis.command(commands -> commands.hget(account, "incarnation"));
    String now = Long.toString(System.currentTimeMillis());
    String tomorrow = Long.toString(System.currentTimeMillis() + Duration.ofDays(1).toMillis());
    String head = String.join("\u001f", "text_meme", "bench", now, "", "");

    List<String> cleaning = new ArrayList<>(List.of(epoch, "1"));
    List<ByteBuffer> calls = new ArrayList<>();
    for (int number = 0; number < CHARGES; number++) {
      String receipt = "bench-" + number;
      cleaning.addAll(List.of(receipt, "1"));
      calls.add(
          call(
              "pay",
              keys,
              List.of(
                  epoch,
                  tomorrow,
                  receipt,
                  incarnation,
                  "t",
                  "0",
                  "1",
                  "1",
                  "completed",
                  now,
                  head,
                  "",
                  "",
                  "",
                  "")));
    }
    // First of all, what a round before may have left.
    calls.addFirst(call("clean", keys, cleaning));
    return calls;
  }

  private static ByteBuffer call(String function, List<String> keys, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("FCALL", "lastword2_" + function, Integer.toString(keys.size())));
    words.addAll(keys);
    words.addAll(arguments);
    StringBuilder command = new StringBuilder("*" + words.size() + "\r\n");
    for (String word : words) {
      command.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    byte[] bytes = command.toString().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
  }
}
