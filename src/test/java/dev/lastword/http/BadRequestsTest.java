package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.http.Wire.Response;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.Parties;
import dev.lastword.identity.SharedSecret;
import dev.lastword.identity.TokenIssuer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way that we know for a request to be wrong: what it gets, that the answer is a problem,
 * that nothing was spent, and that the server goes on answering.
 */
final class BadRequestsTest {

  private static final String JSON = "Content-Type: application/json\r\n";
  private static final Map<Integer, String> CODES =
      Map.of(
          400, "invalid_request",
          401, "unauthenticated",
          403, "forbidden",
          404, "not_found",
          405, "method_not_allowed",
          409, "conflict",
          413, "too_large",
          415, "unsupported_media_type");

  @TempDir private static Path folder;
  private static RunningService server;
  private static String ann;
  private static String root;

  private final List<Row> rows = new ArrayList<>();

  /** One bad request and what it gets; fields are those of a 400. */
  private record Row(String name, byte[] request, int status, List<String> fields, String allow) {}

  @BeforeAll
  static void start() {
    server = RunningService.start(folder);
    ann = server.user("ann", 1_000, 1_000, "ai");
    root = server.operator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> theAnswerIsAProblemAndNothingIsSpent() throws Exception {
    addBodies();
    addMemes();
    addWords();
    addUsers();
    addIds();
    addAmounts();
    addKeys();
    addCallers();
    addParameters();
    addMethods();
    addPaths();
    addMediaTypes();
    addSizes();
    addFraming();
    assertThat(rows).hasSizeGreaterThan(200);
    assertThat(rows.stream().map(Row::name)).doesNotHaveDuplicates();
    return rows.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> refuse(row)));
  }

  private static void refuse(Row row) throws IOException {
    Response response;
    try (Wire wire = new Wire(server.port())) {
      response = wire.send(row.request()).sendNoMore().read();
    }
    assertThat(response.status()).as(response.toString()).isEqualTo(row.status());
    assertThat(response.header("Content-Type")).isEqualTo("application/problem+json");
    Map<String, Object> problem = response.json();
    assertThat(problem)
        .containsEntry("status", row.status())
        .containsEntry("code", CODES.get(row.status()))
        .containsEntry("type", "urn:lastword:problem:" + CODES.get(row.status()));
    for (String member : List.of("title", "detail", "instance")) {
      assertThat((String) problem.get(member)).as(member).isNotBlank();
    }
    assertThat(fields(problem)).containsExactlyInAnyOrderElementsOf(row.fields());
    assertThat(response.header("Allow")).isEqualTo(row.allow());
    assertThat(response.header("WWW-Authenticate"))
        .isEqualTo(row.status() == 401 ? "Bearer realm=\"lastword\"" : "");
    Answer stats = server.stats(ann);
    assertThat(stats.status()).isEqualTo(200);
    assertThat(stats.number("tokens_left")).isEqualTo(1_000);
    assertThat(stats.number("words_left")).isEqualTo(1_000);
    assertThat(stats.number("total_tokens")).isEqualTo(1_000);
  }

  private static List<Object> fields(Map<String, Object> problem) {
    if (!(problem.get("errors") instanceof List<?> errors)) {
      return List.of();
    }
    List<Object> fields = new ArrayList<>();
    for (Object error : errors) {
      Map<?, ?> one = (Map<?, ?>) error;
      assertThat((String) one.get("message")).isNotBlank();
      fields.add(one.get("field"));
    }
    return fields;
  }

  private void addBodies() {
    String object = "body";
    meme("nothing", "", object);
    meme("an array", "[]", object);
    meme("an array with an object", "[{\"query\":\"x\"}]", object);
    meme("a string", "\"query\"", object);
    meme("a number", "1", object);
    meme("null", "null", object);
    meme("true", "true", object);
    meme("white space", "  \r\n ", object);
    meme("not JSON", "hello", object);
    meme("half an object", "{", object);
    meme("cut after a name", "{\"query\"", object);
    meme("cut in a value", "{\"query\":\"x", "query");
    meme("cut after a value", "{\"query\":\"x\"", object);
    meme("cut after a comma", "{\"query\":\"x\",", object);
    meme("comma before the end", "{\"query\":\"x\",}", object);
    meme("two objects", "{\"query\":\"x\"}{\"query\":\"x\"}", object);
    meme("something behind", "{\"query\":\"x\"} x", object);
    meme("another brace", "{\"query\":\"x\"}}", object);
    meme("single quotes", "{'query':'x'}", object);
    meme("name without quotes", "{query:\"x\"}", object);
    meme("a comment", "{\"query\":\"x\"/*x*/}", object);
    meme("member twice", "{\"query\":\"x\",\"query\":\"x\"}", "query");
    meme("member twice, once escaped", "{\"query\":\"x\",\"qu\\u0065ry\":\"x\"}", "query");
    meme("unknown member twice", "{\"query\":\"x\",\"a\":1,\"a\":1}", "a");
    meme("unknown member", "{\"query\":\"x\",\"radius\":1}", "radius");
    meme("member in upper case", "{\"Query\":\"x\"}", "query", "Query");
    meme("no name", "{\"query\":\"x\",\"\":1}", "");
    meme("nested deeply", "{\"query\":" + "[".repeat(500) + "]".repeat(500) + "}", "query");
    meme("nested very deeply", "{\"query\":" + "{\"a\":".repeat(5_000) + "}", "query");
    meme("unclosed array", "{\"query\":[1,2", "query");
    meme("raw line end in a string", "{\"query\":\"a\nb\"}", "query");
    meme("bad escape", "{\"query\":\"\\x\"}", "query");
    meme("half an escape", "{\"query\":\"\\u12\"}", "query");
    row(
        "POST /memes: BOM",
        post("/memes", ann, "\u00ef\u00bb\u00bf{\"query\":\"x\"}"),
        400,
        "body");
    row("POST /memes: bad UTF-8", post("/memes", ann, "{\"query\":\"\u00ff\"}"), 400, "body");
    row(
        "POST /memes: overlong UTF-8",
        post("/memes", ann, "{\"query\":\"\u00c0\u00af\"}"),
        400,
        "body");
    row(
        "POST /memes: UTF-8 surrogate",
        post("/memes", ann, "{\"query\":\"\u00ed\u00a0\u0080\"}"),
        400,
        "body");
    row("POST /memes: UTF-16", post("/memes", ann, "\u00fe\u00ff\0{\0}"), 400, "body");
    row("POST /memes: Latin-1", post("/memes", ann, "{\"query\":\"\u00fc\"}"), 400, "body");
    row("POST /memes: NUL", post("/memes", ann, "{\"query\":\"x\"}\0"), 400, "body");
    for (String call :
        List.of(
            "POST /users",
            "PUT /users/ann/permissions",
            "PUT /users/ann/status",
            "PUT /users/ann/tokens",
            "PUT /users/ann/words",
            "POST /users/ann/credits")) {
      String[] parts = call.split(" ", -1);
      row(call + ": no body", request(parts[0], parts[1], root, "", ""), 400, "body");
      row(call + ": an array", request(parts[0], parts[1], root, JSON, "[]"), 400, "body");
    }
  }

  private void addMemes() {
    meme("no query", "{}", "query");
    meme("query null", "{\"query\":null}", "query");
    meme("query empty", "{\"query\":\"\"}", "query");
    meme("query blank", "{\"query\":\" \\t\\n\u2003\"}", "query");
    meme("query a number", "{\"query\":1}", "query");
    meme("query an array", "{\"query\":[\"x\"]}", "query");
    meme("query an object", "{\"query\":{\"a\":\"x\"}}", "query");
    meme("query true", "{\"query\":true}", "query");
    meme("query of 501 characters", "{\"query\":\"" + "x".repeat(501) + "\"}", "query");
    meme(
        "query of 501 characters outside the plane",
        "{\"query\":\"" + "\ud83d\ude00".repeat(501) + "\"}",
        "query");
    meme("lat alone", "{\"query\":\"x\",\"lat\":1}", "lng");
    meme("lng alone", "{\"query\":\"x\",\"lng\":1}", "lat");
    meme("lng null", "{\"query\":\"x\",\"lat\":1,\"lng\":null}", "lng");
    for (String bad :
        List.of(
            "90.0000001",
            "-90.1",
            "91",
            "1e3",
            "1e999",
            "-1e999",
            "1e99999999999",
            "0e-99999999999",
            "1e308",
            "\"1\"",
            "true",
            "[1]",
            "{}")) {
      meme("lat " + bad, "{\"query\":\"x\",\"lat\":" + bad + ",\"lng\":1}", "lat");
    }
    for (String bad : List.of("180.0000001", "-180.1", "181", "1e999", "\"1\"", "false", "[]")) {
      meme("lng " + bad, "{\"query\":\"x\",\"lat\":1,\"lng\":" + bad + "}", "lng");
    }
    for (String bad :
        List.of(
            "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x1", "1e", "--1", "1_000")) {
      meme("lat written " + bad, "{\"query\":\"x\",\"lat\":" + bad + ",\"lng\":1}", "body");
    }
    meme(
        "lat of a thousand digits",
        "{\"query\":\"x\",\"lat\":0." + "1".repeat(1_000) + ",\"lng\":1}",
        "body");
    meme("a huge exponent", "{\"query\":\"x\",\"lat\":1e999999999,\"lng\":1}", "lat");
    meme(
        "everything wrong",
        "{\"query\":\"\",\"lat\":91,\"lng\":\"x\",\"zoom\":1}",
        "query",
        "lat",
        "lng",
        "zoom");
    row("POST /v1/memes: no query", post("/v1/memes", ann, "{}"), 400, "query");
    row("POST /memes by an operator", post("/memes", root, "{\"query\":\"x\"}"), 403);
  }

  private void addWords() {
    for (String bad :
        List.of("0", "-1", "1.5", "9007199254740993", "1e30", "\"3\"", "true", "[3]", "{}")) {
      words("max_words " + bad, "{\"max_words\":" + bad + "}", "max_words");
    }
    for (String bad : List.of("0.5", "1e400", "9007199254740993", "\"7\"", "[]", "false")) {
      words("seed " + bad, "{\"seed\":" + bad + "}", "seed");
    }
    for (String bad :
        List.of("\"\"", "\"  \"", "1", "true", "[\"a\"]", "\"" + "x".repeat(101) + "\"")) {
      words("stop " + (bad.length() > 20 ? "too long" : bad), "{\"stop\":" + bad + "}", "stop");
    }
    words("an array", "[]", "body");
    words("unknown field", "{\"words\":3}", "words");
    words(
        "several",
        "{\"max_words\":0,\"seed\":\"x\",\"stop\":1,\"x\":1}",
        "max_words",
        "seed",
        "stop",
        "x");
    row("POST /generate-data by an operator", post("/generate-data", root, "{}"), 403);
  }

  private void addUsers() {
    users("no user_id", "{}", "user_id");
    users("user_id null", "{\"user_id\":null}", "user_id");
    users("user_id a number", "{\"user_id\":1}", "user_id");
    users("email without @", id("\"email\":\"x\""), "email");
    users("email that begins with @", id("\"email\":\"@x\""), "email");
    users("email a number", id("\"email\":1"), "email");
    users("email with a line end", id("\"email\":\"a@b\\nc\""), "email");
    users("email of 256 characters", id("\"email\":\"@" + "x".repeat(255) + "\""), "email");
    for (String bad :
        List.of(
            "\"ai\"",
            "{}",
            "1",
            "[1]",
            "[null]",
            "[\"root\"]",
            "[\"AI\"]",
            "[\"\"]",
            "[[\"ai\"]]")) {
      users("permissions " + bad, id("\"permissions\":" + bad), "permissions");
    }
    for (String bad : List.of("-1", "1.5", "1e30", "9007199254740993", "\"1\"", "true", "[1]")) {
      users("tokens " + bad, id("\"tokens\":" + bad), "tokens");
      users("words " + bad, id("\"words\":" + bad), "words");
    }
    users("unknown field", id("\"password\":\"x\""), "password");
    users(
        "several",
        "{\"user_id\":\"\",\"email\":\"x\",\"permissions\":[\"x\"],\"tokens\":-1,\"words\":-1,\"x\":1}",
        "user_id",
        "email",
        "permissions",
        "tokens",
        "words",
        "x");
    row("POST /users: exists", post("/users", root, "{\"user_id\":\"ann\"}"), 409);
    for (String bad :
        List.of(
            "{}",
            "{\"permissions\":null}",
            "{\"permissions\":\"ai\"}",
            "{\"permissions\":[\"x\"]}",
            "{\"permissions\":[1]}")) {
      row(
          "PUT permissions " + bad,
          request("PUT", "/users/ann/permissions", root, JSON, bad),
          400,
          "permissions");
    }
    for (String bad :
        List.of(
            "{}",
            "{\"status\":null}",
            "{\"status\":\"deleted\"}",
            "{\"status\":\"ACTIVE\"}",
            "{\"status\":1}",
            "{\"status\":[\"active\"]}")) {
      row("PUT status " + bad, request("PUT", "/users/ann/status", root, JSON, bad), 400, "status");
    }
    for (String call : List.of("GET /users/nobody", "DELETE /users/nobody")) {
      String[] parts = call.split(" ", -1);
      row(call, request(parts[0], parts[1], root, "", ""), 404);
    }
    row(
        "PUT permissions of nobody",
        request("PUT", "/users/nobody/permissions", root, JSON, "{\"permissions\":[]}"),
        404);
    row(
        "PUT status of nobody",
        request("PUT", "/users/nobody/status", root, JSON, "{\"status\":\"active\"}"),
        404);
    row(
        "PUT tokens of nobody",
        request("PUT", "/users/nobody/tokens", root, JSON, "{\"tokens\":1}"),
        404);
    row(
        "PUT words of nobody",
        request("PUT", "/users/nobody/words", root, JSON, "{\"words\":1}"),
        404);
    row(
        "POST credits of nobody",
        request(
            "POST",
            "/users/nobody/credits",
            root,
            JSON + key("n"),
            "{\"meter\":\"words\",\"amount\":1}"),
        404);
  }

  private void addIds() {
    users("empty id", "{\"user_id\":\"\"}", "user_id");
    users("blank id", "{\"user_id\":\"  \"}", "user_id");
    users("id of 256 characters", "{\"user_id\":\"" + "x".repeat(256) + "\"}", "user_id");
    users("id with NUL", "{\"user_id\":\"a\\u0000\"}", "user_id");
    users("id with a line end", "{\"user_id\":\"a\\nb\"}", "user_id");
    users("id with DEL", "{\"user_id\":\"a\\u007f\"}", "user_id");
    users("id with a C1 control", "{\"user_id\":\"a\\u0085\"}", "user_id");
    users("id with half a surrogate pair", "{\"user_id\":\"a\\ud800\"}", "user_id");
    for (String bad : List.of("%00", "a%0Ab", "%20", "%C2%85", "x".repeat(256))) {
      String name = bad.length() > 20 ? "too long" : bad;
      row("GET /users/" + name, get("/users/" + bad, root), 400, "id");
      row("DELETE /users/" + name, request("DELETE", "/users/" + bad, root, "", ""), 400, "id");
      row(
          "PUT tokens of " + name,
          request("PUT", "/users/" + bad + "/tokens", root, JSON, "{\"tokens\":1}"),
          400,
          "id");
    }
    row("GET /v1/charges/nothing", get("/v1/charges/nothing", ann), 404);
  }

  private void addAmounts() {
    for (String bad :
        List.of("0", "-5", "1.5", "1e30", "9007199254740993", "\"5\"", "null", "true")) {
      credit("amount " + bad, "{\"meter\":\"tokens\",\"amount\":" + bad + "}", "amount");
    }
    for (String bad : List.of("\"euros\"", "\"\"", "\"TOKENS\"", "1", "null", "[\"tokens\"]")) {
      credit("meter " + bad, "{\"meter\":" + bad + ",\"amount\":1}", "meter");
    }
    credit("nothing", "{}", "meter", "amount");
    credit("unknown field", "{\"meter\":\"tokens\",\"amount\":1,\"note\":\"x\"}", "note");
    credit(
        "more than there can be", "{\"meter\":\"tokens\",\"amount\":9007199254740991}", "amount");
    for (String meter : List.of("tokens", "words")) {
      for (String bad : List.of("-1", "0.5", "1e30", "9007199254740993", "\"1\"", "null")) {
        row(
            "PUT " + meter + " " + bad,
            request("PUT", "/users/ann/" + meter, root, JSON, "{\"" + meter + "\":" + bad + "}"),
            400,
            meter);
      }
      row(
          "PUT " + meter + " nothing",
          request("PUT", "/users/ann/" + meter, root, JSON, "{}"),
          400,
          meter);
      row(
          "PUT " + meter + " by another name",
          request("PUT", "/users/ann/" + meter, root, JSON, "{\"amount\":1}"),
          400,
          meter,
          "amount");
    }
  }

  private void addKeys() {
    String meme = "{\"query\":\"x\"}";
    String field = "Idempotency-Key";
    String twice = key("a") + key("b");
    row("two keys", request("POST", "/memes", ann, JSON + twice, meme), 400, field);
    row(
        "the same key twice",
        request("POST", "/memes", ann, JSON + key("a") + key("a"), meme),
        400,
        field);
    row("empty key", request("POST", "/memes", ann, JSON + key(""), meme), 400, field);
    row("blank key", request("POST", "/memes", ann, JSON + key("   "), meme), 400, field);
    row(
        "key of 256 characters",
        request("POST", "/memes", ann, JSON + key("x".repeat(256)), meme),
        400,
        field);
    row("key with a tab", request("POST", "/memes", ann, JSON + key("a\tb"), meme), 400, field);
    row(
        "bad key and bad query",
        request("POST", "/memes", ann, JSON + twice, "{\"query\":\"\"}"),
        400,
        field,
        "query");
    row("words, two keys", request("POST", "/generate-data", ann, JSON + twice, "{}"), 400, field);
    row(
        "users, two keys",
        request("POST", "/users", root, JSON + twice, "{\"user_id\":\"ben\"}"),
        400,
        field);
    String credit = "{\"meter\":\"tokens\",\"amount\":1}";
    row("credits, no key", request("POST", "/users/ann/credits", root, JSON, credit), 400, field);
    row(
        "credits, two keys",
        request("POST", "/users/ann/credits", root, JSON + twice, credit),
        400,
        field);
    row(
        "credits, no key and no amount",
        request("POST", "/users/ann/credits", root, JSON, "{\"meter\":\"words\"}"),
        400,
        field,
        "amount");
  }

  private void addCallers() throws Exception {
    String[] parts = ann.split("\\.", -1);
    OwnKey own = OwnKey.open(folder, new SecureRandom());
    String expired =
        new TokenIssuer(
                own,
                Parties.ANY,
                InstantSource.fixed(Instant.now().minusSeconds(7_200)),
                new SecureRandom())
            .issue("ann", false, null, Duration.ofHours(1));
    String future =
        new TokenIssuer(
                own,
                Parties.ANY,
                InstantSource.fixed(Instant.now().plusSeconds(7_200)),
                new SecureRandom())
            .issue("ann", false, null, Duration.ofHours(1));
    String foreign =
        new TokenIssuer(
                new SharedSecret("x".repeat(32)),
                Parties.ANY,
                InstantSource.system(),
                new SecureRandom())
            .issue("ann", false, null, Duration.ofHours(1));
    String unsigned = encode("{\"alg\":\"none\"}") + "." + parts[1] + ".";
    Map<String, String> bad =
        Map.ofEntries(
            Map.entry("no header", ""),
            Map.entry("empty header", "Authorization: \r\n"),
            Map.entry("no token", "Authorization: Bearer\r\n"),
            Map.entry("empty token", "Authorization: Bearer \r\n"),
            Map.entry("basic", "Authorization: Basic YTpi\r\n"),
            Map.entry("token without scheme", "Authorization: " + ann + "\r\n"),
            Map.entry("garbage", bearer("garbage")),
            Map.entry("three parts of garbage", bearer("a.b.c")),
            Map.entry("two parts", bearer(parts[0] + "." + parts[1])),
            Map.entry("no signature", bearer(parts[0] + "." + parts[1] + ".")),
            Map.entry("unsigned", bearer(unsigned)),
            Map.entry(
                "another's signature",
                bearer(
                    parts[0] + "." + parts[1] + "." + root.substring(root.lastIndexOf('.') + 1))),
            Map.entry(
                "changed payload",
                bearer(
                    parts[0]
                        + "."
                        + encode("{\"sub\":\"root\",\"exp\":9999999999}")
                        + "."
                        + parts[2])),
            Map.entry("expired", bearer(expired)),
            Map.entry("of the future", bearer(future)),
            Map.entry("another's key", bearer(foreign)),
            Map.entry("two tokens", bearer(ann + " " + ann)),
            Map.entry("very long", bearer("x".repeat(9_000))));
    bad.forEach((name, header) -> {
      row("token: " + name, raw("GET /user/stats HTTP/1.1\r\nHost: x\r\n" + header + "\r\n"), 401);
      row(
          "meme with token: " + name,
          raw(
              "POST /memes HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n"
                  + header
                  + "\r\n{\"query\":\"x\"}"),
          401);
    });
    row(
        "X-User-Id where it is not trusted",
        raw("GET /user/stats HTTP/1.1\r\nHost: x\r\nX-User-Id: ann\r\n\r\n"),
        401);
    row(
        "X-User-Id of another",
        request("POST", "/memes", ann, JSON + "X-User-Id: ben\r\n", "{\"query\":\"x\"}"),
        400,
        "X-User-Id");
    row(
        "X-User-Id twice",
        request(
            "POST",
            "/memes",
            ann,
            JSON + "X-User-Id: ann\r\nX-User-Id: ann\r\n",
            "{\"query\":\"x\"}"),
        400,
        "X-User-Id");
    row(
        "Authorization twice",
        request("POST", "/memes", ann, JSON + bearer(ann), "{\"query\":\"x\"}"),
        400,
        "Authorization");
    row(
        "a user without account",
        post("/memes", server.token("stranger"), "{\"query\":\"x\"}"),
        403);
    row("stats without account", get("/user/stats", server.token("stranger")), 404);
    row("stats of an operator", get("/user/stats", root), 404);
    for (String call :
        List.of(
            "POST /users",
            "GET /users",
            "GET /users/ann",
            "DELETE /users/ann",
            "PUT /users/ann/permissions",
            "PUT /users/ann/status",
            "PUT /users/ann/tokens",
            "PUT /users/ann/words",
            "POST /users/ann/credits")) {
      String[] words = call.split(" ", -1);
      row(call + " without admin", request(words[0], words[1], ann, "", ""), 403);
      row(call + " without token", raw(call + " HTTP/1.1\r\nHost: x\r\n\r\n"), 401);
    }
  }

  private void addParameters() {
    for (String path : List.of("/users", "/v1/charges")) {
      String token = path.equals("/users") ? root : ann;
      for (String bad :
          List.of("0", "-1", "1001", "1.5", "x", "", "%20", "99999999999", "1e2", "0x10")) {
        row(path + "?limit=" + bad, get(path + "?limit=" + bad, token), 400, "limit");
      }
      row(path + "?limit twice", get(path + "?limit=1&limit=2", token), 400, "limit");
      row(path + "?cursor twice", get(path + "?cursor=a&cursor=b", token), 400, "cursor");
      row(path + "?cursor empty", get(path + "?cursor=", token), 400, "cursor");
      row(path + "?cursor with NUL", get(path + "?cursor=%00", token), 400, "cursor");
      row(
          path + "?cursor too long",
          get(path + "?cursor=" + "x".repeat(256), token),
          400,
          "cursor");
      row(path + "?limit half encoded", get(path + "?limit=%zz", token), 400, "request");
    }
    row("/v1/charges?cursor of another kind", get("/v1/charges?cursor=ann", ann), 400, "cursor");
    for (String path : List.of("/v1/charges", "/v1/charges.csv")) {
      for (String bad : List.of("euros", "", "TOKENS")) {
        row(path + "?meter=" + bad, get(path + "?meter=" + bad, ann), 400, "meter");
      }
      row(path + "?meter twice", get(path + "?meter=words&meter=words", ann), 400, "meter");
    }
  }

  private void addMethods() {
    Map<String, String> allowed =
        Map.ofEntries(
            Map.entry("/memes", "POST"),
            Map.entry("/v1/memes", "POST"),
            Map.entry("/generate-data", "POST"),
            Map.entry("/user/stats", "GET, HEAD"),
            Map.entry("/v1/charges", "GET, HEAD"),
            Map.entry("/v1/charges.csv", "GET, HEAD"),
            Map.entry("/v1/charges/1", "GET, HEAD"),
            Map.entry("/users", "GET, HEAD, POST"),
            Map.entry("/users/ann", "DELETE, GET, HEAD"),
            Map.entry("/users/ann/permissions", "PUT"),
            Map.entry("/users/ann/status", "PUT"),
            Map.entry("/users/ann/credits", "POST"),
            Map.entry("/users/ann/tokens", "PUT"),
            Map.entry("/users/ann/words", "PUT"),
            Map.entry("/", "GET, HEAD"),
            Map.entry("/docs", "GET, HEAD"),
            Map.entry("/console/console.js", "GET, HEAD"),
            Map.entry("/health", "GET, HEAD"),
            Map.entry("/health/live", "GET, HEAD"),
            Map.entry("/health/ready", "GET, HEAD"),
            Map.entry("/metrics", "GET, HEAD"),
            Map.entry("/openapi.yaml", "GET, HEAD"),
            Map.entry("/.well-known/jwks.json", "GET, HEAD"));
    allowed.forEach((path, methods) -> {
      for (String method :
          List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW")) {
        if (!List.of(methods.split(", ", -1)).contains(method)) {
          rows.add(
              new Row(
                  method + " " + path,
                  request(method, path, root, JSON, "{\"query\":\"x\"}"),
                  405,
                  List.of(),
                  methods));
        }
      }
    });
  }

  private void addPaths() {
    for (String path :
        List.of(
            "//",
            "/docs/",
            "/console",
            "/nothing",
            "/meme",
            "/memes/",
            "//memes",
            "/MEMES",
            "/memes/1/2",
            "/v1",
            "/v2/memes",
            "/users/",
            "/users//tokens",
            "/users/a/b/c",
            "/users/ann/tokens/",
            "/users/ann/Tokens",
            "/memes;a=b",
            "*",
            "/memes%2F",
            "/v1%2Fmemes",
            "/health/../metrics",
            "/%2e%2e/metrics",
            "/favicon.ico")) {
      for (String method : List.of("GET", "POST")) {
        row(method + " " + path, request(method, path, root, "", ""), 404);
      }
    }
    for (String path :
        List.of(
            "/users/%",
            "/users/%2",
            "/users/%zz",
            "/users/%u0041",
            "/users/a b",
            "/users/a\u0001",
            "/%",
            "/users/a\"b",
            "/users/<a>",
            "/users/{id}",
            "/users/a\\b",
            "/users/a^b",
            "/users/[a]",
            "/users/\u00fc")) {
      row("GET " + path.replace("\u0001", "SOH"), get(path, root), 400, "request");
    }
    for (String path :
        List.of("/users/%ff", "/users/%C3", "/users/%C0%AF", "/users/%ED%A0%80", "/%ff")) {
      row("GET " + path, get(path, root), 400, "path");
    }
  }

  private void addMediaTypes() {
    for (String type :
        List.of(
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/problem+json",
            "application/jsonp",
            "json",
            "*/*",
            "application/*")) {
      row(
          "POST /memes: " + type,
          request("POST", "/memes", ann, "Content-Type: " + type + "\r\n", "{\"query\":\"x\"}"),
          415);
    }
    row(
        "POST /generate-data: text/plain",
        request("POST", "/generate-data", ann, "Content-Type: text/plain\r\n", "{}"),
        415);
    row(
        "POST /users: text/plain",
        request("POST", "/users", root, "Content-Type: text/plain\r\n", "{\"user_id\":\"ben\"}"),
        415);
    row(
        "PUT tokens: text/plain",
        request("PUT", "/users/ann/tokens", root, "Content-Type: text/plain\r\n", "{\"tokens\":1}"),
        415);
    row(
        "POST credits: text/plain",
        request(
            "POST", "/users/ann/credits", root, "Content-Type: text/plain\r\n" + key("k"), "{}"),
        415);
    row(
        "POST /memes: gzip",
        request("POST", "/memes", ann, JSON + "Content-Encoding: gzip\r\n", "{\"query\":\"x\"}"),
        400,
        "request");
  }

  private void addSizes() {
    String large = "{\"query\":\"" + "x".repeat(64 * 1024) + "\"}";
    row("body too large", post("/memes", ann, large), 413);
    row("body of users too large", post("/users", root, large), 413);
    row(
        "body said to be too large",
        request("POST", "/memes", ann, JSON + "Content-Length: 65537\r\n", ""),
        413);
    row(
        "body said to be enormous",
        request("POST", "/memes", ann, JSON + "Content-Length: 9223372036854775807\r\n", ""),
        413);
    String chunk = "1000\r\n" + "x".repeat(4_096) + "\r\n";
    row("chunks too large", chunked("/memes", chunk.repeat(17) + "0\r\n\r\n"), 413);
    row("chunk said to be too large", chunked("/memes", "7fffffff\r\n"), 413);
    row(
        "header too large",
        request("GET", "/user/stats", ann, "X-Long: " + "x".repeat(16 * 1024) + "\r\n", ""),
        413);
    row(
        "header name too large",
        request("GET", "/user/stats", ann, "x".repeat(17_000) + ": x\r\n", ""),
        413);
    row(
        "headers too large",
        request("GET", "/user/stats", ann, ("X-Many: " + "x".repeat(100) + "\r\n").repeat(200), ""),
        413);
    row("path too long", get("/users/" + "x".repeat(9_000), root), 413);
    row("query too long", get("/users?cursor=" + "x".repeat(9_000), root), 413);
  }

  private void addFraming() {
    String meme = "{\"query\":\"x\"}";
    String field = "request";
    row(
        "both lengths",
        raw(
            head("POST", "/memes", ann)
                + JSON
                + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n"
                + meme
                + "\r\n0\r\n\r\n"),
        400,
        field);
    row(
        "both lengths, the other way",
        raw(
            head("POST", "/memes", ann)
                + JSON
                + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nd\r\n"
                + meme
                + "\r\n0\r\n\r\n"),
        400,
        field);
    for (String length :
        List.of("-1", "abc", "13, 14", "0x0d", "1e1", "99999999999999999999", "13;", "")) {
      row(
          "Content-Length " + length,
          raw(head("POST", "/memes", ann) + JSON + "Content-Length: " + length + "\r\n\r\n" + meme),
          400,
          field);
    }
    row(
        "two lengths",
        raw(
            head("POST", "/memes", ann)
                + JSON
                + "Content-Length: 13\r\nContent-Length: 14\r\n\r\n"
                + meme),
        400,
        field);
    for (String encoding :
        List.of("gzip", "identity", "gzip, chunked", "chunked, chunked", "xchunked", "")) {
      row(
          "Transfer-Encoding " + encoding,
          raw(
              head("POST", "/memes", ann)
                  + JSON
                  + "Transfer-Encoding: "
                  + encoding
                  + "\r\n\r\nd\r\n"
                  + meme
                  + "\r\n0\r\n\r\n"),
          400,
          field);
    }
    row("chunk of no length", chunked("/memes", "zz\r\n" + meme + "\r\n0\r\n\r\n"), 400, "body");
    row(
        "chunk of negative length",
        chunked("/memes", "-1\r\n" + meme + "\r\n0\r\n\r\n"),
        400,
        "body");
    row("chunk cut off", chunked("/memes", "d\r\n" + meme.substring(3)), 400, "body");
    row("chunks without end", chunked("/memes", "d\r\n" + meme + "\r\n"), 400, "body");
    row(
        "body cut off",
        raw(head("POST", "/memes", ann) + JSON + "Content-Length: 50\r\n\r\n" + meme),
        400,
        "body");
    row("no host", raw("GET /health HTTP/1.1\r\n\r\n"), 400, field);
    row("two hosts", raw("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400, field);
    row("bad host", raw("GET /health HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, field);
    row("bad port", raw("GET /health HTTP/1.1\r\nHost: a:b\r\n\r\n"), 400, field);
    row(
        "header without colon",
        raw("GET /health HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n"),
        400,
        field);
    row(
        "space before the colon",
        raw("GET /health HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n"),
        400,
        field);

    row("folded header", raw("GET /health HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"), 400, field);
    row("NUL in a header", raw("GET /health HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"), 400, field);
    row("line ends without CR", raw("GET /health HTTP/1.1\nHost: x\n\n"), 400, field);
    row("garbage", raw("garbage\r\n\r\n"), 400, field);
    row("binary garbage", raw("\u0016\u0003\u0001\u0002\0\u0001\r\n\r\n"), 400, field);
    row("no version", raw("GET /health\r\nHost: x\r\n\r\n"), 400, field);
    row("HTTP/1.0", raw("GET /health HTTP/1.0\r\nHost: x\r\n\r\n"), 400, field);
    row("HTTP/9.9", raw("GET /health HTTP/9.9\r\nHost: x\r\n\r\n"), 400, field);
    row("another protocol", raw("GET /health SMTP/1.1\r\nHost: x\r\n\r\n"), 400, field);
    row("no path", raw("GET  HTTP/1.1\r\nHost: x\r\n\r\n"), 400, field);
  }

  @Test
  void theConnectionGoesOnAfterAProblemWhoseBodyWasNotRead() throws IOException {
    for (String refused :
        List.of(
            "POST /memes HTTP/1.1\r\nHost: x\r\n",
            head("PATCH", "/memes", ann),
            head("POST", "/nothing", ann),
            head("POST", "/users", ann),
            head("POST", "/memes", ann) + "Content-Type: text/plain\r\n",
            head("POST", "/memes", ann) + JSON + key("a") + key("b"))) {
      try (Wire wire = new Wire(server.port())) {
        String body = "{\"query\":\"x\"}" + " ".repeat(8_000);
        String live = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
        wire.send(refused + "Content-Length: " + body.length() + "\r\n\r\n" + body + live);
        assertThat(wire.read().status()).isBetween(400, 499);
        assertThat(wire.read().status()).isEqualTo(200);
        wire.send(
            refused
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "d\r\n{\"query\":\"x\"}\r\n0\r\n\r\n"
                + live);
        assertThat(wire.read().status()).isBetween(400, 499);
        assertThat(wire.read().body()).isEqualTo("{\"status\":\"healthy\"}");
      }
    }
  }

  @Test
  void whatFollowsABodyWithoutEndIsNotTakenForARequest() throws IOException {
    String hidden = "DELETE /users/ann HTTP/1.1\r\nHost: x\r\n" + bearer(root) + "\r\n";
    String chunk = "1000\r\n" + "x".repeat(4_096) + "\r\n";
    for (byte[] request :
        List.of(
            chunked("/memes", "zz\r\n" + hidden),
            chunked("/memes", chunk.repeat(17) + hidden),
            chunked("/memes", chunk.repeat(64) + "1000\r\n" + hidden),
            post("/memes", ann, "x".repeat(70_000) + hidden),
            request("POST", "/memes", ann, "Content-Length: -1\r\n", ""))) {
      try (Wire wire = new Wire(server.port())) {
        Response response = wire.send(request).send(hidden).read();
        assertThat(response.status()).isIn(400, 413);
        assertThat(response.header("Connection")).isEqualTo("close");
        assertThat(wire.closed()).isTrue();
      }
    }
    assertThat(server.stats(ann).status()).isEqualTo(200);
  }

  @Test
  void headIsAnsweredLikeGetWithoutABody() throws IOException {
    for (String path :
        List.of(
            "/health",
            "/metrics",
            "/users",
            "/v1/charges.csv",
            "/nothing",
            "/memes",
            "/openapi.yaml")) {
      try (Wire wire = new Wire(server.port())) {
        Response get = wire.send(get(path, root)).read(!path.endsWith("csv"));
        assertThat(get.status()).isGreaterThanOrEqualTo(200);
      }
      try (Wire wire = new Wire(server.port())) {
        Response head = wire.send(request("HEAD", path, root, "", "")).read(false);
        Response after = wire.send(get("/health/live", root)).read();
        assertThat(head.status())
            .isEqualTo(path.equals("/nothing") ? 404 : path.equals("/memes") ? 405 : 200);
        assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
        assertThat(after.body()).isEqualTo("{\"status\":\"healthy\"}");
      }
    }
  }

  @Test
  void aProblemNamesTheRequestInTheLogAndIsNeverTheSameTwice() throws IOException {
    try (Wire wire = new Wire(server.port())) {
      Object first = wire.send(get("/nothing", ann)).read().json().get("instance");
      Object second = wire.send(get("/nothing", ann)).read().json().get("instance");
      assertThat(first).isNotEqualTo(second);
    }
  }

  private void meme(String name, String body, String... fields) {
    row("POST /memes: " + name, utf8("POST", "/memes", ann, "", body), 400, fields);
  }

  private void words(String name, String body, String... fields) {
    row("POST /generate-data: " + name, utf8("POST", "/generate-data", ann, "", body), 400, fields);
  }

  private void users(String name, String body, String... fields) {
    row("POST /users: " + name, utf8("POST", "/users", root, "", body), 400, fields);
  }

  private void credit(String name, String body, String... fields) {
    row(
        "POST credits: " + name,
        utf8("POST", "/users/ann/credits", root, key("k"), body),
        400,
        fields);
  }

  private void row(String name, byte[] request, int status, String... fields) {
    rows.add(new Row(name, request, status, List.of(fields), ""));
  }

  private static String id(String member) {
    return "{\"user_id\":\"ben\"," + member + "}";
  }

  private static String key(String key) {
    return "Idempotency-Key: " + key + "\r\n";
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  private static String head(String method, String path, String token) {
    return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + bearer(token);
  }

  private static byte[] get(String path, String token) {
    return request("GET", path, token, "", "");
  }

  private static byte[] post(String path, String token, String body) {
    return request("POST", path, token, JSON, body);
  }

  private static byte[] chunked(String path, String chunks) {
    return raw(head("POST", path, ann) + JSON + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
  }

  private static byte[] utf8(
      String method, String path, String token, String headers, String body) {
    String bytes = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return request(method, path, token, JSON + headers, bytes);
  }

  /** A request with a body of bytes, one a character. */
  private static byte[] request(
      String method, String path, String token, String headers, String body) {
    String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
    return raw(head(method, path, token) + headers + length + "\r\n" + body);
  }

  private static byte[] raw(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
