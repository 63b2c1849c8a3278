package dev.lastword;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Audit;
import dev.lastword.http.Edge;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.Parties;
import dev.lastword.identity.TokenIssuer;
import dev.lastword.metering.Gate.PermissionsFrom;
import dev.lastword.metering.StreamRules;
import dev.lastword.pictures.Studio;
import dev.lastword.store.mongo.MongoAccounts;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.upstream.Endpoint;
import dev.lastword.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole server in this process on a free port, and a client for it. */
public final class RunningService implements AutoCloseable {

  /** A free port, no delay between words, no drain. */
  public static final UnaryOperator<Configuration> FAST = configuration -> configuration;

  private final Path folder;
  private final Configuration.Store store;
  private final Service service;
  private final TokenIssuer issuer;
  private final TestClient client;
  private final String operator;

  /** What the ledger said when it failed; null while it has not. */
  public final AtomicReference<Throwable> failure = new AtomicReference<>();

  private RunningService(
      Path folder, Configuration configuration, World world, UnaryOperator<Accounts> between)
      throws IOException {
    this.folder = folder;
    this.store = configuration.store();
    this.service = Service.start(configuration, world, between, failure::set);
    this.client = new TestClient(service.port());
    this.issuer =
        new TokenIssuer(
            OwnKey.open(folder, new SecureRandom()),
            configuration.identity().parties(),
            InstantSource.system(),
            new SecureRandom());
    this.operator = issuer.issue("root", true, null, Duration.ofHours(1));
  }

  public static RunningService start(Path folder) {
    return start(folder, FAST);
  }

  /** Starts one whose configuration differs from the fast one as told. */
  public static RunningService start(Path folder, UnaryOperator<Configuration> difference) {
    return start(folder, difference, World.real(), UnaryOperator.identity());
  }

  /** Starts one in another world, with something between its ledger and its store. */
  public static RunningService start(
      Path folder,
      UnaryOperator<Configuration> difference,
      World world,
      UnaryOperator<Accounts> between) {
    try {
      return new RunningService(folder, difference.apply(fast(folder)), world, between);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Configuration fast(Path folder) {
    Configuration embedded = Configuration.embedded();
    return new Configuration(
        folder,
        embedded.store(),
        embedded.ledger(),
        new Edge.Listening(0, Optional.empty(), Set.of()),
        embedded.identity(),
        embedded.prices(),
        embedded.rateLimit(),
        embedded.newUserWords(),
        new StreamRules(0, 0, Duration.ofSeconds(60), 250),
        Duration.ZERO,
        Optional.empty());
  }

  /** Streams at another pace, in milliseconds between words. */
  public static UnaryOperator<Configuration> pace(long minimum, long maximum) {
    return one -> streams(one, new StreamRules(minimum, maximum, Duration.ofSeconds(60), 250));
  }

  public static Configuration streams(Configuration one, StreamRules rules) {
    return copy(
        one, one.store(), one.ledger(), one.listening(), one.identity(), rules, one.model());
  }

  /** The same with a model somewhere else. */
  public static Configuration model(Configuration one, Endpoint endpoint) {
    return copy(
        one,
        one.store(),
        one.ledger(),
        one.listening(),
        one.identity(),
        one.streams(),
        Optional.of(endpoint));
  }

  /** Keeps its accounts elsewhere than in its folder. */
  public static Configuration store(Configuration one, Configuration.Store store) {
    return books(one, store, one.ledger());
  }

  /** Keeps its accounts elsewhere, and charges them elsewhere. */
  public static Configuration books(
      Configuration one, Configuration.Store store, Configuration.Ledger ledger) {
    return copy(one, store, ledger, one.listening(), one.identity(), one.streams(), one.model());
  }

  /** The same with other bounds for pictures, and perhaps a secret for their links. */
  public static Configuration pictures(
      Configuration one, Studio.Limits drawing, Optional<Configuration.LinkSecret> secret) {
    return new Configuration(
        one.data(),
        one.store(),
        one.ledger(),
        one.listening(),
        one.identity(),
        one.prices(),
        one.rateLimit(),
        one.newUserWords(),
        one.streams(),
        one.drain(),
        one.model(),
        secret,
        drawing,
        one.notices());
  }

  public static Configuration identity(
      Configuration one, Configuration.Keys keys, PermissionsFrom from, boolean trustHeader) {
    return copy(
        one,
        one.store(),
        one.ledger(),
        one.listening(),
        new Configuration.Identity(keys, Parties.ANY, from, trustHeader),
        one.streams(),
        one.model());
  }

  /** The same with another rate limit. */
  public static Configuration rateLimit(Configuration one, Configuration.RateLimit limit) {
    return new Configuration(
        one.data(),
        one.store(),
        one.ledger(),
        one.listening(),
        one.identity(),
        one.prices(),
        limit,
        one.newUserWords(),
        one.streams(),
        one.drain(),
        one.model());
  }

  public static Configuration listening(Configuration one, Edge.Listening listening) {
    return copy(
        one, one.store(), one.ledger(), listening, one.identity(), one.streams(), one.model());
  }

  private static Configuration copy(
      Configuration one,
      Configuration.Store store,
      Configuration.Ledger ledger,
      Edge.Listening listening,
      Configuration.Identity identity,
      StreamRules streams,
      Optional<Endpoint> model) {
    return new Configuration(
        one.data(),
        store,
        ledger,
        listening,
        identity,
        one.prices(),
        one.rateLimit(),
        one.newUserWords(),
        streams,
        one.drain(),
        model);
  }

  public int port() {
    return service.port();
  }

  public String operator() {
    return operator;
  }

  /** A token for a user, valid for an hour. */
  public String token(String user) {
    return token(user, null, Duration.ofHours(1));
  }

  public String token(String user, Set<String> permissions, Duration ttl) {
    return issuer.issue(user, false, permissions, ttl);
  }

  /** Creates a user and returns a token. */
  public String user(String id, long tokens, long words, String... permissions) {
    client.create(operator, id, tokens, words, permissions);
    return token(id);
  }

  /** What came back. */
  public record Answer(int status, String body, java.net.http.HttpHeaders headers) {

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** A member of the JSON object, as text without quotes. */
    public String member(String name) {
      Matcher found =
          Pattern.compile("\"" + name + "\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,}\\]]*))")
              .matcher(body);
      if (!found.find()) {
        throw new AssertionError("no " + name + " in " + body);
      }
      return found.group(1) == null ? found.group(2) : found.group(1);
    }

    public long number(String name) {
      return Long.parseLong(member(name));
    }
  }

  public Answer meme(String token) {
    return send("POST", "/memes", token, "{\"query\":\"food\"}");
  }

  public Answer words(String token, String body, String... headers) {
    return send("POST", "/generate-data", token, body, headers);
  }

  public Answer stats(String token) {
    return send("GET", "/user/stats", token, "");
  }

  /** Sends a request; {@code token} empty for none; headers as name, value, name, value. */
  public Answer send(String method, String path, String token, String body, String... headers) {
    return client.send(method, path, token, body, headers);
  }

  /** Begins a stream and leaves the reading to the caller. */
  public HttpResponse<InputStream> stream(String token, String body, String... headers)
      throws IOException, InterruptedException {
    return client.stream(token, body, headers);
  }

  public static String newKey() {
    return UUID.randomUUID().toString();
  }

  /** Adds up the store of this server, from outside. */
  public Audit audit() {
    return switch (store) {
      case Configuration.Store.Embedded _ -> SqliteAccounts.auditOf(folder);
      case Configuration.Store.Mysql(MysqlAddress address, _) -> MysqlAccounts.auditOf(address);
      case Configuration.Store.Mongo(MongoAddress address) -> MongoAccounts.auditOf(address);
    };
  }

  public Service service() {
    return service;
  }

  @Override
  public void close() {
    service.close();
    client.close();
  }
}
