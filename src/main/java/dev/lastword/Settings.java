package dev.lastword;

import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Permission;
import dev.lastword.http.Edge;
import dev.lastword.identity.Parties;
import dev.lastword.identity.SharedSecret;
import dev.lastword.memes.SimulatedModel;
import dev.lastword.metering.Gate.PermissionsFrom;
import dev.lastword.metering.MemeSales;
import dev.lastword.metering.StreamRules;
import dev.lastword.notices.Patience;
import dev.lastword.notices.Receiver;
import dev.lastword.notices.Secret;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.upstream.Endpoint;
import dev.lastword.upstream.Limits;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings from the environment and from {@code lastword.properties}; the environment
 * wins. Any name or value that is not understood stops the start and is named.
 */
public final class Settings {

  /** A setting that cannot be. */
  public static final class Wrong extends RuntimeException {
    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  /** The file, looked for in the working folder. */
  public static final String FILE = "lastword.properties";

  private static final String PREFIX = "LASTWORD_";
  private static final String TEST_PREFIX = "LASTWORD_TEST_";
  private static final String DSN = "DSN";
  private static final String MONGODB_URI = "MONGODB_URI";
  private static final String REDIS_URL = "REDIS_URL";
  private static final String LEDGER = "LASTWORD_LEDGER";
  private static final String LOCAL = "local";
  private static final String QUEUE = "LASTWORD_QUEUE";
  private static final String NONE = "none";
  private static final Set<String> OTHERS =
      Set.of(DSN, MONGODB_URI, REDIS_URL, "SQS_QUEUE_URL", "SQS_ENDPOINT");
  private static final String ACCOUNTS = "LASTWORD_ACCOUNTS";
  private static final String EMBEDDED = "sqlite:";
  private static final String WEBHOOK_URL = "LASTWORD_WEBHOOK_URL";
  private static final String WEBHOOK_SECRET = "LASTWORD_WEBHOOK_SECRET";
  private static final String LOW_TOKENS = "LASTWORD_LOW_TOKENS";
  private static final String LOW_WORDS = "LASTWORD_LOW_WORDS";
  private static final int MOST_LEVELS = 10;
  private static final int MOST_PORT = 65_535;
  private static final Set<String> SECRETS =
      Set.of("LASTWORD_JWT_SECRET", "LASTWORD_LINK_SECRET", "LASTWORD_MODEL_KEY", WEBHOOK_SECRET);
  private static final Pattern HEADER_WORD = Pattern.compile("[!-~]{1,4096}");
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final Map<String, String> given;
  private final Set<String> read = new TreeSet<>();
  private final Map<String, String> effective = new TreeMap<>();

  private Settings(Map<String, String> given) {
    this.given = given;
  }

  /** The settings with every value that applies, secrets masked. */
  public record Read(Configuration configuration, Map<String, String> effective) {}

  /**
   * Reads the process's environment and the file in the working folder.
   *
   * @throws Wrong naming the setting and what it must be
   */
  public static Read read() {
    return read(given());
  }

  /** What the file and the environment say, unread. */
  static Map<String, String> given() {
    Map<String, String> given = new TreeMap<>(file(Path.of(FILE)));
    given.putAll(System.getenv());
    return given;
  }

  private static Map<String, String> file(Path file) {
    Map<String, String> values = new TreeMap<>();
    if (!Files.exists(file)) {
      return values;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new Wrong(file + " cannot be read: " + e.getMessage());
    }
    for (String name : properties.stringPropertyNames()) {
      if (!name.startsWith(PREFIX) && !OTHERS.contains(name)) {
        throw new Wrong(file + ": " + name + " is not a setting");
      }
      values.put(name, properties.getProperty(name).strip());
    }
    return values;
  }

  /** Reads settings by name; names that are not ours are passed over. */
  public static Read read(Map<String, String> given) {
    Settings settings = new Settings(given);
    Configuration configuration = settings.configuration();
    settings.refuseUnknown();
    return new Read(configuration, settings.effective);
  }

  private Configuration configuration() {
    Configuration defaults = Configuration.embedded();
    Configuration.Store store = store();
    long most =
        switch (store) {
          case Configuration.Store.Embedded _, Configuration.Store.Mongo _ -> Balance.MAXIMUM;
          case Configuration.Store.Mysql _ -> Integer.MAX_VALUE;
        };
    return new Configuration(
        Path.of(text("LASTWORD_DATA", defaults.data().toString())),
        store,
        ledger(store),
        listening(),
        identity(),
        new MemeSales.Prices(
            number("LASTWORD_PRICE_TEXT_MEME", 1, Balance.MAXIMUM, defaults.prices().textMeme()),
            number("LASTWORD_PRICE_AI_MEME", 1, Balance.MAXIMUM, defaults.prices().aiMeme())),
        rateLimit(),
        number("LASTWORD_NEW_USER_WORDS", 0, most, defaults.newUserWords()),
        streams(defaults.streams()),
        Duration.ofSeconds(
            number("LASTWORD_DRAIN_SECONDS", 0, 3_600, defaults.drain().toSeconds())),
        model(),
        optional("LASTWORD_LINK_SECRET")
            .map(secret -> longEnough("LASTWORD_LINK_SECRET", secret))
            .map(Configuration.LinkSecret::new),
        defaults.drawing(),
        notices());
  }

  /** What is wrong is said without the value, which may hold a secret. */
  private Optional<Configuration.Notices> notices() {
    Optional<String> url = optional(WEBHOOK_URL);
    Optional<String> secrets = optional(WEBHOOK_SECRET);
    List<Long> tokens = levels(LOW_TOKENS);
    List<Long> words = levels(LOW_WORDS);
    if (url.isEmpty()) {
      if (secrets.isPresent() || !tokens.isEmpty() || !words.isEmpty()) {
        throw new Wrong(
            "%s, %s and %s need %s".formatted(WEBHOOK_SECRET, LOW_TOKENS, LOW_WORDS, WEBHOOK_URL));
      }
      return Optional.empty();
    }
    if (secrets.isEmpty()) {
      throw new Wrong(WEBHOOK_URL + " needs " + WEBHOOK_SECRET + ", with which notices are signed");
    }
    Receiver receiver =
        new Receiver(web(WEBHOOK_URL, url.get()), secrets(secrets.get()), Patience.usual());
    effective.put(WEBHOOK_URL, receiver.toString());
    return Optional.of(
        new Configuration.Notices(
            receiver, Map.of(Meter.TOKENS, withZero(tokens), Meter.WORDS, withZero(words))));
  }

  private static List<Secret> secrets(String text) {
    try {
      return Arrays.stream(text.split(",", 2)).map(String::strip).map(Secret::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new Wrong(WEBHOOK_SECRET + " " + e.getMessage() + "; two of them have a comma between");
    }
  }

  private List<Long> levels(String name) {
    List<Long> levels = new ArrayList<>();
    for (String text : optional(name).map(one -> one.split(",", -1)).orElse(new String[0])) {
      Long level = parsed(text.strip());
      if (level == null || level < 1 || level > Balance.MAXIMUM || levels.size() == MOST_LEVELS) {
        throw new Wrong(
            "%s must be 1 to %d whole numbers between 1 and %d, with commas between"
                .formatted(name, MOST_LEVELS, Balance.MAXIMUM));
      }
      levels.add(level);
    }
    return levels;
  }

  private static List<Long> withZero(List<Long> levels) {
    return Stream.concat(levels.stream(), Stream.of(0L)).distinct().toList();
  }

  private static String longEnough(String name, String secret) {
    if (secret.getBytes(StandardCharsets.UTF_8).length < SharedSecret.MIN_BYTES) {
      throw new Wrong(name + " must have at least " + SharedSecret.MIN_BYTES + " bytes");
    }
    return secret;
  }

  /** What is wrong is said without the value, which may hold a secret. */
  private Optional<Endpoint> model() {
    Optional<String> url = optional("LASTWORD_MODEL_URL");
    Optional<String> key = optional("LASTWORD_MODEL_KEY");
    Optional<String> name = optional("LASTWORD_MODEL_NAME");
    if (url.isEmpty() && (key.isPresent() || name.isPresent())) {
      throw new Wrong("LASTWORD_MODEL_KEY and LASTWORD_MODEL_NAME need LASTWORD_MODEL_URL");
    }
    if (url.isPresent() && name.isEmpty()) {
      throw new Wrong("LASTWORD_MODEL_URL needs LASTWORD_MODEL_NAME: which model is to be asked");
    }
    if (name.isPresent()
        && (Permission.parse(Permission.model(name.get()).word()).isEmpty()
            || name.get().equals(SimulatedModel.NAME))) {
      throw new Wrong(
          "LASTWORD_MODEL_NAME must be 1 to 100 letters, digits and any of . _ : / @ + -, and not "
              + SimulatedModel.NAME);
    }
    if (key.isPresent() && !HEADER_WORD.matcher(key.get()).matches()) {
      throw new Wrong("LASTWORD_MODEL_KEY must be visible ASCII characters without spaces");
    }
    return url.map(
        text -> new Endpoint(base(text), key.orElse(null), name.orElseThrow(), Limits.usual()));
  }

  private static URI base(String text) {
    URI url = web("LASTWORD_MODEL_URL", text);
    if (url.getQuery() != null) {
      throw new Wrong("LASTWORD_MODEL_URL must have no query, as in http://localhost:11434/v1");
    }
    return url;
  }

  private static URI web(String name, String text) {
    try {
      URI url = new URI(text);
      boolean web =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (web
          && url.getHost() != null
          && url.getPort() <= MOST_PORT
          && url.getUserInfo() == null
          && url.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Whose message holds the value.
    }
    throw new Wrong(name + " must be an http or https URL without user and fragment");
  }

  /** What was chosen by name has the last word; else the address of a database chooses it. */
  private Configuration.Store store() {
    boolean storesText = flag("LASTWORD_STORE_TEXT", true);
    read.add(ACCOUNTS);
    String chosen = given.getOrDefault(ACCOUNTS, "");
    String mongo = given.getOrDefault(MONGODB_URI, "");
    String unchosen = mongo.isBlank() ? DSN : MONGODB_URI;
    String name = chosen.isBlank() ? unchosen : ACCOUNTS;
    String address = given.getOrDefault(name, "");
    if (address.isBlank() || address.equals(EMBEDDED)) {
      effective.put(ACCOUNTS, EMBEDDED);
      return new Configuration.Store.Embedded();
    }
    boolean atMongo = MongoAddress.recognizes(address.strip());
    if (name.equals(ACCOUNTS) && !atMongo && !address.startsWith("mysql:")) {
      throw new Wrong(
          ACCOUNTS
              + " must be "
              + EMBEDDED
              + ", or begin with mysql:, mongodb:// or mongodb+srv://");
    }
    try {
      if (atMongo || name.equals(MONGODB_URI)) {
        MongoAddress database = MongoAddress.parse(address.strip());
        effective.put(ACCOUNTS, database.toString());
        return new Configuration.Store.Mongo(database);
      }
      MysqlAddress database = MysqlAddress.parse(address.strip());
      effective.put(ACCOUNTS, database.toString());
      return new Configuration.Store.Mysql(database, storesText);
    } catch (IllegalArgumentException e) {
      throw new Wrong(name + ": " + e.getMessage());
    }
  }

  /** What was chosen by name has the last word; else the address of a Redis chooses it. */
  private Configuration.Ledger ledger(Configuration.Store store) {
    Duration fence = Duration.ofSeconds(number("LASTWORD_FENCE_SECONDS", 1, 60, 5));
    read.add(LEDGER);
    String chosen = given.getOrDefault(LEDGER, "");
    String name = chosen.isBlank() ? REDIS_URL : LEDGER;
    String url = chosen.isBlank() ? given.getOrDefault(REDIS_URL, "").strip() : chosen.strip();
    read.add(QUEUE);
    Optional<SqsAddress> queue = Settling.queue(given);
    effective.put(QUEUE, queue.map(SqsAddress::toString).orElse(NONE));
    if (url.isEmpty() || url.equals(LOCAL)) {
      if (queue.isPresent()) {
        throw new Wrong(
            "a queue takes settlements from a ledger in Redis to a database: set REDIS_URL and DSN,"
                + " or LASTWORD_QUEUE to none");
      }
      effective.put(LEDGER, LOCAL);
      return new Configuration.Ledger.Local();
    }
    if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
      throw new Wrong(name + " must be " + LOCAL + ", or begin with redis:// or rediss://");
    }
    if (store instanceof Configuration.Store.Embedded) {
      throw new Wrong(
          name
              + " is for several nodes, and a file in one node's folder is for one: set DSN or MONGODB_URI, too");
    }
    effective.put(LEDGER, withoutSecrets(url));
    return new Configuration.Ledger.Redis(url, fence, queue);
  }

  private Edge.Listening listening() {
    int port = (int) number("LASTWORD_PORT", 0, 65_535, 8_080);
    Optional<Path> chain = optional("LASTWORD_TLS_CERT").map(Path::of);
    Optional<Path> key = optional("LASTWORD_TLS_KEY").map(Path::of);
    if (chain.isPresent() != key.isPresent()) {
      throw new Wrong("LASTWORD_TLS_CERT and LASTWORD_TLS_KEY must be set together");
    }
    chain.ifPresent(path -> readable("LASTWORD_TLS_CERT", path));
    key.ifPresent(path -> readable("LASTWORD_TLS_KEY", path));
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : text("LASTWORD_CORS_ORIGINS", "").split(",", -1)) {
      if (!origin.isBlank()) {
        origins.add(origin.strip());
      }
    }
    return new Edge.Listening(
        port, chain.map(path -> new Edge.Certificate(path, key.orElseThrow())), origins);
  }

  private static void readable(String name, Path path) {
    if (!Files.isReadable(path)) {
      throw new Wrong(name + ": cannot read " + path);
    }
  }

  private Configuration.Identity identity() {
    Optional<String> secret = optional("LASTWORD_JWT_SECRET");
    Optional<String> jwks = optional("LASTWORD_JWKS");
    if (secret.isPresent() && jwks.isPresent()) {
      throw new Wrong("LASTWORD_JWT_SECRET and LASTWORD_JWKS cannot both be set");
    }
    secret.ifPresent(text -> longEnough("LASTWORD_JWT_SECRET", text));
    Configuration.Keys keys =
        secret
            .<Configuration.Keys>map(Configuration.Keys.Secret::new)
            .or(() -> jwks.map(Configuration.Keys.Published::new))
            .orElseGet(Configuration.Keys.Own::new);
    return new Configuration.Identity(
        keys,
        new Parties(
            optional("LASTWORD_JWT_ISSUER").orElse(null),
            optional("LASTWORD_JWT_AUDIENCE").orElse(null)),
        switch (text("LASTWORD_PERMISSIONS_FROM", "account")) {
          case "account" -> PermissionsFrom.ACCOUNT;
          case "token" -> PermissionsFrom.TOKEN;
          default -> throw new Wrong("LASTWORD_PERMISSIONS_FROM must be account or token");
        },
        flag("LASTWORD_TRUST_USER_HEADER", false));
  }

  private Configuration.RateLimit rateLimit() {
    Matcher parts =
        Pattern.compile("(\\d{1,6})/(\\d{1,5})s").matcher(text("LASTWORD_RATE_LIMIT", "100/60s"));
    if (parts.matches()) {
      int requests = Integer.parseInt(parts.group(1));
      long seconds = Long.parseLong(parts.group(2));
      if (requests >= 1 && seconds >= 1 && seconds <= Duration.ofDays(1).toSeconds()) {
        return new Configuration.RateLimit(requests, Duration.ofSeconds(seconds));
      }
    }
    throw new Wrong(
        "LASTWORD_RATE_LIMIT must be requests and a window of up to a day, as in 100/60s");
  }

  private StreamRules streams(StreamRules defaults) {
    String delay = text("LASTWORD_WORD_DELAY_MS", "500-1000");
    Matcher parts = Pattern.compile("(\\d{1,8})(?:-(\\d{1,8}))?").matcher(delay);
    if (!parts.matches()) {
      throw new Wrong("LASTWORD_WORD_DELAY_MS must be one number or two, as in 500-1000");
    }
    long minimum = Long.parseLong(parts.group(1));
    long maximum = parts.group(2) == null ? minimum : Long.parseLong(parts.group(2));
    if (minimum > maximum || maximum > DAY_MILLIS) {
      throw new Wrong("LASTWORD_WORD_DELAY_MS must rise, and be a day at most");
    }
    return new StreamRules(
        minimum,
        maximum,
        Duration.ofSeconds(
            number("LASTWORD_STREAM_MAX_SECONDS", 1, 86_400, defaults.maximum().toSeconds())),
        number("LASTWORD_CHUNK_MS", 1, 2_000, defaults.chunkMillis()));
  }

  private Optional<String> optional(String name) {
    read.add(name);
    String value = given.get(name);
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    effective.put(name, SECRETS.contains(name) ? "***" : withoutSecrets(value));
    return Optional.of(value);
  }

  /** A URL may carry a password before its host, and a key behind its question mark. */
  private static String withoutSecrets(String value) {
    return value.replaceFirst("//[^/]*@", "//***@").replaceFirst("\\?.*", "?***");
  }

  private String text(String name, String otherwise) {
    Optional<String> value = optional(name);
    effective.putIfAbsent(name, otherwise);
    return value.orElse(otherwise);
  }

  private boolean flag(String name, boolean otherwise) {
    return switch (text(name, Boolean.toString(otherwise))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new Wrong(name + " must be true or false");
    };
  }

  private long number(String name, long minimum, long maximum, long otherwise) {
    String text = text(name, Long.toString(otherwise));
    Long value = parsed(text);
    if (value == null || value < minimum || value > maximum) {
      throw new Wrong(
          name
              + " must be a whole number between "
              + minimum
              + " and "
              + maximum
              + ", not "
              + text);
    }
    return value;
  }

  private static @Nullable Long parsed(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void refuseUnknown() {
    if (given.getOrDefault(ACCOUNTS, "").isBlank()
        && given.containsKey(DSN)
        && given.containsKey(MONGODB_URI)) {
      throw new Wrong("DSN and MONGODB_URI name two systems of record; unset one of them");
    }
    for (String name : given.keySet()) {
      if (name.startsWith(PREFIX) && !name.startsWith(TEST_PREFIX) && !read.contains(name)) {
        throw new Wrong(name + " is not a setting of this version");
      }
    }
  }
}
