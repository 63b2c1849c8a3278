package dev.lastword.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The path of a route, with {@code {name}} for a segment that varies. A path is cut at its slashes
 * before it is decoded: an id may contain a slash, written {@code %2F}. Immutable.
 */
final class PathPattern {

  private final List<String> segments;

  PathPattern(String pattern) {
    this.segments = List.of(pattern.split("/", -1));
  }

  /** What the varying segments are, by name; empty if this is another path. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> parts = new HashMap<>();
    for (int index = 0; index < path.size(); index++) {
      String expected = segments.get(index);
      String actual = path.get(index);
      if (!expected.startsWith("{")) {
        if (!expected.equals(actual)) {
          return Optional.empty();
        }
      } else if (actual.isEmpty()) {
        return Optional.empty();
      } else {
        parts.put(expected.substring(1, expected.length() - 1), actual);
      }
    }
    return Optional.of(parts);
  }

  /**
   * Cuts and decodes the path of a request.
   *
   * @throws BadRequest if it is not percent-encoded UTF-8
   */
  static List<String> segments(String rawPath) {
    List<String> segments = new ArrayList<>();
    for (String segment : withoutOrigin(rawPath).split("/", -1)) {
      segments.add(segment.chars().allMatch(PathPattern::isPlain) ? segment : decoded(segment));
    }
    return segments;
  }

  /** A client may write the whole URI, as it does to a proxy (RFC 9112, 3.2.2). */
  private static String withoutOrigin(String path) {
    int authority = path.startsWith("/") ? -1 : path.indexOf("://");
    int slash = authority < 0 ? 0 : path.indexOf('/', authority + 3);
    return slash < 0 ? "/" : path.substring(slash);
  }

  private static boolean isPlain(int character) {
    return character != '%' && character < 0x7f;
  }

  private static String decoded(String segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int index = 0; index < segment.length(); index++) {
      char character = segment.charAt(index);
      if (character == '%') {
        bytes.write(16 * digit(segment, index + 1) + digit(segment, index + 2));
        index += 2;
      } else if (isPlain(character)) {
        bytes.write(character);
      } else {
        throw malformed();
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static int digit(String text, int index) {
    int digit = index < text.length() ? Character.digit(text.charAt(index), 16) : -1;
    if (digit < 0) {
      throw malformed();
    }
    return digit;
  }

  private static BadRequest malformed() {
    return BadRequest.field("path", "is not percent-encoded UTF-8");
  }
}
