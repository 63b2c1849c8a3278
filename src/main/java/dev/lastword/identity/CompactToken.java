package dev.lastword.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A token in the compact form of RFC 7515, taken apart but not yet believed. There is one way to
 * write each token: base64url without padding, spare bits zero, no other character.
 *
 * @param text all of it
 * @param algorithm what the header claims
 * @param keyId the header's {@code kid}
 * @param encodedPayload not to be looked at before the signature is verified
 */
record CompactToken(String text, String algorithm, @Nullable String keyId, String encodedPayload) {
  static final int MAX_BYTES = 8 * 1024;

  /** Tokens made for another purpose, such as a logout, are not for us (RFC 8725, 3.12). */
  private static final Set<String> TYPES =
      Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

  static CompactToken parse(String text) throws BadTokenException {
    List<String> parts = List.of(text.split("\\.", -1));
    if (parts.size() != 3) {
      throw new BadTokenException("it does not have three parts");
    }
    Map<String, Object> header = json(parts.getFirst(), "header");
    if (header.containsKey("crit") || header.containsKey("b64")) {
      throw new BadTokenException("its header asks for an extension");
    }
    String type = text(header, "typ");
    if (type != null && !TYPES.contains(type.toLowerCase(Locale.ROOT))) {
      throw new BadTokenException("its type is not JWT");
    }
    String algorithm = text(header, "alg");
    if (algorithm == null) {
      throw new BadTokenException("it names no algorithm");
    }
    if (bytes(parts.getLast(), "signature").length == 0) {
      throw new BadTokenException("it has no signature");
    }
    return new CompactToken(text, algorithm, text(header, "kid"), parts.get(1));
  }

  Map<String, Object> payload() throws BadTokenException {
    return json(encodedPayload, "payload");
  }

  @Override
  public String toString() {
    return "***";
  }

  private static @Nullable String text(Map<String, Object> header, String name)
      throws BadTokenException {
    if (!header.containsKey(name)) {
      return null;
    }
    if (header.get(name) instanceof String text) {
      return text;
    }
    throw new BadTokenException("its " + name + " is not a string");
  }

  /** A JSON object; the parser refuses duplicate members. */
  private static Map<String, Object> json(String part, String name) throws BadTokenException {
    try {
      String json =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(part, name))).toString();
      return JsonUtil.parseJson(json);
    } catch (CharacterCodingException | JoseException _) {
      throw new BadTokenException("its " + name + " is not a JSON object");
    }
  }

  private static byte[] bytes(String part, String name) throws BadTokenException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // Not base64url: refused below.
    }
    throw new BadTokenException("its " + name + " is not base64url");
  }
}
