package dev.lastword.store.mysql;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a database is and how it is talked to.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param tls the driver's word: {@code disable}, {@code trust} or {@code verify-full}
 * @param connectTimeout how long a new connection may take
 * @param readTimeout how long the server may be silent in the middle of a statement
 * @param poolSize connections at most, 1 to {@link #MAX_POOL_SIZE}
 */
public record MysqlAddress(
    String user,
    String password,
    String host,
    int port,
    String database,
    String tls,
    Duration connectTimeout,
    Duration readTimeout,
    int poolSize) {

  static final int MAX_POOL_SIZE = 200;

  private static final int DEFAULT_PORT = 3306;
  private static final int DEFAULT_POOL_SIZE = 20;
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  /** Parameters of Go's driver that ask for what is so here anyway, or means nothing here. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "allowAllFiles",
          "allowCleartextPasswords",
          "allowFallbackToPlaintext",
          "allowNativePasswords",
          "allowOldPasswords",
          "checkConnLiveness",
          "clientFoundRows",
          "columnsWithAlias",
          "compress",
          "connectionAttributes",
          "interpolateParams",
          "loc",
          "maxAllowedPacket",
          "multiStatements",
          "parseTime",
          "rejectReadOnly",
          "timeTruncate");

  private static final Pattern PROTOCOL_AND_ADDRESS = Pattern.compile("(\\w*)(?:\\((.*)\\))?");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^:\\[\\]]*))(?::(\\d{1,5}))?");
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|us|s|m|h)");

  /**
   * Reads {@code user:password@tcp(host:3306)/name?parameter=value}, the form of Go's driver, also
   * behind {@code mysql:}, or the URL {@code mysql://user:password@host:3306/name}, in which
   * everything but the host may be percent-encoded.
   *
   * @throws IllegalArgumentException saying what is wrong, and never the password
   */
  public static MysqlAddress parse(String text) {
    if (text.startsWith("mysql://")) {
      return url(text);
    }
    String dsn = text.startsWith("mysql:") ? text.substring("mysql:".length()) : text;
    // As Go's driver: the last slash ends the address, the last @ before it the password.
    int slash = dsn.lastIndexOf('/');
    demand(slash >= 0, "needs a slash before the database's name");
    String name = dsn.substring(slash + 1);
    int question = name.indexOf('?');
    String parameters = question < 0 ? "" : name.substring(question + 1);
    String left = dsn.substring(0, slash);
    int at = left.lastIndexOf('@');
    String credentials = at < 0 ? "" : left.substring(0, at);
    int colon = credentials.indexOf(':');
    Matcher place = PROTOCOL_AND_ADDRESS.matcher(left.substring(at + 1));
    demand(place.matches(), "needs an address as in tcp(host:3306)");
    demand(!place.group(1).equals("unix"), "names a unix socket; only tcp(host:port) is supported");
    demand(Set.of("", "tcp").contains(place.group(1)), "needs the protocol tcp");
    return new Builder(
            colon < 0 ? credentials : credentials.substring(0, colon),
            colon < 0 ? "" : credentials.substring(colon + 1),
            decoded(question < 0 ? name : name.substring(0, question)))
        .at(place.group(2) == null ? "" : place.group(2))
        .with(parameters);
  }

  private static MysqlAddress url(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw wrong("is no URL; percent-encode what is special in the password", null);
    }
    String authority = uri.getRawAuthority();
    demand(authority != null, "names no host");
    int at = authority.lastIndexOf('@');
    String credentials = at < 0 ? "" : authority.substring(0, at);
    int colon = credentials.indexOf(':');
    String path = uri.getRawPath();
    return new Builder(
            decoded(colon < 0 ? credentials : credentials.substring(0, colon)),
            decoded(colon < 0 ? "" : credentials.substring(colon + 1)),
            decoded(path.isEmpty() ? "" : path.substring(1)))
        .at(authority.substring(at + 1))
        .with(uri.getRawQuery() == null ? "" : uri.getRawQuery());
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("has a % that is not the beginning of an encoded character", null);
    }
  }

  private static IllegalArgumentException wrong(
      String what, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException("the address of the database " + what, cause);
  }

  private static void demand(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise, null);
    }
  }

  /** What was read so far. */
  private static final class Builder {
    private final String user;
    private final String password;
    private final String database;
    private String host = "127.0.0.1";
    private int port = DEFAULT_PORT;
    private String tls = "disable";
    private Duration connectTimeout = Duration.ofSeconds(2);
    private Duration readTimeout = Duration.ofSeconds(5);
    private int poolSize = DEFAULT_POOL_SIZE;

    Builder(String user, String password, String database) {
      demand(!user.isEmpty(), "names no user");
      demand(
          database.matches("[^/?&;#`\\\\\\p{Cntrl}]{1,64}"),
          "needs a database's name of 1 to 64 characters behind its slash");
      this.user = user;
      this.password = password;
      this.database = database;
    }

    Builder at(String address) {
      if (address.isEmpty()) {
        return this;
      }
      Matcher parts = HOST_AND_PORT.matcher(address);
      demand(parts.matches(), "needs host:port, an IPv6 address in brackets");
      String name = parts.group(1) == null ? parts.group(2) : parts.group(1);
      host = name.isEmpty() ? host : name;
      demand(host.matches("[\\w.:%-]+"), "needs a host's name or address");
      port = parts.group(3) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(3));
      demand(port >= 1 && port <= 65_535, "needs a port between 1 and 65535");
      return this;
    }

    MysqlAddress with(String parameters) {
      for (String parameter : parameters.split("&", -1)) {
        if (!parameter.isEmpty()) {
          int equals = parameter.indexOf('=');
          demand(equals > 0, "has a parameter without a value: " + parameter);
          apply(parameter.substring(0, equals), decoded(parameter.substring(equals + 1)));
        }
      }
      return new MysqlAddress(
          user, password, host, port, database, tls, connectTimeout, readTimeout, poolSize);
    }

    private void apply(String name, String value) {
      switch (name) {
        case "charset" ->
            demand(
                Arrays.asList(value.split(",", -1)).contains("utf8mb4"),
                "needs charset=utf8mb4 or none");
        case "collation" ->
            demand(
                value.toLowerCase(Locale.ROOT).startsWith("utf8mb4"),
                "needs a collation of utf8mb4 or none");
        case "timeout" -> connectTimeout = duration(name, value);
        case "readTimeout" -> readTimeout = duration(name, value);
        case "writeTimeout" -> duration(name, value);
        case "tls" ->
            tls =
                switch (value) {
                  case "false" -> "disable";
                  case "skip-verify" -> "trust";
                  case "true" -> "verify-full";
                  default -> throw wrong("needs tls=true, skip-verify or false", null);
                };
        case "poolSize" -> {
          demand(
              value.matches("[1-9]\\d{0,2}") && Integer.parseInt(value) <= MAX_POOL_SIZE,
              "needs a poolSize between 1 and " + MAX_POOL_SIZE);
          poolSize = Integer.parseInt(value);
        }
        default ->
            demand(WITHOUT_MEANING.contains(name), "has a parameter that is not known: " + name);
      }
    }

    private static Duration duration(String name, String value) {
      double seconds = 0;
      Matcher part = DURATION.matcher(value);
      int end = 0;
      while (part.find() && part.start() == end) {
        end = part.end();
        double number = Double.parseDouble(part.group(1));
        seconds +=
            switch (part.group(2)) {
              case "us" -> number / 1e6;
              case "ms" -> number / 1e3;
              case "m" -> number * 60;
              case "h" -> number * 3600;
              default -> number;
            };
      }
      demand(
          end == value.length() && seconds >= 0.001 && seconds <= LONGEST_TIMEOUT.toSeconds(),
          "needs " + name + " between 1ms and 10m, as in 5s");
      return Duration.ofMillis(Math.round(seconds * 1e3));
    }
  }

  /** What the driver is told; the password comes beside it. */
  String jdbcUrl() {
    return "jdbc:mariadb://address=(host=%s)(port=%d)/%s".formatted(host, port, database);
  }

  /** As it is written, with the password masked. */
  @Override
  public String toString() {
    return "mysql:%s:***@tcp(%s:%d)/%s"
        .formatted(user, host.indexOf(':') < 0 ? host : "[" + host + "]", port, database);
  }
}
