package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server writes about its work, and what it never writes. */
@Timeout(60)
final class LogTest {

  @TempDir private Path data;

  @Test
  void theLogIsJsonLinesAndHoldsNoTokenNoPromptNoAddressAndNoSecret() throws Exception {
    String secret = "canary-secret-canary-secret-canary";
    String operator;
    try (ServerProcess server = ServerProcess.start(data, Map.of(), "")) {
      operator = ServerProcess.operator(data);
      String token = ServerProcess.issuer(data).issue("ann", false, null, Duration.ofHours(1));
      try (TestClient client = new TestClient(server.port())) {
        client.send(
            "POST",
            "/users",
            operator,
            "{\"user_id\":\"ann\",\"email\":\"canary@example.com\",\"tokens\":5}");
        client.send("POST", "/memes", token, "{\"query\":\"canary-prompt\"}");
        client.send("POST", "/memes", token, "{\"query\":\"canary-prompt\",\"lat\":7}");
        assertThat(client.send("POST", "/memes", token + "x", "{\"query\":\"x\"}").status())
            .isEqualTo(401);
      }
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
      assertThat(server.log())
          .contains("401, ")
          .contains("stopped: every receipt is written")
          .doesNotContain("canary")
          .doesNotContain(token.substring(0, 40))
          .doesNotContain(operator.substring(operator.length() - 40));
      assertThat(server.log().lines()).allMatch(line -> line.matches("\\{\"time\":.*}"));
    }
    try (ServerProcess server =
        ServerProcess.start(data.resolve("second"), Map.of("LASTWORD_JWT_SECRET", secret), "")) {
      assertThat(server.log()).contains("LASTWORD_JWT_SECRET=***").doesNotContain("canary");
    }
  }
}
