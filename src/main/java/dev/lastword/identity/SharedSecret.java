package dev.lastword.identity;

import java.nio.charset.StandardCharsets;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.HmacKey;

/** A secret shared with whoever else issues or verifies tokens (HS256). Immutable. */
public final class SharedSecret implements SigningKey {
  /** As many as the hash has (RFC 7518, 3.2). */
  public static final int MIN_BYTES = 32;

  private final VerificationKey key;

  /**
   * @param secret at least {@link #MIN_BYTES} bytes in UTF-8
   * @throws IllegalArgumentException if it is shorter
   */
  public SharedSecret(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "the JWT secret must have at least %d bytes, not %d".formatted(MIN_BYTES, bytes.length));
    }
    this.key = new VerificationKey(null, AlgorithmIdentifiers.HMAC_SHA256, new HmacKey(bytes));
  }

  VerificationKey key() {
    return key;
  }

  @Override
  public String publicJwks() {
    return KeySet.EMPTY.toJson();
  }

  @Override
  public String toString() {
    return "***";
  }
}
