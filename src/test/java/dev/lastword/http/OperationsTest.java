package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  private Configuration withOrigins(Configuration one) {
    return RunningService.listening(one, new Edge.Listening(0, Optional.empty(), Set.of(ALLOWED)));
  }
}
