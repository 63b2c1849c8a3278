package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators and their machines see, and how connections are made. */
final class OperationsTest {

  private static final String ALLOWED = "https://shop.example";

  @TempDir private Path folder;

  @Test
  void healthAsksEachPart() {
    try (RunningService server = RunningService.start(folder)) {
      Answer health = server.send("GET", "/health", "", "");
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.member("status")).isEqualTo("healthy");
      assertThat(health.member("database")).isEqualTo("healthy");
      assertThat(health.member("redis")).isEqualTo("not used");
      assertThat(health.member("queue")).isEqualTo("not used");
      assertThat(health.member("timestamp")).hasSize("2025-07-31T22:04:49Z".length());
      assertThat(Duration.between(Instant.parse(health.member("timestamp")), Instant.now()))
          .isLessThan(Duration.ofSeconds(60));
      assertThat(health.header("Cache-Control")).isEqualTo("no-store");
      for (String path : List.of("/health/live", "/health/ready")) {
        Answer part = server.send("GET", path, "", "");
        assertThat(part.status()).isEqualTo(200);
        assertThat(part.body()).isEqualTo("{\"status\":\"healthy\"}");
        assertThat(part.header("Cache-Control")).isEqualTo("no-store");
      }
    }
  }

  @Test
  void metricsHaveEveryNameAndNoUser() {
    try (RunningService server = RunningService.start(folder)) {
      String ann = server.user("ann-the-user", 10, 100, "ai");
      server.meme(ann);
      server.words(ann, "{\"max_words\":3}");
      server.send("GET", "/users/ann-the-user", server.operator(), "");
      server.send("GET", "/nothing/ann-the-user", ann, "");
      server.send("PATCH", "/users/ann-the-user", ann, "");
      server.send("BREW", "/ann-the-user", ann, "");
      String charge = server.meme(ann).header("Lastword-Charge");
      server.send("GET", "/v1/charges/" + charge, ann, "");

      Answer metrics = server.send("GET", "/metrics", "", "");

      assertThat(metrics.status()).isEqualTo(200);
      assertThat(metrics.header("Content-Type"))
          .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(metrics.body())
          .contains(
              "lastword_requests_seconds_count{",
              "lastword_requests_seconds_bucket{",
              "lastword_charges_total{outcome=\"completed\",product=\"ai_meme\"} 2.0",
              "lastword_charges_total{outcome=\"completed\",product=\"words\"} 1.0",
              "lastword_words_total 3.0",
              "lastword_word_lateness_seconds_count 3",
              "lastword_chunk_words_count",
              "lastword_commit_changes_count",
              "lastword_commit_duration_seconds_count",
              "lastword_audit_differences 0.0",
              "lastword_streams_live 0.0",
              "lastword_ledger_queue 0.0",
              "lastword_ledger_accounts 1.0",
              "method=\"POST\",route=\"/memes\",status=\"200\"} 2",
              "route=\"/users/{id}\"",
              "method=\"other\",route=\"/users/{id}\",status=\"405\"} 1",
              "method=\"any\",route=\"none\",status=\"404\"} 2")
          .doesNotContain("ann-the-user", charge, "BREW");
    }
  }

  @Test
  void aRequestThatWasRefusedIsCountedAsWhatItWasAnswered() throws IOException {
    try (RunningService server = RunningService.start(folder);
        Wire wire = new Wire(server.port())) {
      String ann = server.user("ann", 10, 10);
      String chunk = "1000\r\n" + "x".repeat(4_096) + "\r\n";
      wire.send(
          "POST /memes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + ann
              + "\r\nTransfer-Encoding: chunked\r\n\r\n"
              + chunk.repeat(17));
      assertThat(wire.read().status()).isEqualTo(413);
      assertThat(wire.closed()).isTrue();
      assertThat(server.send("GET", "/metrics", "", "").body())
          .contains("method=\"POST\",route=\"/memes\",status=\"413\"} 1");
    }
  }

  @Test
  void theKeysThatVerifyTokensArePublished() {
    try (RunningService server = RunningService.start(folder)) {
      Answer keys = server.send("GET", "/.well-known/jwks.json", "", "");
      assertThat(keys.status()).isEqualTo(200);
      assertThat(keys.header("Content-Type")).isEqualTo("application/jwk-set+json");
      String head = server.token("ann").split("\\.", -1)[0];
      String kid =
          new String(Base64.getUrlDecoder().decode(head), StandardCharsets.UTF_8)
              .replaceAll(".*\"kid\":\"([^\"]*)\".*", "$1");
      assertThat(keys.member("kid")).isEqualTo(kid);
      assertThat(keys.body()).doesNotContain("\"d\":");
    }
  }

  @Test
  void aBrowserOfAnAllowedOriginIsToldThatItMay() {
    try (RunningService server = RunningService.start(folder, this::withOrigins)) {
      String ann = server.user("ann", 10, 0);
      for (String method : List.of("POST", "PUT", "DELETE", "GET")) {
        Answer preflight =
            server.send(
                "OPTIONS",
                "/memes",
                "",
                "",
                "Origin",
                ALLOWED,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                "authorization, content-type, idempotency-key");
        assertThat(preflight.status()).isBetween(200, 204);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
        assertThat(preflight.headers().allValues("Access-Control-Allow-Methods").toString())
            .contains(method);
        assertThat(preflight.headers().allValues("Access-Control-Allow-Headers").toString())
            .containsIgnoringCase("Idempotency-Key")
            .containsIgnoringCase("Authorization");
        assertThat(preflight.header("Access-Control-Max-Age")).isEqualTo("3600");
      }
      Answer meme = server.send("POST", "/memes", ann, "{\"query\":\"x\"}", "Origin", ALLOWED);
      assertThat(meme.status()).isEqualTo(200);
      assertThat(meme.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
      assertThat(meme.headers().allValues("Access-Control-Expose-Headers").toString())
          .contains("Lastword-Charge", "Lastword-Balance");
      Answer refused = server.send("POST", "/memes", "", "{}", "Origin", ALLOWED);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    }
  }

  @Test
  void aBrowserOfAnotherOriginIsNot() {
    try (RunningService server = RunningService.start(folder, this::withOrigins)) {
      String ann = server.user("ann", 10, 0);
      for (String origin :
          List.of(
              "https://evil.example", "http://shop.example", ALLOWED + ".evil.example", "null")) {
        Answer preflight =
            server.send(
                "OPTIONS",
                "/memes",
                "",
                "",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST");
        assertThat(preflight.header("Access-Control-Allow-Origin")).as(origin).isEmpty();
        assertThat(preflight.status()).as(origin).isGreaterThanOrEqualTo(400).isLessThan(500);
        Answer meme = server.send("POST", "/memes", ann, "{\"query\":\"x\"}", "Origin", origin);
        assertThat(meme.header("Access-Control-Allow-Origin")).as(origin).isEmpty();
      }
    }
    try (RunningService server = RunningService.start(folder)) {
      Answer meme = server.send("GET", "/health", "", "", "Origin", ALLOWED);
      assertThat(meme.status()).isEqualTo(200);
      assertThat(meme.header("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void everythingIsServedOverTlsInBothVersionsOfHttp() throws Exception {
    SSLContext trust = certificate();
    try (RunningService server = RunningService.start(folder.resolve("data"), this::withTls)) {
      String ann = ann(server, trust);
      for (Version version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
        try (HttpClient client =
            HttpClient.newBuilder().version(version).sslContext(trust).build()) {
          HttpResponse<String> meme =
              client.send(
                  request(server, "/memes", ann)
                      .POST(BodyPublishers.ofString("{\"query\":\"food\"}"))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(meme.version()).isEqualTo(version);
          assertThat(meme.statusCode()).as(meme.body()).isEqualTo(200);
          assertThat(meme.body()).contains("food");

          HttpResponse<InputStream> stream =
              client.send(
                  request(server, "/generate-data", ann)
                      .header("Accept", "text/event-stream")
                      .POST(BodyPublishers.ofString("{\"max_words\":5,\"seed\":7}"))
                      .build(),
                  BodyHandlers.ofInputStream());
          assertThat(stream.version()).isEqualTo(version);
          String events = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
          assertThat(events)
              .contains("id: 5\n")
              .contains("\"words\":5,\"charged\":5")
              .contains("\"outcome\":\"completed\"");

          HttpResponse<String> bad =
              client.send(
                  request(server, "/memes", ann)
                      .POST(BodyPublishers.ofString("{\"lat\":1}"))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(bad.statusCode()).isEqualTo(400);
          assertThat(bad.body()).contains("\"field\":\"query\"").contains("\"field\":\"lng\"");

          HttpResponse<String> head =
              client.send(request(server, "/metrics", ann).HEAD().build(), BodyHandlers.ofString());
          assertThat(head.statusCode()).isEqualTo(200);
          assertThat(head.body()).isEmpty();

          HttpResponse<String> large =
              client.send(
                  request(server, "/memes", ann)
                      .POST(BodyPublishers.ofString("{\"query\":\"" + "x".repeat(65_536) + "\"}"))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(large.statusCode()).as(version + large.body()).isEqualTo(413);
          assertThat(large.body()).contains("\"code\":\"too_large\"");

          HttpResponse<String> users =
              client.send(
                  request(server, "/users/a%2Fb", server.operator()).GET().build(),
                  BodyHandlers.ofString());
          assertThat(users.statusCode()).isEqualTo(404);
          assertThat(users.body()).contains("no user with this id");
        }
      }
    }
  }

  private static String ann(RunningService server, SSLContext trust) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      HttpResponse<String> made =
          client.send(
              request(server, "/users", server.operator())
                  .POST(
                      BodyPublishers.ofString("{\"user_id\":\"ann\",\"tokens\":10,\"words\":100}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(made.statusCode()).isEqualTo(201);
    }
    return server.token("ann");
  }

  private static HttpRequest.Builder request(RunningService server, String path, String token) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(20));
  }

  private Configuration withOrigins(Configuration one) {
    return listening(one, new Edge.Listening(0, Optional.empty(), Set.of(ALLOWED)));
  }

  private Configuration withTls(Configuration one) {
    Edge.Certificate certificate =
        new Edge.Certificate(folder.resolve("chain.pem"), folder.resolve("key.pem"));
    return listening(one, new Edge.Listening(0, Optional.of(certificate), Set.of()));
  }

  private static Configuration listening(Configuration one, Edge.Listening listening) {
    return new Configuration(
        one.data(),
        listening,
        one.identity(),
        one.prices(),
        one.rateLimit(),
        one.newUserWords(),
        one.streams(),
        one.drain());
  }

  /** Makes a certificate for this machine, and trusts it alone. */
  private SSLContext certificate() throws Exception {
    Path store = folder.resolve("store.p12");
    String password = "changeit";
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(store)) {
      keys.load(input, password.toCharArray());
    }
    pem("chain.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("server", password.toCharArray()).getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private void pem(String file, String kind, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
