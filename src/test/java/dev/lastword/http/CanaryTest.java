package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.ServerProcess;
import dev.lastword.Service;
import dev.lastword.Settings;
import dev.lastword.TestClient;
import dev.lastword.http.Wire.Response;
import dev.lastword.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A canary in every place where a client or an operator can put a value. It may come back to the
 * client that asked for what it stored, and nowhere else: not in the log, not in the metrics, and
 * not in an error, which names fields and never values.
 */
@Timeout(60)
final class CanaryTest {

  private static final String CANARY = "canary7f3a";
  private static final String MEME = "{\"query\":\"" + CANARY + "\"}";

  @TempDir private Path data;

  /** Requests that fail, by where the canary sits. */
  private final Map<String, String> bad = new LinkedHashMap<>();

  @Test
  void whatClientsSendStandsInNoLogNoMetricAndNoError() throws Exception {
    try (ServerProcess server = ServerProcess.start(data, Map.of(), "")) {
      String operator = ServerProcess.operator(data);
      String token = ServerProcess.issuer(data).issue("ann", false, null, Duration.ofHours(1));
      try (TestClient client = new TestClient(server.port())) {
        String user =
            "{\"user_id\":\"ann\",\"email\":\"%s@example.com\",\"tokens\":9}".formatted(CANARY);
        assertThat(client.send("POST", "/users", operator, user).status()).isEqualTo(201);
        assertThat(client.send("POST", "/memes", token, MEME, "Idempotency-Key", CANARY).status())
            .isEqualTo(200);
        String stream = "{\"max_words\":1,\"stop\":\"%s\"}".formatted(CANARY);
        assertThat(client.send("POST", "/generate-data", token, stream).status()).isEqualTo(200);
      }
      addValues(token, operator);
      addCredentials(token);
      addPaths(token);
      addMalformed(token);
      assertThat(bad).hasSizeGreaterThan(50);
      for (Map.Entry<String, String> one : bad.entrySet()) {
        try (Wire wire = new Wire(server.port())) {
          List<Response> answers = wire.send(one.getValue()).sendNoMore().readAll();
          assertThat(answers).as(one.getKey()).hasSize(1);
          assertThat(answers.getFirst().status()).as(one.getKey()).isBetween(400, 499);
          assertThat(answers.toString())
              .as(one.getKey())
              .doesNotContainIgnoringCase(CANARY)
              .doesNotContain(token.substring(0, 30));
        }
      }
      for (String path :
          List.of("/metrics", "/health", "/openapi.yaml", "/.well-known/jwks.json")) {
        try (Wire wire = new Wire(server.port())) {
          assertThat(wire.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").read().toString())
              .doesNotContainIgnoringCase(CANARY);
        }
      }
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
      assertThat(server.log())
          .contains(": 401, ")
          .doesNotContainIgnoringCase(CANARY)
          .doesNotContain(token.substring(token.length() - 30))
          .doesNotContain(operator.substring(operator.length() - 30))
          .doesNotContain("\"level\":\"ERROR\"")
          .doesNotContain("\"level\":\"WARNING\"");
    }
  }

  @Test
  void whatOperatorsSetStandsInNoLogAndNoError() throws Exception {
    String secret = CANARY + "-".repeat(40);
    String keys = "http://127.0.0.1:1/keys?key=" + CANARY;
    try (ServerProcess server =
        ServerProcess.start(data.resolve("keys"), Map.of("LASTWORD_JWKS", keys), "")) {
      String token =
          part("{\"alg\":\"RS256\",\"kid\":\"r\"}") + "." + part("{\"sub\":\"ann\"}") + ".AAAA";
      assertThat(answer(server, "Authorization: Bearer " + token + "\r\n"))
          .contains("\"code\":\"unavailable\"")
          .doesNotContain(CANARY);
      server.terminate();
      server.awaitEnd();
      assertThat(server.log()).contains("LASTWORD_JWKS=").doesNotContain(CANARY);
    }
    for (Map<String, String> refused :
        List.of(
            Map.of("LASTWORD_JWT_SECRET", CANARY),
            Map.of("LASTWORD_JWT_SECRET", secret, "LASTWORD_JWKS", keys),
            Map.of("LASTWORD_JWKS", "http://ann:" + CANARY + "@[::bad/"),
            Map.of("LASTWORD_JWKS", "http://ann:" + CANARY + "@localhost/keys"),
            Map.of("DSN", "ann:" + CANARY + "@tcp(localhost:3306)/lastword"),
            Map.of("MONGODB_URI", "mongodb://ann:" + CANARY + "@localhost/lastword"),
            Map.of("REDIS_URL", "redis://ann:" + CANARY + "@localhost"),
            Map.of("SQS_QUEUE_URL", "https://sqs.example/" + CANARY),
            Map.of("LASTWORD_ACCOUNTS", "mysql:ann:" + CANARY + "@tcp(localhost:3306)/lastword"),
            Map.of("LASTWORD_LEDGER", "redis://ann:" + CANARY + "@localhost"),
            Map.of("LASTWORD_QUEUE", "https://sqs.example/" + CANARY),
            Map.of("LASTWORD_PASSWORD", CANARY))) {
      // What stops the start is printed with its message and no more.
      assertThatThrownBy(() -> start(refused))
          .message()
          .as(refused.toString())
          .containsPattern(
              String.join("|", refused.keySet())
                  + "|JWKS|cannot reach (mysql:ann:|mongodb://)\\*+@")
          .doesNotContain(CANARY);
    }
  }

  private void start(Map<String, String> settings) throws IOException {
    Service.start(
            Settings.read(settings)
                .configuration()
                .at(Optional.of(0), Optional.of(data.resolve("refused"))),
            World.real(),
            failure -> {})
        .close();
  }

  private static String answer(ServerProcess server, String header) throws IOException {
    try (Wire wire = new Wire(server.port())) {
      return wire.send("GET /user/stats HTTP/1.1\r\nHost: x\r\n" + header + "\r\n")
          .read()
          .toString();
    }
  }

  private void addValues(String token, String operator) {
    for (String body :
        List.of(
            "{\"query\":\"" + CANARY + "\",\"lat\":91,\"lng\":1}",
            "{\"query\":\"" + CANARY + "\",\"lat\":\"" + CANARY + "\",\"lng\":1}",
            "{\"query\":\"" + CANARY.repeat(60) + "\"}",
            "{\"query\":[\"" + CANARY + "\"]}",
            "{\"query\":\"x\",\"other\":\"" + CANARY + "\"}",
            "{\"query\":\"" + CANARY,
            "{\"query\":\"" + CANARY + "\\x\"}",
            "{\"query\":" + CANARY + "}",
            "{\"query\":\"x\",\"query\":\"" + CANARY + "\"}",
            "[\"" + CANARY + "\"]",
            "\"" + CANARY + "\"",
            CANARY)) {
      bad.put("body " + body, request("POST /memes", token, "", body));
    }
    bad.put("too large", request("POST /memes", token, "", CANARY.repeat(7_000)));
    bad.put(
        "another prompt with the same key",
        request("POST /memes", token, "Idempotency-Key: " + CANARY + "\r\n", "{\"query\":\"y\"}"));
    bad.put(
        "two keys",
        request(
            "POST /memes",
            token,
            "Idempotency-Key: " + CANARY + "\r\nIdempotency-Key: " + CANARY + "\r\n",
            MEME));
    bad.put(
        "long key",
        request("POST /memes", token, "Idempotency-Key: " + CANARY.repeat(30) + "\r\n", MEME));
    bad.put(
        "media type", request("POST /memes", token, "Content-Type: text/" + CANARY + "\r\n", MEME));
    for (String body :
        List.of(
            "{\"stop\":\"" + CANARY.repeat(20) + "\"}",
            "{\"seed\":\"" + CANARY + "\"}",
            "{\"max_words\":\"" + CANARY + "\"}")) {
      bad.put("words " + body, request("POST /generate-data", token, "", body));
    }
    for (String body :
        List.of(
            "{\"user_id\":\"ann\",\"email\":\"" + CANARY + "@example.com\"}",
            "{\"user_id\":\"ben\",\"email\":\"" + CANARY + "\"}",
            "{\"user_id\":\"ben\",\"permissions\":[\"" + CANARY + "\"]}",
            "{\"user_id\":\"" + CANARY.repeat(30) + "\"}",
            "{\"user_id\":\"ben\",\"tokens\":\"" + CANARY + "\"}")) {
      bad.put("user " + body, request("POST /users", operator, "", body));
    }
    bad.put(
        "status",
        request("PUT /users/ann/status", operator, "", "{\"status\":\"" + CANARY + "\"}"));
    bad.put(
        "meter",
        request(
            "POST /users/ann/credits",
            operator,
            "Idempotency-Key: " + CANARY + "\r\n",
            "{\"meter\":\"" + CANARY + "\",\"amount\":1}"));
  }

  private void addCredentials(String token) {
    for (String header :
        List.of(
            "Authorization: " + CANARY,
            "Authorization: Bearer " + CANARY,
            "Authorization: Basic " + part("ann:" + CANARY),
            "Authorization: Basic " + CANARY,
            "Authorization: Bearer " + part(CANARY) + "." + CANARY + "." + CANARY,
            "Authorization: Bearer " + token + CANARY,
            "Authorization: Bearer " + part("{\"alg\":\"" + CANARY + "\"}") + ".e30.AA",
            "Authorization: Bearer "
                + part("{\"alg\":\"RS256\",\"kid\":\"" + CANARY + "\"}")
                + ".e30.AA",
            "Authorization: Bearer "
                + part("{\"alg\":\"RS256\",\"typ\":\"" + CANARY + "\"}")
                + ".e30.AA",
            "Authorization: Bearer "
                + part("{\"alg\":\"RS256\"}")
                + "."
                + part("{\"sub\":\"" + CANARY + "\",\"iss\":\"" + CANARY + "\"}")
                + ".AA",
            "X-User-Id: " + CANARY,
            "X-Api-Key: " + CANARY,
            "X-Password: " + CANARY,
            "Proxy-Authorization: Basic " + CANARY,
            "Cookie: session=" + CANARY)) {
      bad.put(
          header, "POST /memes HTTP/1.1\r\nHost: x\r\n" + header + "\r\nContent-Length: 0\r\n\r\n");
    }
    bad.put("another user", request("POST /memes", token, "X-User-Id: " + CANARY + "\r\n", MEME));
  }

  private void addPaths(String token) {
    for (String path :
        List.of(
            "/" + CANARY,
            "/memes/" + CANARY,
            "/v1/charges/" + CANARY,
            "/v1/charges?limit=" + CANARY,
            "/v1/charges?cursor=" + CANARY,
            "/v1/charges?meter=" + CANARY,
            "/nothing?token=" + CANARY,
            "/nothing?access_token=" + token,
            "/users/" + CANARY,
            "/users/" + CANARY + "%ff",
            "/users/" + CANARY + "%zz",
            "/" + CANARY.repeat(1_000))) {
      bad.put("path " + path, request("GET " + path, token, "", ""));
    }
    bad.put(
        "method", request(CANARY.toUpperCase(java.util.Locale.ROOT) + " /memes", token, "", ""));
  }

  private void addMalformed(String token) {
    String line = "GET /health HTTP/1.1\r\n";
    bad.put("line", CANARY + "\r\n\r\n");
    bad.put("version", "GET /health " + CANARY + "\r\nHost: x\r\n\r\n");
    bad.put("old version", "GET /" + CANARY + " HTTP/1.0\r\nHost: x\r\n\r\n");
    bad.put("path with a blank", "GET /" + CANARY + " x HTTP/1.1\r\nHost: x\r\n\r\n");
    bad.put("host", line + "Host: a " + CANARY + "\r\n\r\n");
    bad.put("port", line + "Host: x:" + CANARY + "\r\n\r\n");
    bad.put("header without colon", line + "Host: x\r\n" + CANARY + "\r\n\r\n");
    bad.put("header with NUL", line + "Host: x\r\nA: " + CANARY + "\0\r\n\r\n");
    bad.put("header name with a blank", line + "Host: x\r\n" + CANARY + " : x\r\n\r\n");
    bad.put("large header", line + "Host: x\r\nA: " + CANARY.repeat(2_000) + "\r\n\r\n");
    bad.put("length", request("POST /memes", token, "Content-Length: " + CANARY + "\r\n", ""));
    bad.put("encoding", request("POST /memes", token, "Transfer-Encoding: " + CANARY + "\r\n", ""));
    bad.put(
        "content encoding",
        request("POST /memes", token, "Content-Encoding: " + CANARY + "\r\n", MEME));
    bad.put(
        "chunk",
        request("POST /memes", token, "Transfer-Encoding: chunked\r\n", "") + CANARY + "\r\n");
  }

  private static String request(String line, String token, String headers, String body) {
    return line
        + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + headers
        + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
        + "\r\n"
        + body;
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
