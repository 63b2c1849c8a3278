package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Credited;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.Parties;
import dev.lastword.identity.TokenIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who buys, and the tokens with which they do. Thread-safe. */
final class Users {

  static final String TEXT = "text";
  static final String ARTIFICIAL = "artificial";
  static final String POOR = "poor";
  static final String READER = "reader";
  static final String CHANGING = "changing";
  static final String ADJUSTED = "adjusted";
  static final String PHOENIX = "phoenix-";
  static final String OPERATOR = "operator";

  private static final long RICH = 100_000_000;
  private static final Duration TTL = Duration.ofDays(30);

  /** Tokens were made long ago, so that a clock that goes back does not find them too new. */
  private static final Duration AGE = Duration.ofDays(2);

  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final TokenIssuer issuer;
  private final TokenIssuer olderIssuer;

  /** Users of the server whose folder that is, once it has made its key. */
  Users(Path data) throws IOException {
    SecureRandom random = new SecureRandom();
    OwnKey key = OwnKey.open(data, random);
    this.issuer = new TokenIssuer(key, Parties.ANY, InstantSource.system(), random);
    this.olderIssuer =
        new TokenIssuer(key, Parties.ANY, InstantSource.fixed(Instant.now().minus(AGE)), random);
  }

  String token(String user) {
    return tokens.computeIfAbsent(user, id -> olderIssuer.issue(id, false, null, TTL));
  }

  /** One of this moment, for an account that was just made again. */
  String freshToken(String user) {
    return issuer.issue(user, false, null, TTL);
  }

  String operator() {
    return tokens.computeIfAbsent(OPERATOR, id -> olderIssuer.issue(id, true, null, TTL));
  }

  /** Makes the accounts, and notes what they were opened with. */
  void create(Http http, ClientLog log) throws IOException {
    create(http, log, TEXT, RICH, 0, "");
    create(http, log, ARTIFICIAL, RICH, 0, "\"ai\"");
    create(http, log, POOR, 10, 0, "");
    create(http, log, READER, 0, RICH, "");
    create(http, log, CHANGING, RICH, 0, "");
    create(http, log, ADJUSTED, 0, 0, "");
  }

  void create(
      Http http, ClientLog log, String user, long tokenUnits, long words, String permissions)
      throws IOException {
    HttpResponse<String> answer =
        http.send(
            "POST",
            "/users",
            operator(),
            "{\"user_id\":\"%s\",\"tokens\":%d,\"words\":%d,\"permissions\":[%s]}"
                .formatted(user, tokenUnits, words, permissions));
    if (answer.statusCode() != 201) {
      throw new Server.Trouble("no account: " + answer.body());
    }
    if (tokenUnits > 0) {
      log.credits.add(new Credited(user, "tokens", tokenUnits));
    }
    if (words > 0) {
      log.credits.add(new Credited(user, "words", words));
    }
  }
}
