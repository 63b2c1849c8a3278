package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.http.Wire.Response;
import dev.lastword.identity.BadTokens;
import dev.lastword.identity.Parties;
import dev.lastword.metering.Gate.PermissionsFrom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bad tokens as a client sends them: one answer to all of them, and the reason in the log. */
@Timeout(60)
final class BadTokensOverHttpTest {

  private static final String MEME = "{\"query\":\"x\"}";

  /** Bad by less than the time that a server takes to start; in the verifier's own test. */
  private static final Set<String> TOO_CLOSE = Set.of("nbf 31 s ahead", "iat 31 s ahead");

  /** As a field value they are the good token, for what stands around a value is not part of it. */
  private static final Set<String> GOOD_IN_A_HEADER =
      Set.of("leading blank", "trailing IA", "trailing Cg");

  private static final Queue<String> LOG = new ConcurrentLinkedQueue<>();
  private static final Logger ROUTER = Logger.getLogger(Router.class.getName());
  private static final Handler HANDLER =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          LOG.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @TempDir private static Path folder;
  private static BadTokens tokens;
  private static RunningService server;

  @BeforeAll
  static void start() throws Exception {
    tokens = new BadTokens(InstantSource.system());
    Instant made = Instant.now();
    try (RunningService before = RunningService.start(folder)) {
      before.user("ann", 1_000, 1_000, "admin");
    }
    Path keys = folder.resolve("jwks.json");
    Files.writeString(keys, tokens.keys());
    server = RunningService.start(folder, one -> publishing(one, keys));
    await().until(() -> Instant.now().isAfter(made.plusSeconds(2)));
    ROUTER.addHandler(HANDLER);
  }

  @AfterAll
  static void stop() {
    ROUTER.removeHandler(HANDLER);
    assertThat(server.stats(tokens.good()).number("tokens_left")).isEqualTo(1_000);
    server.close();
  }

  private static Configuration publishing(Configuration one, Path keys) {
    return new Configuration(
        one.data(),
        one.store(),
        one.ledger(),
        one.listening(),
        new Configuration.Identity(
            new Configuration.Keys.Published(keys.toString()),
            new Parties(BadTokens.ISSUER, BadTokens.AUDIENCE),
            PermissionsFrom.ACCOUNT,
            false),
        one.prices(),
        one.rateLimit(),
        one.newUserWords(),
        one.streams(),
        one.drain(),
        one.model());
  }

  @TestFactory
  Stream<DynamicTest> everyBadTokenGetsTheSameAnswerAndItsReasonIsInTheLogAlone() {
    Map<String, String> headers = new LinkedHashMap<>();
    tokens
        .all()
        .forEach((name, token) -> {
          if (canBeSent(token) && !TOO_CLOSE.contains(name) && !GOOD_IN_A_HEADER.contains(name)) {
            headers.put("token: " + name, "Authorization: Bearer " + token + "\r\n");
          }
        });
    assertThat(headers).hasSizeGreaterThan(150);
    headers.put("no header", "");
    for (String value :
        List.of(
            "",
            " ",
            "Bearer",
            "Bearer ",
            "Bearer\t" + tokens.good(),
            "Bearer" + tokens.good(),
            "Bearer=" + tokens.good(),
            "Bearer: " + tokens.good(),
            "Bearer token=" + tokens.good(),
            "Bearer \"" + tokens.good() + "\"",
            "Bearer <" + tokens.good() + ">",
            "Bearer " + tokens.good() + "," + tokens.good(),
            "Bearer " + tokens.good() + " " + tokens.good(),
            "Bearer " + tokens.good() + ", Basic YTpi",
            "Basic YTpi",
            "Basic " + tokens.good(),
            "Digest username=\"ann\"",
            "Token " + tokens.good(),
            "JWT " + tokens.good(),
            "Bear " + tokens.good(),
            tokens.good(),
            "null",
            "Bearer null",
            "Bearer undefined",
            "Bearer Bearer " + tokens.good())) {
      headers.put(
          "Authorization " + value.replace(tokens.good(), "TOKEN"),
          "Authorization: " + value + "\r\n");
    }
    for (String name : List.of("X-Authorization", "Proxy-Authorization", "Cookie", "Auth")) {
      headers.put("as " + name, name + ": Bearer " + tokens.good() + "\r\n");
    }
    List<DynamicTest> tests = new ArrayList<>();
    headers.forEach(
        (name, header) -> tests.add(DynamicTest.dynamicTest(name, () -> refuse(header))));
    return tests.stream();
  }

  private static boolean canBeSent(String token) {
    return token.length() < 12_000 && token.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static void refuse(String header) throws IOException {
    Response answer = send(header);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"lastword\"");
    assertThat(answer.headers().keySet())
        .containsExactlyInAnyOrder("content-length", "content-type", "date", "www-authenticate");
    String id = (String) answer.json().get("instance");
    assertThat(answer.body().replace(id, "ID"))
        .isEqualTo(
            "{\"type\":\"urn:lastword:problem:unauthenticated\",\"title\":\"Unauthenticated\","
                + "\"status\":401,\"detail\":\"A valid bearer token is needed.\","
                + "\"instance\":\"ID\",\"code\":\"unauthenticated\"}");
    assertThat(LOG).anyMatch(line -> line.matches("request " + id + ": 401, .{5,}"));
    LOG.clear();
  }

  @Test
  void aTokenThatNoHeaderCanCarryIsRefusedWithoutBeingLookedAt() throws IOException {
    int tried = 0;
    for (String token : tokens.all().values()) {
      if (!canBeSent(token) && !token.endsWith("\n")) {
        assertThat(send("Authorization: Bearer " + token + "\r\n").status()).isIn(400, 401, 413);
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(5);
  }

  @Test
  void theGoodTokenIsGood() throws IOException {
    String header = "Authorization: Bearer " + tokens.good() + "\r\n";
    try (Wire wire = new Wire(server.port())) {
      assertThat(wire.send("GET /users HTTP/1.1\r\nHost: x\r\n" + header + "\r\n").read().status())
          .isEqualTo(200);
    }
  }

  private static Response send(String header) throws IOException {
    try (Wire wire = new Wire(server.port())) {
      return wire.send(
              "POST /memes HTTP/1.1\r\nHost: x\r\n" + header + "Content-Length: 13\r\n\r\n" + MEME)
          .read();
    }
  }
}
