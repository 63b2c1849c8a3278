package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Bought;
import dev.lastword.faults.ClientLog.Credited;
import dev.lastword.faults.ClientLog.Stream;
import dev.lastword.faults.ClientLog.Unanswered;
import dev.lastword.http.Json;
import dev.lastword.metering.WordSales;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Mixed load on one server until it dies or the traffic is stopped: memes with keys and without,
 * now and then as pictures, streams that end by themselves and streams whose client leaves,
 * credits, permissions that change, an account that is deleted and made again. Everything goes into
 * the log.
 */
final class Traffic implements AutoCloseable {

  static final String MEME = "{\"query\":\"x\"}";
  static final String MEMES = "/memes";

  private static final String CHATS = "/v1/chat/completions";
  private static final String ANSWER =
      "{\"model\":\"simulated\",\"max_tokens\":5,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  /** One meme in so many is bought as a picture: drawing it takes as long as selling a thousand. */
  private static final int PICTURES = 50;

  private static final String PICTURE = "image/png";
  private static final String JSON = "application/json";

  private static final int KEYED_BUYERS = 6;
  private static final int OTHER_BUYERS = 3;
  private static final int POOR_BUYERS = 4;
  private static final int CHATTERS = 3;
  private static final int STREAMS = 10;
  static final int MAX_STREAM_WORDS = 60;
  private static final Duration BREATH = Duration.ofMillis(5);

  private final Http http;
  private final Users users;
  private final ClientLog log;
  private final long seed;
  private final ExecutorService actors = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean going = true;

  private Traffic(Http http, Users users, ClientLog log, long seed) {
    this.http = http;
    this.users = users;
    this.log = log;
    this.seed = seed;
  }

  /** Starts the load. */
  static Traffic start(Http http, Users users, ClientLog log, long seed) {
    Traffic traffic = new Traffic(http, users, log, seed);
    traffic.start();
    traffic.actor(400, traffic::reincarnate);
    return traffic;
  }

  /** The same without an account that is made again, whose tokens need clocks that agree. */
  static Traffic startWithoutNewAccounts(Http http, Users users, ClientLog log, long seed) {
    Traffic traffic = new Traffic(http, users, log, seed);
    traffic.start();
    return traffic;
  }

  private interface Act {
    void once(Random random) throws IOException;
  }

  private void start() {
    for (int buyer = 0; buyer < KEYED_BUYERS; buyer++) {
      String user = buyer % 2 == 0 ? Users.TEXT : Users.ARTIFICIAL;
      actor(buyer, random -> buyWithKey(user, MEMES, MEME));
    }
    for (int buyer = 0; buyer < OTHER_BUYERS; buyer++) {
      String user = buyer % 2 == 0 ? Users.TEXT : Users.ARTIFICIAL;
      actor(100 + buyer, random -> buyMeme(user, random));
    }
    for (int buyer = 0; buyer < POOR_BUYERS; buyer++) {
      actor(
          200 + buyer,
          random -> {
            buyMeme(Users.POOR, random);
            pause(BREATH);
          });
    }
    for (int chatter = 0; chatter < CHATTERS; chatter++) {
      actor(
          250 + chatter,
          random -> {
            if (random.nextBoolean()) {
              buyWithKey(Users.READER, CHATS, ANSWER);
            } else {
              buy(Users.READER, CHATS, ANSWER, JSON);
            }
          });
    }
    for (int stream = 0; stream < STREAMS; stream++) {
      actor(300 + stream, this::stream);
    }
    actor(401, this::credit);
    actor(402, this::changePermissions);
    actor(403, this::setBalance);
  }

  private void actor(int number, Act act) {
    Random random = new Random(seed * 1_000 + number);
    actors.execute(() -> {
      while (going) {
        try {
          act.once(random);
        } catch (IOException e) {
          // Dead, or about to be. What was sent is in the log.
          pause(BREATH);
        } catch (RuntimeException e) {
          log.wrong("a client met " + e);
        }
      }
    });
  }

  /** Lets what runs end in order, and begins nothing more. */
  @Override
  public void close() {
    going = false;
    actors.shutdown();
    try {
      if (!actors.awaitTermination(60, TimeUnit.SECONDS)) {
        throw new Server.Trouble("a client waits for its answer for a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  private void buyWithKey(String user, String path, String body) throws IOException {
    String key = UUID.randomUUID().toString();
    Unanswered asked = new Unanswered(user, path, body, key);
    log.unanswered.put(key, asked);
    retry(http, users, log, asked);
  }

  /** Asks, or asks again, with a key, and notes what came. */
  static void retry(Http http, Users users, ClientLog log, Unanswered asked) throws IOException {
    HttpResponse<String> answer =
        http.send(
            "POST",
            asked.path(),
            asked.user().equals(Users.OPERATOR) ? users.operator() : users.token(asked.user()),
            asked.body(),
            "Idempotency-Key",
            asked.key());
    switch (answer.statusCode()) {
      case 200, 201 -> {
        log.unanswered.remove(asked.key());
        if (asked.path().endsWith("/credits")) {
          credited(log, asked);
        } else {
          bought(log, asked.user(), answer, asked.key());
        }
      }
      case 402, 403 -> {
        log.unanswered.remove(asked.key());
        log.refusedKeys.add(asked.key());
      }
      case 503 -> log.unavailable.incrementAndGet();
      case 409 -> {
        // Its first attempt still runs.
      }
      default -> log.wrong(asked.path() + " with a key: " + answer.statusCode() + answer.body());
    }
  }

  static void bought(
      ClientLog log, String user, HttpResponse<String> answer, @Nullable String key) {
    long amount = Long.parseLong(Http.header(answer, "Lastword-Charged"));
    String meme = amount == 1 ? "text_meme" : "ai_meme";
    log.bought.add(
        new Bought(
            user,
            Http.header(answer, "Lastword-Charge"),
            answer.uri().getPath().equals(CHATS) ? WordSales.ANSWER : meme,
            amount,
            key));
    log.acknowledged.incrementAndGet();
  }

  private static void credited(ClientLog log, Unanswered asked) {
    String user = asked.path().split("/", -1)[2];
    log.credits.add(
        new Credited(
            user,
            Json.member(asked.body(), "meter").orElseThrow(),
            Long.parseLong(Json.member(asked.body(), "amount").orElseThrow())));
    log.acknowledged.incrementAndGet();
  }

  private void buyMeme(String user, Random random) throws IOException {
    buy(user, MEMES, MEME, random.nextInt(PICTURES) == 0 ? PICTURE : JSON);
  }

  private void buy(String user, String path, String body, String accept) throws IOException {
    log.strayMemes.incrementAndGet();
    HttpResponse<String> answer =
        http.send("POST", path, users.token(user), body, "Accept", accept);
    switch (answer.statusCode()) {
      case 200 -> {
        bought(log, user, answer, null);
        log.strayMemes.decrementAndGet();
      }
      case 402, 403 -> log.strayMemes.decrementAndGet();
      case 503 -> log.unavailable.incrementAndGet();
      default -> log.wrong(path + ": " + answer.statusCode() + answer.body());
    }
  }

  private void stream(Random random) throws IOException {
    String key = random.nextBoolean() ? UUID.randomUUID().toString() : null;
    int wanted = 1 + random.nextInt(MAX_STREAM_WORDS);
    int patience = random.nextInt(4) == 0 ? random.nextInt(wanted) + 1 : Integer.MAX_VALUE;
    String body = "{\"max_words\":" + wanted + "}";
    if (key != null && random.nextBoolean()) {
      join(body, key, random.nextInt(MAX_STREAM_WORDS));
    }
    read(http, users, log, body, key, patience);
  }

  /** A second client with the same key, whoever of the two comes first. */
  private void join(String body, String key, int patience) {
    try {
      actors.execute(() -> {
        try {
          read(http, users, log, body, key, patience + 1);
        } catch (IOException e) {
          // Dead, or about to be. What was sent is in the log.
        }
      });
    } catch (RejectedExecutionException e) {
      // The traffic is about to end.
    }
  }

  /** Reads a stream, up to so many words, after which the client leaves. */
  static @Nullable Stream read(
      Http http, Users users, ClientLog log, String body, @Nullable String key, int patience)
      throws IOException {
    log.strayStreams.incrementAndGet();
    HttpResponse<InputStream> answer =
        key == null
            ? http.stream(users.token(Users.READER), body, "Accept", "text/event-stream")
            : http.stream(
                users.token(Users.READER),
                body,
                "Accept",
                "text/event-stream",
                "Idempotency-Key",
                key);
    try (InputStream events = answer.body()) {
      if (answer.statusCode() != 200) {
        log.strayStreams.decrementAndGet();
        if (answer.statusCode() == 503) {
          log.unavailable.incrementAndGet();
        } else if (answer.statusCode() != 409) {
          log.wrong("/generate-data: " + answer.statusCode());
        }
        return null;
      }
      String charge = Http.header(answer, "Lastword-Charge");
      Stream stream = log.streams.computeIfAbsent(charge, id -> new Stream(id, body, key));
      if (!Objects.equals(stream.key, key) || (key == null && stream.words > 0)) {
        log.wrong("two streams were answered with charge " + charge);
      }
      log.strayStreams.decrementAndGet();
      follow(
          new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8)),
          stream,
          log,
          patience);
      return stream;
    }
  }

  private static void follow(BufferedReader lines, Stream stream, ClientLog log, int patience)
      throws IOException {
    int words = 0;
    boolean end = false;
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith("id: ")) {
        words++;
        stream.words = Math.max(stream.words, words);
        if (words >= patience) {
          stream.left = true;
          return;
        }
      } else if (line.startsWith("event: end")) {
        end = true;
      } else if (end && line.startsWith("data: ")) {
        stream.charged = Long.parseLong(Json.member(line.substring(6), "charged").orElse("-2"));
        log.acknowledged.incrementAndGet();
      }
    }
  }

  private void credit(Random random) throws IOException {
    String key = UUID.randomUUID().toString();
    boolean poor = random.nextBoolean();
    Unanswered asked =
        new Unanswered(
            Users.OPERATOR,
            "/users/" + (poor ? Users.POOR : Users.READER) + "/credits",
            "{\"meter\":\"%s\",\"amount\":%d}"
                .formatted(poor ? "tokens" : "words", 1 + random.nextInt(5)),
            key);
    log.unanswered.put(key, asked);
    retry(http, users, log, asked);
    pause(BREATH);
  }

  /** Sets a permission and buys right after: the price must be the new one. */
  private void changePermissions(Random random) throws IOException {
    boolean artificial = random.nextBoolean();
    String wanted = artificial ? "[\"generate_llm_meme\"]" : "[]";
    log.permissions.sent(wanted);
    HttpResponse<String> answer =
        http.send(
            "PUT",
            "/users/" + Users.CHANGING + "/permissions",
            users.operator(),
            "{\"permissions\":" + wanted + "}");
    if (answer.statusCode() != 200) {
      expect(answer, 503);
      return;
    }
    log.permissions.answered(wanted);
    log.acknowledged.incrementAndGet();
    log.strayMemes.incrementAndGet();
    HttpResponse<String> meme = http.send("POST", "/memes", users.token(Users.CHANGING), MEME);
    if (meme.statusCode() == 200) {
      bought(log, Users.CHANGING, meme, null);
      log.strayMemes.decrementAndGet();
      if (!Http.header(meme, "Lastword-Charged").equals(artificial ? "2" : "1")) {
        log.wrong("after permissions " + wanted + " the price was another");
      }
    } else {
      expect(meme, 503);
    }
  }

  private void setBalance(Random random) throws IOException {
    long wanted = random.nextInt(100);
    log.balance.sent(Long.toString(wanted));
    HttpResponse<String> answer =
        http.send(
            "PUT",
            "/users/" + Users.ADJUSTED + "/tokens",
            users.operator(),
            "{\"tokens\":" + wanted + "}");
    if (answer.statusCode() == 200) {
      log.balance.answered(Long.toString(wanted));
      log.acknowledged.incrementAndGet();
    } else {
      expect(answer, 503);
    }
    pause(BREATH);
  }

  private void expect(HttpResponse<String> answer, int status) {
    if (answer.statusCode() == status) {
      log.unavailable.incrementAndGet();
    } else {
      log.wrong(answer.uri().getPath() + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Makes an account, buys as it, deletes it, and buys again: the last must be refused. */
  private void reincarnate(Random random) throws IOException {
    String user = Users.PHOENIX + random.nextInt(3);
    log.deleted.remove(user);
    log.creationsSent.incrementAndGet();
    HttpResponse<String> made =
        http.send(
            "POST",
            "/users",
            users.operator(),
            "{\"user_id\":\"%s\",\"tokens\":5,\"words\":0}".formatted(user),
            "Idempotency-Key",
            UUID.randomUUID().toString());
    if (made.statusCode() == 201) {
      log.created.incrementAndGet();
    } else if (made.statusCode() != 409) {
      expect(made, 503);
      return;
    }
    log.strayMemes.incrementAndGet();
    HttpResponse<String> meme = http.send("POST", "/memes", users.freshToken(user), MEME);
    if (meme.statusCode() == 200) {
      bought(log, user, meme, null);
      log.strayMemes.decrementAndGet();
    } else if (meme.statusCode() == 402) {
      log.strayMemes.decrementAndGet();
    } else {
      expect(meme, 503);
    }
    HttpResponse<String> gone = http.send("DELETE", "/users/" + user, users.operator(), "");
    if (gone.statusCode() != 204) {
      expect(gone, 503);
      return;
    }
    log.deleted.add(user);
    log.acknowledged.incrementAndGet();
    HttpResponse<String> ghost = http.send("POST", "/memes", users.freshToken(user), MEME);
    if (!List.of(403, 503).contains(ghost.statusCode())) {
      log.wrong("a deleted account got " + ghost.statusCode());
    }
    pause(BREATH);
  }
}
