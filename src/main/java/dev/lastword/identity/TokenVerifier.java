package dev.lastword.identity;

import dev.lastword.identity.VerifiedTokens.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Says who a token belongs to, as strictly as RFC 8725 recommends: one algorithm a key, chosen by
 * the key and never by the token; keys or addresses of keys in a token are ignored; extensions,
 * other types, duplicate members, and every spelling but the canonical one are refused.
 *
 * <p>A verdict is kept until the token expires, for 60 s at most, and never for longer than its key
 * is known to be in use. Thread-safe; may block for as long as keys are fetched.
 */
public final class TokenVerifier {
  /** The longest token, in bytes. */
  public static final int MAX_TOKEN_BYTES = CompactToken.MAX_BYTES;

  private static final int MAX_CACHED_TOKENS = 100_000;
  private static final Duration CACHED_FOR = Duration.ofSeconds(60);

  private final KeySource keys;
  private final ClaimsReader claimsReader;
  private final InstantSource clock;
  private final VerifiedTokens verifiedTokens = new VerifiedTokens(MAX_CACHED_TOKENS);

  public TokenVerifier(KeySource keys, Parties parties, InstantSource clock) {
    this.keys = keys;
    this.claimsReader = new ClaimsReader(parties);
    this.clock = clock;
  }

  /** Verifies what follows {@code Bearer} in the header; anything at all may be passed. */
  public Verification verify(String token) {
    if (token.length() > MAX_TOKEN_BYTES) {
      return new Verification.Bad("it is longer than " + MAX_TOKEN_BYTES + " bytes");
    }
    Fingerprint fingerprint = Fingerprint.of(token);
    Claims known = verifiedTokens.find(fingerprint, clock.instant());
    if (known != null) {
      return new Verification.Good(known);
    }
    try {
      CompactToken compact = CompactToken.parse(token);
      return switch (choose(compact.keyId())) {
        case KeyChoice.Chosen(VerificationKey key, Instant until) -> {
          key.verify(compact);
          Instant now = clock.instant();
          Claims claims = claimsReader.read(compact.payload(), now);
          Instant cachedUntil = earliest(now.plus(CACHED_FOR), earliest(until, claims.expiresAt()));
          verifiedTokens.remember(fingerprint, claims, now, cachedUntil);
          yield new Verification.Good(claims);
        }
        case KeyChoice.None(String reason) -> new Verification.Bad(reason);
        case KeyChoice.Unavailable(String reason) -> new Verification.Unavailable(reason);
      };
    } catch (BadTokenException bad) {
      return new Verification.Bad(bad.reason());
    }
  }

  private KeyChoice choose(@Nullable String keyId) {
    return switch (keys) {
      case OwnKey own ->
          keyId == null || keyId.equals(own.key().id())
              ? new KeyChoice.Chosen(own.key(), Instant.MAX)
              : new KeyChoice.None("its key is not ours");
      // A secret has no id of ours: other issuers may give it any.
      case SharedSecret secret -> new KeyChoice.Chosen(secret.key(), Instant.MAX);
      case PublishedKeys published -> published.choose(keyId);
    };
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
