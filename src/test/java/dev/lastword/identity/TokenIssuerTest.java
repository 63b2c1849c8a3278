package dev.lastword.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenIssuerTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = new TestClock();
  private final SecureRandom random = new SecureRandom();
  private final Parties parties = new Parties("https://issuer.example", "lastword");
  private List<SigningKey> keys;

  @BeforeEach
  void makeKeys(@TempDir Path folder) throws Exception {
    keys = List.of(OwnKey.open(folder, random), new SharedSecret(TestKeys.SECRET));
  }

  @Test
  void whatIsIssuedIsVerifiedToTheMillisecond() {
    Instant now = clock.instant();
    for (SigningKey key : keys) {
      assertThat(verify(key, issuer(key).issue("ann", false, null, HOUR)))
          .isEqualTo(new Claims("ann", null, false, now, now.plus(HOUR)));
      assertThat(verify(key, issuer(key).issue("💶 ann/\"\\ é", true, Set.of(), HOUR)))
          .isEqualTo(new Claims("💶 ann/\"\\ é", Set.of(), true, now, now.plus(HOUR)));
      Set<String> permissions = Set.of("admin", "generate_llm_meme");
      String token = issuer(key).issue("x".repeat(255), false, permissions, Duration.ofMillis(1));
      assertThat(verify(key, token).permissions()).isEqualTo(permissions);
    }
  }

  @Test
  void timesAreWrittenWithAFractionAndNoExponent() {
    String token = issuer(keys.getFirst()).issue("ann", false, null, HOUR);
    String payload =
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    assertThat(payload).contains("\"iat\":" + clock.seconds() + ".123,");
    assertThat(payload).contains("\"exp\":" + (clock.seconds() + 3_600) + ".123,");
  }

  @Test
  void noTwoTokensAreTheSame() {
    for (SigningKey key : keys) {
      assertThat(issuer(key).issue("ann", false, null, HOUR))
          .isNotEqualTo(issuer(key).issue("ann", false, null, HOUR));
    }
  }

  @Test
  void oneKeysTokensAreBadForTheOther() {
    for (SigningKey key : keys) {
      SigningKey other = keys.get(1 - keys.indexOf(key));
      TokenVerifier verifier = new TokenVerifier(other, parties, clock);
      assertThat(verifier.verify(issuer(key).issue("ann", false, null, HOUR)))
          .isInstanceOf(Verification.Bad.class);
    }
  }

  @Test
  void whatWouldNotBeVerifiedIsNotIssued() {
    TokenIssuer issuer = issuer(keys.getFirst());
    for (String subject : List.of("", "  ", "a\nb", "x".repeat(256), "a\ud800")) {
      assertThatThrownBy(() -> issuer.issue(subject, false, null, HOUR))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (Duration ttl :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofSeconds(-1),
            TokenIssuer.MAX_TTL.plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE))) {
      assertThatThrownBy(() -> issuer.issue("ann", false, null, ttl))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Set<String> many =
        IntStream.range(0, 1_000).mapToObj(i -> "permission" + i).collect(Collectors.toSet());
    assertThatThrownBy(() -> issuer.issue("ann", false, many, HOUR))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aShortSecretIsRefusedAndNoneIsEverShown() {
    assertThatThrownBy(() -> new SharedSecret("x".repeat(31)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes, not 31");
    SharedSecret secret = new SharedSecret("é".repeat(16));
    assertThat(secret).hasToString("***");
    assertThat(secret.key()).hasToString("HS256 key null");
    assertThat(secret.publicJwks()).isEqualTo("{\"keys\":[]}");
  }

  private TokenIssuer issuer(SigningKey key) {
    return new TokenIssuer(key, parties, clock, random);
  }

  private Claims verify(SigningKey key, String token) {
    return switch (new TokenVerifier(key, parties, clock).verify(token)) {
      case Verification.Good(Claims claims) -> claims;
      case Verification.Bad bad -> throw new AssertionError(bad);
      case Verification.Unavailable unavailable -> throw new AssertionError(unavailable);
    };
  }
}
