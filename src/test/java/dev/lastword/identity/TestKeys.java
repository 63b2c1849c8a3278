package dev.lastword.identity;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Real keys, and tokens written part by part, so that any part can be wrong. */
final class TestKeys {
  static final String SECRET = "0123456789abcdef0123456789abcdef";

  private TestKeys() {}

  static PublicJsonWebKey rsa(String id) throws JoseException {
    return rsa(id, 2048);
  }

  static PublicJsonWebKey rsa(String id, int bits) throws JoseException {
    return named(id, RsaJwkGenerator.generateJwk(bits, null, new SecureRandom()));
  }

  static PublicJsonWebKey p256(String id) throws JoseException {
    return named(id, EcJwkGenerator.generateJwk(EllipticCurves.P256));
  }

  static PublicJsonWebKey ed25519(String id) throws JoseException {
    return named(id, OkpJwkGenerator.generateJwk("Ed25519"));
  }

  static PublicJsonWebKey named(String id, PublicJsonWebKey key) {
    key.setKeyId(id);
    return key;
  }

  static String jwks(PublicJsonWebKey... keys) {
    return new JsonWebKeySet(List.of(keys)).toJson(OutputControlLevel.PUBLIC_ONLY);
  }

  static String sign(Key key, String header, String payload) throws JoseException {
    return sign(key, header, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** The header is signed as it is, whatever it says; the algorithm is the one it names. */
  static String sign(Key key, String header, byte[] payload) throws JoseException {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    signature.setDoKeyValidation(false);
    for (Map.Entry<String, Object> member : JsonUtil.parseJson(header).entrySet()) {
      signature.getHeaders().setObjectHeaderValue(member.getKey(), member.getValue());
    }
    signature.setPayloadBytes(payload);
    signature.setKey(key);
    return signature.getCompactSerialization();
  }

  static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
