package dev.lastword.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.lang.JoseException;

/**
 * The service's own RSA key (RS256), a private JSON Web Key in the data folder. Its id is its
 * thumbprint (RFC 7638). Immutable.
 */
public final class OwnKey implements SigningKey {
  /** The file in the data folder. */
  public static final String FILE_NAME = "jwt-key.json";

  private static final int RSA_BITS = 2048;
  private final VerificationKey key;
  private final PrivateKey privateKey;

  private OwnKey(VerificationKey key, PrivateKey privateKey) {
    this.key = key;
    this.privateKey = privateKey;
  }

  /**
   * Reads the key, and makes it first where there is none. Processes that start at once on one
   * folder agree on one key.
   *
   * @param dataFolder is made if it does not exist; on a file system that knows POSIX permissions
   *     and hard links
   * @throws IOException if the file cannot be read or made, is no private RSA key of 2048 bits or
   *     more, or is open to others than its owner; the message says what to do
   */
  public static OwnKey open(Path dataFolder, SecureRandom random) throws IOException {
    Path file = dataFolder.resolve(FILE_NAME);
    String json = PrivateFile.read(file, () -> newKey(random));
    try {
      return read(json);
    } catch (JoseException | RuntimeException unreadable) {
      throw new IOException(
          "%s is not a private RSA key (JWK) of at least %d bits: put the right one there, or move it away to get a new one"
              .formatted(file, RSA_BITS),
          unreadable);
    }
  }

  VerificationKey key() {
    return key;
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  @Override
  public String publicJwks() {
    return new KeySet(List.of(key), List.of()).toJson();
  }

  @Override
  public String toString() {
    return key.toString();
  }

  private static OwnKey read(String json) throws JoseException {
    JsonWebKey jwk = JsonWebKey.Factory.newJwk(json);
    if (!(jwk instanceof RsaJsonWebKey rsa) || rsa.getPrivateKey() == null) {
      throw new JoseException("not a private RSA key");
    }
    RSAPublicKey publicKey = rsa.getRsaPublicKey();
    if (publicKey.getModulus().bitLength() < RSA_BITS) {
      throw new JoseException("too short");
    }
    String id = rsa.calculateBase64urlEncodedThumbprint("SHA-256");
    return new OwnKey(
        new VerificationKey(id, AlgorithmIdentifiers.RSA_USING_SHA256, publicKey),
        rsa.getPrivateKey());
  }

  private static String newKey(SecureRandom random) throws IOException {
    try {
      RsaJsonWebKey rsa = RsaJwkGenerator.generateJwk(RSA_BITS, null, random);
      rsa.setKeyId(rsa.calculateBase64urlEncodedThumbprint("SHA-256"));
      rsa.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
      rsa.setUse("sig");
      return rsa.toJson(OutputControlLevel.INCLUDE_PRIVATE) + "\n";
    } catch (JoseException failed) {
      throw new IOException("no RSA key could be made", failed);
    }
  }
}
