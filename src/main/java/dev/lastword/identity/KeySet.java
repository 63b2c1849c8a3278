package dev.lastword.identity;

import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one JSON Web Key Set (RFC 7517) that may verify: RS256, ES256 and EdDSA with Ed25519.
 * Any other is left out, with the reason; private parts and certificates are not even read.
 * Immutable.
 *
 * @param refusals one sentence a key that was left out
 */
record KeySet(List<VerificationKey> keys, List<String> refusals) {
  static final KeySet EMPTY = new KeySet(List.of(), List.of());

  private static final int MIN_RSA_BITS = 2048;
  private static final Set<String> PUBLIC_MEMBERS = Set.of("kty", "n", "e", "crv", "x", "y");

  /**
   * @throws JoseException if it is no key set
   */
  static KeySet parse(String json) throws JoseException {
    if (!(JsonUtil.parseJson(json).get("keys") instanceof List<?> entries)) {
      throw new JoseException("there is no array named keys");
    }
    List<VerificationKey> keys = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    for (int index = 0; index < entries.size(); index++) {
      try {
        keys.add(key(entries.get(index)));
      } catch (JoseException refused) {
        refusals.add("key %d: %s".formatted(index + 1, refused.getMessage()));
      }
    }
    removeAmbiguous(keys, refusals);
    return new KeySet(List.copyOf(keys), List.copyOf(refusals));
  }

  /** The key with this id; without an id, the only key there is. */
  @Nullable VerificationKey find(@Nullable String id) {
    if (id == null) {
      return keys.size() == 1 ? keys.getFirst() : null;
    }
    return keys.stream().filter(key -> id.equals(key.id())).findFirst().orElse(null);
  }

  String toJson() {
    List<PublicJsonWebKey> published = new ArrayList<>();
    for (VerificationKey key : keys) {
      if (!(key.key() instanceof PublicKey publicKey)) {
        throw new IllegalStateException("a key set holds public keys only");
      }
      try {
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(publicKey);
        jwk.setKeyId(key.id());
        jwk.setAlgorithm(key.algorithm());
        jwk.setUse("sig");
        published.add(jwk);
      } catch (JoseException unwritable) {
        throw new IllegalStateException("a key that was read can be written", unwritable);
      }
    }
    return new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY);
  }

  private static VerificationKey key(@Nullable Object entry) throws JoseException {
    if (!(entry instanceof Map<?, ?> members)) {
      throw new JoseException("it is not an object");
    }
    Map<String, Object> publicMembers = new HashMap<>();
    for (String name : PUBLIC_MEMBERS) {
      if (members.get(name) instanceof String value) {
        publicMembers.put(name, value);
      }
    }
    if (!"sig".equals(Objects.requireNonNullElse(members.get("use"), "sig"))) {
      throw new JoseException("it is not for signatures");
    }
    if (members.get("key_ops") instanceof List<?> operations && !operations.contains("verify")) {
      throw new JoseException("it is not for verifying");
    }
    PublicJsonWebKey jwk = readable(publicMembers);
    String algorithm = algorithm(jwk);
    if (!algorithm.equals(Objects.requireNonNullElse(members.get("alg"), algorithm))) {
      throw new JoseException("its algorithm is not one of RS256, ES256, EdDSA, or not its type's");
    }
    Object id = members.get("kid");
    if (id != null && !(id instanceof String)) {
      throw new JoseException("its kid is not a string");
    }
    return new VerificationKey((String) id, algorithm, jwk.getPublicKey());
  }

  private static PublicJsonWebKey readable(Map<String, Object> members) throws JoseException {
    try {
      return PublicJsonWebKey.Factory.newPublicJwk(members);
    } catch (JoseException | RuntimeException unreadable) {
      // Numbers that are no key surface as various unchecked exceptions.
      throw new JoseException("it is not a public key that can be read", unreadable);
    }
  }

  private static String algorithm(PublicJsonWebKey jwk) throws JoseException {
    if (jwk.getPublicKey() instanceof RSAPublicKey rsa) {
      if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
        throw new JoseException("RSA keys must have at least " + MIN_RSA_BITS + " bits");
      }
      return AlgorithmIdentifiers.RSA_USING_SHA256;
    }
    if (jwk instanceof EllipticCurveJsonWebKey curve && "P-256".equals(curve.getCurveName())) {
      return AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
    }
    if (jwk instanceof OctetKeyPairJsonWebKey pair
        && OctetKeyPairJsonWebKey.SUBTYPE_ED25519.equals(pair.getSubtype())) {
      return AlgorithmIdentifiers.EDDSA;
    }
    throw new JoseException("it is neither RSA nor P-256 nor Ed25519");
  }

  /** An id that two keys share would leave the choice to the token. */
  private static void removeAmbiguous(List<VerificationKey> keys, List<String> refusals) {
    Set<String> seen = new HashSet<>();
    Set<String> ambiguous = new TreeSet<>();
    for (VerificationKey key : keys) {
      if (key.id() != null && !seen.add(key.id())) {
        ambiguous.add(key.id());
      }
    }
    keys.removeIf(key -> key.id() != null && ambiguous.contains(key.id()));
    for (String id : ambiguous) {
      refusals.add("several keys have the kid " + id);
    }
  }
}
