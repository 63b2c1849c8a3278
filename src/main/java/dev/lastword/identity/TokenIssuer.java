package dev.lastword.identity;

import dev.lastword.accounts.Ids;
import java.math.BigDecimal;
import java.security.Key;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jose4j.json.JsonUtil;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Makes tokens with a key of our own. Thread-safe. */
public final class TokenIssuer {
  /** The longest life of a token. */
  public static final Duration MAX_TTL = Duration.ofDays(3_650);

  private static final Duration MIN_TTL = Duration.ofMillis(1);
  private static final int TOKEN_ID_BYTES = 16;

  private final SigningKey key;
  private final Parties parties;
  private final InstantSource clock;
  private final SecureRandom random;

  public TokenIssuer(SigningKey key, Parties parties, InstantSource clock, SecureRandom random) {
    this.key = key;
    this.parties = parties;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A token from now on, its times to the millisecond.
   *
   * @param subject 1 to 255 characters, not blank, without control characters
   * @param operator whether it is a token of the service's operator
   * @param permissions to narrow what the account may do; null does not narrow it
   * @param ttl how long it is good, 1 ms to {@link #MAX_TTL}
   * @throws IllegalArgumentException if one of these is outside its range, or the token would be
   *     longer than {@link TokenVerifier#MAX_TOKEN_BYTES}
   */
  public String issue(
      String subject, boolean operator, @Nullable Set<String> permissions, Duration ttl) {
    if (!Ids.isValid(subject)) {
      throw new IllegalArgumentException(
          "a subject has 1 to 255 characters, is not blank and has no control characters");
    }
    if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException(
          "a token lives 1 ms to " + MAX_TTL.toDays() + " days, not " + ttl);
    }
    Map<String, Object> claims = new LinkedHashMap<>();
    putIfPresent(claims, "iss", parties.issuer());
    putIfPresent(claims, "aud", parties.audience());
    claims.put("sub", subject);
    Instant now = clock.instant();
    claims.put("iat", seconds(now));
    claims.put("exp", seconds(now.plus(ttl)));
    claims.put("jti", tokenId());
    if (operator) {
      claims.put(ClaimsReader.OPERATOR, true);
    }
    putIfPresent(claims, "permissions", permissions == null ? null : new TreeSet<>(permissions));
    String token = sign(JsonUtil.toJson(claims));
    if (token.length() > TokenVerifier.MAX_TOKEN_BYTES) {
      throw new IllegalArgumentException("too many permissions for one token");
    }
    return token;
  }

  private String sign(String payload) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setHeader("typ", "JWT");
    signature.setPayload(payload);
    VerificationKey verificationKey;
    Key signingKey;
    switch (key) {
      case OwnKey own -> {
        verificationKey = own.key();
        signingKey = own.privateKey();
      }
      case SharedSecret secret -> {
        verificationKey = secret.key();
        signingKey = secret.key().key();
      }
    }
    signature.setAlgorithmHeaderValue(verificationKey.algorithm());
    if (verificationKey.id() != null) {
      signature.setKeyIdHeaderValue(verificationKey.id());
    }
    signature.setKey(signingKey);
    try {
      return signature.getCompactSerialization();
    } catch (JoseException failed) {
      throw new IllegalStateException("our own key does not sign", failed);
    }
  }

  private String tokenId() {
    byte[] id = new byte[TOKEN_ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  /** A NumericDate with a fraction (RFC 7519, 2), and never an exponent. */
  private static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.toEpochMilli(), 3);
  }

  private static void putIfPresent(
      Map<String, Object> claims, String name, @Nullable Object value) {
    if (value != null) {
      claims.put(name, value);
    }
  }
}
