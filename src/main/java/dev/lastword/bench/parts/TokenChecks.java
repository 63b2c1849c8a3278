package dev.lastword.bench.parts;

import dev.lastword.faults.servers.Local;
import dev.lastword.identity.Claims;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.Parties;
import dev.lastword.identity.TokenIssuer;
import dev.lastword.identity.TokenVerifier;
import dev.lastword.identity.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Whose a token is: RS256, with a key of our own. */
@State(Scope.Thread)
public class TokenChecks {

  private static final Duration TTL = Duration.ofDays(1);

  private final OwnKey key = key();
  private final String token =
      new TokenIssuer(key, Parties.ANY, InstantSource.system(), new SecureRandom())
          .issue("user", false, null, TTL);
  private final TokenVerifier verifier = verifier();

  private static OwnKey key() {
    Path folder = Local.temporaryFolder("lastword-bench");
    try {
      return OwnKey.open(folder, new SecureRandom());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Local.delete(folder);
    }
  }

  private TokenVerifier verifier() {
    return new TokenVerifier(key, Parties.ANY, InstantSource.system());
  }

  private static Claims good(Verification verification) {
    if (verification instanceof Verification.Good(Claims claims)) {
      return claims;
    }
    throw new IllegalStateException("a good token was refused");
  }

  /** By a verifier that has seen it before. */
  @Benchmark
  public Claims cached() {
    return good(verifier.verify(token));
  }

  /** By one that has not. */
  @Benchmark
  public Claims verified() {
    return good(verifier().verify(token));
  }
}
