package dev.lastword.identity;

import static dev.lastword.identity.TestKeys.encode;
import static dev.lastword.identity.TestKeys.sign;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.Signature;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.HmacKey;

/** Every way that we know for a token to be bad, and good ones that they differ from. */
public final class BadTokens {
  public static final String ISSUER = "https://issuer.example";
  public static final String AUDIENCE = "lastword";
  private static final String RS256 = "{\"alg\":\"RS256\",\"kid\":\"r\"}";

  private final InstantSource clock;
  private final Map<String, String> bad = new LinkedHashMap<>();
  private final PublicJsonWebKey rsa = TestKeys.rsa("r");
  private final PublicJsonWebKey p256 = TestKeys.p256("e");
  private final PublicJsonWebKey ed25519 = TestKeys.ed25519("o");
  private final PublicJsonWebKey stranger = TestKeys.rsa("r");
  private final String good;

  /** Tokens as of now. */
  public BadTokens(InstantSource clock) throws Exception {
    this.clock = clock;
    good = signed(claims());
    addForgedAlgorithms();
    addForgedKeys();
    addForgedSignatures();
    addWrongHeaders();
    addWrongTimes();
    addWrongParties();
    addWrongSubjects();
    addWrongClaims();
    addWrongShapes();
  }

  /** By what is wrong with them. */
  public Map<String, String> all() {
    return bad;
  }

  /** Signed with RS256, for ann, good for ten minutes. */
  public String good() {
    return good;
  }

  /** The public keys that a verifier knows. */
  public String keys() {
    return TestKeys.jwks(rsa, p256, ed25519);
  }

  /** One token for each kind of key; the last is signed with {@link TestKeys#SECRET}. */
  List<String> goodOnes() throws Exception {
    return List.of(
        good,
        sign(p256.getPrivateKey(), es256(), claims()),
        sign(ed25519.getPrivateKey(), edDsa(), claims()),
        sign(secret(), "{\"alg\":\"HS256\"}", claims()));
  }

  private void addForgedAlgorithms() throws Exception {
    for (String none : List.of("none", "None", "NONE", "nOnE", "", "none ", "null")) {
      String header = "{\"alg\":\"%s\",\"kid\":\"r\"}".formatted(none);
      String unsigned = encode(header) + "." + encode(claims());
      bad.put("alg '" + none + "', no signature", unsigned + ".");
      bad.put("alg '" + none + "', two parts", unsigned);
      bad.put("alg '" + none + "', another's signature", unsigned + "." + lastPart(good));
    }
    byte[] pem = rsa.getPublicKey().getEncoded();
    String confused = "{\"alg\":\"HS256\",\"kid\":\"r\"}";
    bad.put("HS256 by the RSA public key", hmac(confused, pem));
    bad.put("HS256 by the RSA public key, no kid", hmac("{\"alg\":\"HS256\"}", pem));
    bad.put("HS256 by the RSA public key as PEM", hmac(confused, pem(pem)));
    bad.put(
        "HS256 by the RSA public key as JWK",
        hmac(confused, TestKeys.jwks(rsa).getBytes(StandardCharsets.UTF_8)));
    bad.put(
        "HS256 by the EC public key",
        hmac("{\"alg\":\"HS256\",\"kid\":\"e\"}", p256.getPublicKey().getEncoded()));
    bad.put("HS256 by an empty secret", hmac("{\"alg\":\"HS256\"}", new byte[1]));
    for (String other : List.of("RS384", "RS512", "PS256")) {
      bad.put(
          other + " by the RS256 key",
          sign(rsa.getPrivateKey(), RS256.replace("RS256", other), claims()));
    }
    for (String other : List.of("HS384", "HS512")) {
      Key longer = new HmacKey(TestKeys.SECRET.repeat(2).getBytes(StandardCharsets.UTF_8));
      bad.put(other, sign(longer, "{\"alg\":\"" + other + "\"}", claims()));
    }
    bad.put("alg in lower case", withHeader("{\"alg\":\"rs256\",\"kid\":\"r\"}"));
    bad.put(
        "RS256 header on the EC key",
        sign(rsa.getPrivateKey(), "{\"alg\":\"RS256\",\"kid\":\"e\"}", claims()));
    bad.put(
        "ES256 header on the Ed25519 key",
        sign(p256.getPrivateKey(), "{\"alg\":\"ES256\",\"kid\":\"o\"}", claims()));
  }

  private void addForgedKeys() throws Exception {
    bad.put("another key with the same kid", sign(stranger.getPrivateKey(), RS256, claims()));
    bad.put(
        "unknown kid", sign(rsa.getPrivateKey(), "{\"alg\":\"RS256\",\"kid\":\"x\"}", claims()));
    bad.put("empty kid", sign(rsa.getPrivateKey(), "{\"alg\":\"RS256\",\"kid\":\"\"}", claims()));
    bad.put(
        "kid that is a path",
        sign(rsa.getPrivateKey(), "{\"alg\":\"RS256\",\"kid\":\"../../dev/null\"}", claims()));
    bad.put("no kid, several keys", sign(rsa.getPrivateKey(), "{\"alg\":\"RS256\"}", claims()));
    String embedded = TestKeys.jwks(stranger).replace("{\"keys\":[", "").replace("]}", "");
    bad.put(
        "embedded jwk",
        sign(
            stranger.getPrivateKey(),
            "{\"alg\":\"RS256\",\"kid\":\"r\",\"jwk\":" + embedded + "}",
            claims()));
    bad.put(
        "embedded jwk, no kid",
        sign(stranger.getPrivateKey(), "{\"alg\":\"RS256\",\"jwk\":" + embedded + "}", claims()));
    for (String address : List.of("jku", "x5u")) {
      bad.put(
          address,
          sign(
              stranger.getPrivateKey(),
              "{\"alg\":\"RS256\",\"kid\":\"r\",\"" + address + "\":\"https://evil.example/keys\"}",
              claims()));
    }
    bad.put(
        "x5c",
        sign(
            stranger.getPrivateKey(),
            "{\"alg\":\"RS256\",\"kid\":\"r\",\"x5c\":[\"MIIB\"]}",
            claims()));
  }

  private void addForgedSignatures() throws Exception {
    String signed = good.substring(0, good.lastIndexOf('.') + 1);
    bad.put("no signature", signed);
    bad.put("signature of zeros", signed + encode(new byte[256]));
    bad.put("short signature", signed + encode(new byte[16]));
    bad.put("one byte of signature", signed + encode(new byte[1]));
    bad.put(
        "signature of another token", signed + lastPart(signed(claims().replace("ann", "ben"))));
    for (int length : List.of(0, 1, 63, 64, 65, 72)) {
      String es = encode(es256()) + "." + encode(claims()) + ".";
      bad.put("ES256, " + length + " zeros", es + encode(new byte[length]));
      String ed = encode(edDsa()) + "." + encode(claims()) + ".";
      bad.put("EdDSA, " + length + " zeros", ed + encode(new byte[length]));
    }
    String input = encode(es256()) + "." + encode(claims());
    Signature der = Signature.getInstance("SHA256withECDSA");
    der.initSign(p256.getPrivateKey());
    der.update(input.getBytes(StandardCharsets.US_ASCII));
    bad.put("ES256 signature in DER", input + "." + encode(der.sign()));
    bad.put("payload changed", swapPayload(good, claims().replace("ann", "root")));
    bad.put(
        "header changed",
        encode("{\"kid\":\"r\",\"alg\":\"RS256\"}") + good.substring(good.indexOf('.')));
  }

  private void addWrongHeaders() throws Exception {
    bad.put(
        "unknown crit", withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"x\"],\"x\":1}"));
    bad.put(
        "crit b64",
        withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"b64\"],\"b64\":true}"));
    bad.put("empty crit", withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[]}"));
    bad.put("b64 without crit", withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"b64\":false}"));
    bad.put(
        "type of a logout token",
        withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"logout+jwt\"}"));
    bad.put("type not a string", withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":[\"JWT\"]}"));
    bad.put("no alg", withHeader("{\"kid\":\"r\"}"));
    bad.put("alg null", withHeader("{\"alg\":null,\"kid\":\"r\"}"));
    bad.put("alg an array", withHeader("{\"alg\":[\"RS256\"],\"kid\":\"r\"}"));
    bad.put("kid a number", withHeader("{\"alg\":\"RS256\",\"kid\":1}"));
    bad.put("two algs", withHeader("{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"r\"}"));
    bad.put("two kids", withHeader("{\"alg\":\"RS256\",\"kid\":\"r\",\"kid\":\"e\"}"));
    bad.put("header an array", withHeader("[\"RS256\"]"));
    bad.put("header a string", withHeader("\"RS256\""));
    bad.put("header null", withHeader("null"));
    bad.put("header cut off", withHeader("{\"alg\":\"RS256\""));
    bad.put("header with something behind", withHeader(RS256 + "{}"));
    bad.put(
        "header nested deep",
        withHeader("{\"alg\":\"RS256\",\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}"));
  }

  private void addWrongTimes() throws Exception {
    long now = clock.instant().getEpochSecond();
    bad.put("expired a day ago", signed(expiring("" + (now - 86_400))));
    bad.put("expired in this second", signed(expiring("" + now)));
    bad.put("expires at this very millisecond", signed(expiring(now + ".123")));
    bad.put("no exp", signed(claims().replace("\"exp\"", "\"expires\"")));
    for (String exp :
        List.of(
            "null",
            "true",
            "\"" + (now + 60) + "\"",
            "-1",
            "1e999",
            "99999999999999999999",
            "253402300800",
            "{}",
            "[]",
            "0")) {
      bad.put("exp " + exp, signed(expiring(exp)));
    }
    bad.put("nbf 31 s ahead", signed(with("\"nbf\":" + (now + 31))));
    bad.put("nbf text", signed(with("\"nbf\":\"" + now + "\"")));
    bad.put("nbf null", signed(with("\"nbf\":null")));
    bad.put("iat 31 s ahead", signed(with("\"iat\":" + (now + 31))));
    bad.put("iat text", signed(with("\"iat\":\"now\"")));
    bad.put("iat in milliseconds", signed(with("\"iat\":" + now * 1_000)));
  }

  private void addWrongParties() throws Exception {
    bad.put("another issuer", signed(claims().replace(ISSUER, "https://evil.example")));
    bad.put("issuer with a slash behind", signed(claims().replace(ISSUER, ISSUER + "/")));
    bad.put("no issuer", signed(claims().replace("\"iss\"", "\"issuer\"")));
    bad.put(
        "several issuers", signed(claims().replace("\"" + ISSUER + "\"", "[\"" + ISSUER + "\"]")));
    String audience = "\"aud\":\"" + AUDIENCE + "\"";
    bad.put("another audience", signed(claims().replace(audience, "\"aud\":\"another\"")));
    bad.put("no audience", signed(claims().replace("\"aud\"", "\"audience\"")));
    bad.put("other audiences", signed(claims().replace(audience, "\"aud\":[\"a\",\"b\"]")));
    bad.put("empty audience", signed(claims().replace(audience, "\"aud\":[]")));
    bad.put("audience null", signed(claims().replace(audience, "\"aud\":null")));
    bad.put(
        "audience with a number",
        signed(claims().replace(audience, "\"aud\":[\"" + AUDIENCE + "\",1]")));
  }

  private void addWrongSubjects() throws Exception {
    bad.put("no subject", signed(claims().replace("\"sub\"", "\"subject\"")));
    for (String subject :
        List.of(
            "\"\"",
            "\" \"",
            "\"\\u2003\"",
            "null",
            "1",
            "true",
            "[\"ann\"]",
            "{}",
            "\"a\\u0000b\"",
            "\"a\\nb\"",
            "\"a\\u007fb\"",
            "\"a\\u0085b\"",
            "\"a\\ud800b\"",
            "\"" + "x".repeat(256) + "\"")) {
      bad.put("subject " + subject, signed(claims().replace("\"ann\"", subject)));
    }
    bad.put("username blank", signed(claims().replace("\"sub\":\"ann\"", "\"username\":\"\"")));
    bad.put("username a number", signed(claims().replace("\"sub\":\"ann\"", "\"username\":7")));
    bad.put(
        "bad subject beside a good username",
        signed(claims().replace("\"ann\"", "\"\",\"username\":\"ann\"")));
    bad.put("two subjects", signed(with("\"sub\":\"ben\"")));
  }

  private void addWrongClaims() throws Exception {
    for (String permissions :
        List.of("null", "\"ai\"", "{}", "true", "1", "[1]", "[\"ai\",null]", "[[\"ai\"]]")) {
      bad.put("permissions " + permissions, signed(with("\"permissions\":" + permissions)));
    }
    bad.put(
        "two permissions claims", signed(with("\"permissions\":[],\"permissions\":[\"admin\"]")));
    bad.put("duplicate member deep inside", signed(with("\"a\":{\"b\":1,\"b\":2}")));
  }

  private void addWrongShapes() throws Exception {
    bad.put("empty", "");
    bad.put("a dot", ".");
    bad.put("two dots", "..");
    bad.put("many dots", ".".repeat(8_000));
    bad.put("garbage", "garbage");
    bad.put("garbage in three parts", "a.b.c");
    bad.put("control characters", "\u0000.\n.\r");
    bad.put("half a surrogate pair", good + "\ud800");
    bad.put("a five-part token", good + ".a.b");
    bad.put("four parts", good + ".");
    for (String more : List.of("=", "==", "A", "AAAA", " ", "\n", "\u0000", "é", "!")) {
      bad.put("trailing " + encode(more), good + more);
    }
    bad.put("leading blank", " " + good);
    bad.put("with its scheme", "Bearer " + good);
    bad.put("quoted", "\"" + good + "\"");
    for (int cut : List.of(1, 2, 5, 100, 342, 343, 400)) {
      bad.put("truncated by " + cut, good.substring(0, good.length() - cut));
    }
    bad.put(
        "spare bits set",
        good.substring(0, good.length() - 1) + (char) (good.charAt(good.length() - 1) + 1));
    bad.put("line break inside", new StringBuilder(good).insert(30, '\n').toString());
    bad.put("padded header", encode(RS256 + " ").concat("=") + good.substring(good.indexOf('.')));
    bad.put("longer than 8 KiB, and genuine", signed(with("\"a\":\"" + "x".repeat(8_192) + "\"")));
    bad.put("a megabyte", "x".repeat(1 << 20));
    bad.put("payload not JSON", signed("hello"));
    bad.put("payload an array", signed("[" + claims() + "]"));
    bad.put("payload empty", signed(""));
    bad.put("payload with something behind", signed(claims() + "x"));
    byte[] notUtf8 = claims().replace("ann", "?").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < notUtf8.length; i++) {
      notUtf8[i] = notUtf8[i] == '?' ? (byte) 0xff : notUtf8[i];
    }
    bad.put("payload not UTF-8", sign(rsa.getPrivateKey(), RS256, notUtf8));
  }

  private String claims() {
    return "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"ann\",\"exp\":%d}"
        .formatted(ISSUER, AUDIENCE, clock.instant().getEpochSecond() + 600);
  }

  private String with(String claim) {
    return claims().replace("}", "," + claim + "}");
  }

  private String expiring(String exp) {
    return claims().replaceAll("\"exp\":\\d+", "\"exp\":" + exp);
  }

  private String signed(String payload) throws Exception {
    return sign(rsa.getPrivateKey(), RS256, payload);
  }

  /** Signed as written, though it may be no JSON at all. */
  private String withHeader(String header) throws Exception {
    String input = encode(header) + "." + encode(claims());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(rsa.getPrivateKey());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + encode(signature.sign());
  }

  private String hmac(String header, byte[] secret) throws Exception {
    String input = encode(header) + "." + encode(claims());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return input + "." + encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] pem(byte[] der) {
    String body = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String swapPayload(String token, String payload) {
    return token.substring(0, token.indexOf('.') + 1)
        + encode(payload)
        + token.substring(token.lastIndexOf('.'));
  }

  private static String lastPart(String token) {
    return token.substring(token.lastIndexOf('.') + 1);
  }

  private static Key secret() {
    return new HmacKey(TestKeys.SECRET.getBytes(StandardCharsets.UTF_8));
  }

  private static String es256() {
    return "{\"alg\":\"ES256\",\"kid\":\"e\"}";
  }

  private static String edDsa() {
    return "{\"alg\":\"EdDSA\",\"kid\":\"o\"}";
  }
}
