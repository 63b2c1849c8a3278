package dev.lastword.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs links that show what a charge paid for to whoever has them, for as long as the secret is
 * the same (HMAC-SHA256, RFC 2104). A signature names the account, unreadably, because receipts are
 * found by account. Immutable and safe for use by many threads.
 */
public final class Links {

  /** The file in the data folder, where no secret is set. */
  public static final String FILE_NAME = "link-key";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES = 32;
  private static final int PROOF_BYTES = 16;

  private final SecretKeySpec key;

  private Links(byte[] secret) {
    // One secret may also sign tokens, and no signature may stand for two things.
    this.key =
        new SecretKeySpec(mac(new SecretKeySpec(secret, ALGORITHM), "lastword links"), ALGORITHM);
  }

  /** Links that every node with this secret makes and takes; it is at least 32 bytes long. */
  public static Links ofSecret(String secret) {
    return new Links(secret.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Links with a key in the data folder, which is made where there is none.
   *
   * @throws IOException if it cannot be read or made, or is open to others than its owner
   */
  public static Links open(Path dataFolder, SecureRandom random) throws IOException {
    return ofSecret(
        PrivateFile.read(
            dataFolder.resolve(FILE_NAME),
            () -> {
              byte[] secret = new byte[SECRET_BYTES];
              random.nextBytes(secret);
              return Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n";
            }));
  }

  /** What belongs into a link to something of that account: 32 letters, digits, {@code -} or _. */
  public String signature(long account, String id) {
    byte[] signature =
        ByteBuffer.allocate(Long.BYTES + PROOF_BYTES)
            .putLong(account ^ mask(id))
            .put(proof(account, id))
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  /** The account whose link this is; empty if nobody here signed it. */
  public Optional<Long> account(String id, String signature) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(signature);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length != Long.BYTES + PROOF_BYTES) {
      return Optional.empty();
    }
    ByteBuffer parts = ByteBuffer.wrap(bytes);
    long account = parts.getLong() ^ mask(id);
    byte[] proof = new byte[PROOF_BYTES];
    parts.get(proof);
    return MessageDigest.isEqual(proof, proof(account, id))
        ? Optional.of(account)
        : Optional.empty();
  }

  private long mask(String id) {
    return ByteBuffer.wrap(mac(key, "mask\n" + id)).getLong();
  }

  private byte[] proof(long account, String id) {
    byte[] proof = new byte[PROOF_BYTES];
    ByteBuffer.wrap(mac(key, "proof\n" + account + "\n" + id)).get(proof);
    return proof;
  }

  private static byte[] mac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
