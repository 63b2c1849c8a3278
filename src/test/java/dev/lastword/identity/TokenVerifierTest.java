package dev.lastword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.identity.VerifiedTokens.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {
  private final TestClock clock = new TestClock();
  private final TokenVerifier verifier =
      new TokenVerifier(new SharedSecret(TestKeys.SECRET), Parties.ANY, clock);

  @Test
  void theSubjectIsSubElseUsername() throws Exception {
    assertThat(claims("\"sub\":\"ann\",\"username\":\"ben\"").subject()).isEqualTo("ann");
    assertThat(claims("\"username\":\"ben\"").subject()).isEqualTo("ben");
    String longest = "💶".repeat(255);
    assertThat(claims("\"sub\":\"" + longest + "\"").subject()).isEqualTo(longest);
  }

  @Test
  void noPermissionsClaimIsNotTheSameAsAnEmptyOne() throws Exception {
    assertThat(claims("\"sub\":\"a\"").permissions()).isNull();
    assertThat(claims("\"sub\":\"a\",\"permissions\":[]").permissions()).isEmpty();
    assertThat(claims("\"sub\":\"a\",\"permissions\":[\"x\",\"y\",\"x\"]").permissions())
        .isEqualTo(Set.of("x", "y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"true\"", "1", "[true]", "{}", "null", "false"})
  void onlyTrueMakesAnOperator(String value) throws Exception {
    assertThat(claims("\"sub\":\"a\",\"lastword_operator\":" + value).operator()).isFalse();
    assertThat(claims("\"sub\":\"a\",\"lastword_operator\":true").operator()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1772366400.123", "1772366400.1239", "1.772366400123e9"})
  void issuedAtHasMilliseconds(String iat) throws Exception {
    assertThat(claims("\"sub\":\"a\",\"iat\":" + iat).issuedAt())
        .isEqualTo(Instant.parse("2026-03-01T12:00:00.123Z"));
  }

  @Test
  void issuedAtMayBeWholeOrAbsent() throws Exception {
    assertThat(claims("\"sub\":\"a\",\"iat\":1772366399").issuedAt())
        .isEqualTo(Instant.parse("2026-03-01T11:59:59Z"));
    assertThat(claims("\"sub\":\"a\"").issuedAt()).isNull();
  }

  @Test
  void anIssuersClockMayBeHalfAMinuteAhead() throws Exception {
    String times = "\"nbf\":%d,\"iat\":%<d".formatted(clock.seconds() + 30);
    assertThat(claims("\"sub\":\"a\"," + times).subject()).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "at+jwt", "application/at+JWT"})
  void tokensForAccessAreOfTheseTypes(String type) throws Exception {
    String token =
        token("{\"alg\":\"HS256\",\"typ\":\"" + type + "\",\"kid\":\"any\"}", "\"sub\":\"a\"");
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Good.class);
  }

  @Test
  void aTokenJustBelowTheLimitIsRead() throws Exception {
    String token =
        token("{\"alg\":\"HS256\"}", "\"sub\":\"a\",\"b\":\"" + "x".repeat(6_000) + "\"");
    assertThat(token.length()).isBetween(8_000, TokenVerifier.MAX_TOKEN_BYTES);
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Good.class);
  }

  @Test
  void anExpiredTokenIsBadThoughItWasVerifiedAMomentAgo() throws Exception {
    String token = token("{\"alg\":\"HS256\"}", "\"sub\":\"a\"");
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Good.class);
    clock.move(Duration.ofSeconds(10).minusMillis(124));
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Good.class);
    clock.move(Duration.ofMillis(1));
    assertThat(verifier.verify(token)).isEqualTo(new Verification.Bad("it has expired"));
  }

  @Test
  void verdictsAreKeptUntilTheyRunOutAndNoFurtherThanTheBound() {
    VerifiedTokens tokens = new VerifiedTokens(16);
    Instant now = clock.instant();
    Claims claims = new Claims("ann", null, false, null, now.plusSeconds(9));
    Fingerprint first = Fingerprint.of("first");
    tokens.remember(first, claims, now, now.plusSeconds(5));
    assertThat(tokens.find(first, now.plusSeconds(5).minusNanos(1))).isEqualTo(claims);
    assertThat(tokens.find(first, now.minusNanos(1))).as("clock set back").isNull();
    tokens.remember(first, claims, now, now.plusSeconds(5));
    assertThat(tokens.find(first, now.plusSeconds(5))).isNull();
    assertThat(tokens.size()).isZero();
    for (int i = 0; i < 1_000; i++) {
      Fingerprint next = Fingerprint.of("token " + i);
      tokens.remember(next, claims, now, now.plusSeconds(5));
      assertThat(tokens.find(next, now)).isEqualTo(claims);
      assertThat(tokens.size()).isLessThanOrEqualTo(16);
    }
    Instant later = now.plusSeconds(6);
    for (int i = 0; i < 16; i++) {
      tokens.remember(Fingerprint.of("later " + i), claims, later, later.plusSeconds(5));
    }
    assertThat(tokens.find(Fingerprint.of("later 0"), later)).as("older ones went").isNotNull();
  }

  private Claims claims(String members) throws Exception {
    return switch (verifier.verify(token("{\"alg\":\"HS256\"}", members))) {
      case Verification.Good(Claims claims) -> claims;
      case Verification.Bad bad -> throw new AssertionError(bad);
      case Verification.Unavailable unavailable -> throw new AssertionError(unavailable);
    };
  }

  private String token(String header, String members) throws Exception {
    String payload = "{%s,\"exp\":%d}".formatted(members, clock.seconds() + 10);
    byte[] secret = TestKeys.SECRET.getBytes(StandardCharsets.UTF_8);
    return TestKeys.sign(new HmacKey(secret), header, payload);
  }
}
