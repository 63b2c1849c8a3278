package dev.lastword.notices;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that sender and receiver share, as Standard Webhooks writes it. */
public final class Secret {

  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private Secret(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * Reads {@code whsec_} and 24 to 64 bytes in base 64.
   *
   * @throws IllegalArgumentException if it is none, without the text
   */
  public static Secret parse(String text) {
    byte[] key = new byte[0];
    try {
      key =
          Base64.getDecoder().decode(text.substring(text.startsWith(PREFIX) ? PREFIX.length() : 0));
    } catch (IllegalArgumentException e) {
      // Whose message holds a part of it.
    }
    if (!text.startsWith(PREFIX) || key.length < MIN_BYTES || key.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "must be %s and %d to %d random bytes in base 64"
              .formatted(PREFIX, MIN_BYTES, MAX_BYTES));
    }
    return new Secret(key);
  }

  /** The signature of a message that is sent at that second, with its version before it. */
  String sign(String id, long seconds, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] content = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return PREFIX + "***";
  }
}
