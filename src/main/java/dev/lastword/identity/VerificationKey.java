package dev.lastword.identity;

import java.security.Key;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A key and the one algorithm it is for (RFC 8725, 3.1).
 *
 * @param id the {@code kid}
 * @param key public, or a shared secret
 */
record VerificationKey(@Nullable String id, String algorithm, Key key) {

  void verify(CompactToken token) throws BadTokenException {
    if (!token.algorithm().equals(algorithm)) {
      throw new BadTokenException("its algorithm is not the key's, " + algorithm);
    }
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, algorithm));
    signature.setKey(key);
    try {
      signature.setCompactSerialization(token.text());
      if (!signature.verifySignature()) {
        throw new BadTokenException("its signature is wrong");
      }
    } catch (JoseException _) {
      // The message of the cause may hold parts of the token.
      throw new BadTokenException("its signature cannot be read");
    }
  }

  @Override
  public String toString() {
    return algorithm + " key " + id;
  }
}
