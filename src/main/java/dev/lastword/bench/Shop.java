package dev.lastword.bench;

import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Permission;
import dev.lastword.bench.client.HttpAnswers;
import dev.lastword.bench.client.Load;
import dev.lastword.bench.client.Streams;
import dev.lastword.bench.client.Target;
import dev.lastword.bench.client.WrongAnswer;
import dev.lastword.bench.contender.Uncharged;
import dev.lastword.faults.servers.Local;
import dev.lastword.http.Json;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.Parties;
import dev.lastword.identity.TokenIssuer;
import dev.lastword.store.sqlite.SqliteAccounts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lastword on the embedded store in a folder of its own, with users who can pay for everything that
 * is asked of it. What it sold is held against its receipts. Used by one thread.
 */
final class Shop implements AutoCloseable {

  /** Requests at once, wherever two sides are compared. */
  static final int CONNECTIONS = 64;

  private static final long RICH = 2_000_000_000;
  private static final Duration TTL = Duration.ofDays(1);
  private static final int SAMPLES = 101;

  private final Path data = Local.temporaryFolder("lastword-bench");
  private final boolean charges;
  private final Map<String, String> settings;
  private Contender server;
  private List<String> tokens = List.of();
  private List<ByteBuffer> requests = List.of();
  private long sold;

  /** Receipts that were there before. */
  private long past;

  private Shop(boolean charges, Map<String, String> settings) {
    this.charges = charges;
    this.settings = settings;
    Local.atTheEnd(() -> Local.delete(data));
    this.server = launched();
  }

  /**
   * The real thing: {@code serve}, with every charge durable before its answer.
   *
   * @param settings that differ from the usual ones
   */
  static Shop charging(int users, Map<String, String> settings) throws IOException {
    return opened(new Shop(true, settings), users);
  }

  /** The real thing with a long {@link History} in its file. */
  static Shop withHistory(int users) throws IOException, SQLException {
    Shop shop = charging(users, Map.of());
    boolean filled = false;
    try {
      shop.server.terminate();
      History.into(shop.data);
      shop.past = History.RECEIPTS;
      shop.server = shop.launched();
      filled = true;
      return shop;
    } finally {
      if (!filled) {
        shop.close();
      }
    }
  }

  /** The same without charging; see {@link Uncharged}. */
  static Shop free(int users, Map<String, String> settings) throws IOException {
    return opened(new Shop(false, settings), users);
  }

  private static Shop opened(Shop shop, int users) throws IOException {
    boolean open = false;
    try {
      shop.admit(users);
      open = true;
      return shop;
    } finally {
      if (!open) {
        shop.close();
      }
    }
  }

  private Contender launched() {
    return charges
        ? Contender.serve(data, settings)
        : Contender.with(data, settings, Uncharged.class);
  }

  private void admit(int users) throws IOException {
    int port = server.port();
    SecureRandom random = new SecureRandom();
    TokenIssuer issuer =
        new TokenIssuer(OwnKey.open(data, random), Parties.ANY, InstantSource.system(), random);
    String operator = issuer.issue("operator", true, null, TTL);
    List<ByteBuffer> creations =
        IntStream.range(0, users)
            .mapToObj(user ->
                Memes.post(
                    "/users",
                    operator,
                    "{\"user_id\":\"%s\",\"tokens\":%d,\"words\":%d,\"permissions\":[%s]}"
                        .formatted(name(user), RICH, RICH, permissions())))
            .toList();
    Load.some(
        new Target(port, Target.inTurn(creations), new HttpAnswers(201, "{")), CONNECTIONS, users);
    tokens =
        IntStream.range(0, users)
            .parallel()
            .mapToObj(user -> issuer.issue(name(user), false, null, TTL))
            .toList();
    requests = Memes.requests(tokens);
  }

  /** To ask the configured model, if there is one. */
  private String permissions() {
    String model = settings.get("LASTWORD_MODEL_NAME");
    return model == null ? "" : "\"" + Permission.model(model).word() + "\"";
  }

  /** The id of one of its users. */
  static String name(int user) {
    return "user-" + user;
  }

  Contender server() {
    return server;
  }

  /** A token of each user. */
  List<String> tokens() {
    return tokens;
  }

  /** A request for a meme by each user. */
  List<ByteBuffer> requests() {
    return requests;
  }

  /** A closed load of memes for that many of its users. */
  Load.Result closed(int users, Duration interval) throws IOException {
    return counted(Load.closed(memes(users), CONNECTIONS, interval));
  }

  /** An open load of memes for all its users. */
  Load.Result open(int connections, double rate, Duration interval) throws IOException {
    return counted(Load.open(memes(tokens.size()), connections, rate, interval));
  }

  /** Sells one meme. */
  void one() throws IOException {
    counted(Load.some(memes(1), 1, 1));
  }

  /** Streams of words over HTTP/1.1, whose users take turns. */
  Streams streams(int count) throws IOException {
    return Streams.http1(
        server.port(),
        IntStream.range(0, count)
            .mapToObj(
                stream -> Memes.post("/generate-data", tokens.get(stream % tokens.size()), ""))
            .toList());
  }

  /** So many streams for each user over HTTP/2, with one connection for each user. */
  Streams streamsOverHttp2(int each) throws IOException {
    return Streams.http2(server.port(), tokens, each);
  }

  /** A closed load of chats with the configured model, for all its users. */
  Load.Result chats(String json, int connections, Duration interval) throws IOException {
    List<ByteBuffer> chats =
        tokens.stream().map(token -> Memes.post("/v1/chat/completions", token, json)).toList();
    Target target =
        new Target(
            server.port(), Target.inTurn(chats), new HttpAnswers(200, "{\"id\":\"chatcmpl-"));
    return counted(Load.closed(target, connections, interval));
  }

  private Target memes(int users) {
    return Memes.sold(server.port(), requests.subList(0, users));
  }

  private Load.Result counted(Load.Result result) {
    sold += result.all();
    return result;
  }

  /** How many words were written, and how many of them within 50 ms of their time. */
  record Lateness(double words, double inTime) {

    Lateness since(Lateness before) {
      return new Lateness(words - before.words, inTime - before.inTime);
    }

    double percentInTime() {
      return 100 * inTime / words;
    }
  }

  /** What the server says of its words so far. */
  Lateness lateness() throws IOException, InterruptedException {
    try (HttpClient client = client()) {
      String metrics = answer(client, request("/metrics", 0));
      return new Lateness(
          metric(metrics, "lastword_word_lateness_seconds_count"),
          metric(metrics, "lastword_word_lateness_seconds_bucket{le=\"0.05\"}"));
    }
  }

  private static double metric(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Sells one meme to each of its users. */
  void oneEach() throws IOException {
    counted(Load.some(memes(tokens.size()), CONNECTIONS, tokens.size()));
  }

  /** The body of an answer that is as long as most are. */
  String usualBody() throws IOException, InterruptedException {
    Stream.Builder<String> bodies = Stream.builder();
    try (HttpClient client = client()) {
      HttpRequest.BodyPublisher body =
          HttpRequest.BodyPublishers.ofString(
              "{\"lat\": 40.730610, \"lng\": -73.935242, \"query\": \"food\"}");
      for (int i = 0; i < SAMPLES; i++) {
        bodies.add(
            answer(
                client,
                request("/memes", 0).header("Content-Type", "application/json").POST(body)));
        sold++;
      }
    }
    return bodies
        .build()
        .sorted(Comparator.comparingInt(String::length))
        .skip(SAMPLES / 2)
        .findFirst()
        .orElseThrow();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private HttpRequest.Builder request(String path, int user) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
        .header("Authorization", "Bearer " + tokens.get(user));
  }

  private static String answer(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new WrongAnswer(answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  /** Ends the server and starts it again on the same folder; it need not accept requests yet. */
  void restart() {
    server.close();
    server = launched();
  }

  /**
   * Holds the memes that were sold against the books.
   *
   * @throws WrongAnswer unless there is one receipt for each answer, or none where nothing is
   *     charged, and every unit is explained
   */
  void audit() {
    long receipts = explained();
    if (receipts != (charges ? past + sold : 0)) {
      throw new WrongAnswer(sold + " answers, " + (receipts - past) + " receipts");
    }
  }

  /**
   * The same where the books are elsewhere: asks the first of its users what they have left.
   *
   * @param users who bought all that was sold, but for what the others bought
   * @throws WrongAnswer if they paid for anything else
   */
  void auditOfFirst(int users, long soldToOthers) throws IOException, InterruptedException {
    long spent = 0;
    try (HttpClient client = client()) {
      for (int user = 0; user < users; user++) {
        String stats = answer(client, request("/user/stats", user).GET());
        spent += RICH - Long.parseLong(Json.member(stats, "tokens_left").orElseThrow());
      }
    }
    if (spent != sold - soldToOthers) {
      throw new WrongAnswer(sold - soldToOthers + " answers, " + spent + " tokens");
    }
  }

  /**
   * Adds the books up.
   *
   * @return how many receipts there are
   * @throws WrongAnswer if a unit is not explained
   */
  long explained() {
    Audit audit = SqliteAccounts.auditOf(data);
    if (!audit.discrepancies().isEmpty()) {
      throw new WrongAnswer(String.join("\n", audit.discrepancies()));
    }
    return audit.receipts();
  }

  @Override
  public void close() {
    server.close();
    Local.delete(data);
  }
}
