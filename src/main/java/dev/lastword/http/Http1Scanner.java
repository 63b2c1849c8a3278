package dev.lastword.http;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the bytes of an HTTP/1.1 connection and stops at the first that RFC 9112 does not allow
 * there, or that a proxy before us could read otherwise: then nobody can tell where a request ends
 * (request smuggling). Stricter than the RFC: no chunk extensions, trailers, empty lines before a
 * request, methods in lower case, and no HTTP/1.0. Used by one thread at a time.
 */
final class Http1Scanner {

  private static final int MAX_CHUNK_SIZE_DIGITS = 15;
  private static final int MAX_LENGTH_DIGITS = 19;
  private static final int MAX_HEAD_BYTES = Edge.MAX_LINE_BYTES + Edge.MAX_HEADER_BYTES;
  private static final int FIRST_LINE_BYTES = 256;
  private static final String VERSION = " HTTP/1.1";
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private enum Part {
    REQUEST_LINE,
    HEADERS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    LAST_LINE,
    NOTHING
  }

  private Part part = Part.REQUEST_LINE;
  private byte[] line = {};
  private int lineBytes;
  private int headBytes;
  private boolean afterCarriageReturn;
  private long length;
  private boolean lengthGiven;
  private boolean chunked;
  private long left;
  private boolean closes;
  private int stage;
  private @Nullable RequestException refusal;

  /**
   * Takes the next bytes.
   *
   * @return how many of them may be read on; if not all of them, there is a refusal, or the last
   *     request has been read
   */
  int scan(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && refusal == null && part != Part.NOTHING) {
      if (part == Part.BODY || part == Part.CHUNK) {
        int skipped = (int) Math.min(left, bytes.length - at);
        left -= skipped;
        at += skipped;
        if (left == 0) {
          enter(part == Part.BODY ? Part.REQUEST_LINE : Part.CHUNK_END);
        }
      } else if (isPlain(bytes[at]) && isHead() && !afterCarriageReturn) {
        at = appendToHead(bytes, at);
      } else {
        take(bytes[at]);
        at += refusal == null ? 1 : 0;
      }
    }
    return at;
  }

  /** Appends all up to the line's end, as far as there is room, and returns where that is. */
  private int appendToHead(byte[] bytes, int from) {
    int most = Math.min(bytes.length, from + MAX_HEAD_BYTES - headBytes);
    int to = from;
    while (to < most && isPlain(bytes[to])) {
      to++;
    }
    if (to == most && to < bytes.length && isPlain(bytes[to])) {
      refusal = refuse(Status.REQUEST_ENTITY_TOO_LARGE_413);
    }
    int count = to - from;
    headBytes += count;
    if (lineBytes + count > line.length) {
      int length = Math.max(FIRST_LINE_BYTES, Math.max(lineBytes + count, 2 * line.length));
      line = Arrays.copyOf(line, length);
    }
    System.arraycopy(bytes, from, line, lineBytes, count);
    lineBytes += count;
    return to;
  }

  private boolean isHead() {
    return part == Part.REQUEST_LINE || part == Part.HEADERS;
  }

  /** Whether an octet may stand in a line: neither a control, nor the end of the line. */
  private static boolean isPlain(byte octet) {
    return octet < 0 || octet == '\t' || (octet >= ' ' && octet != 0x7f);
  }

  /** Why no more can be read; null while it can. */
  @Nullable RequestException refusal() {
    return refusal;
  }

  /** Whether the last request has come: its client wants the connection closed after it. */
  boolean isOver() {
    return part == Part.NOTHING;
  }

  /** Whether the next byte begins a request. */
  boolean isBetweenRequests() {
    return part == Part.REQUEST_LINE && lineBytes == 0 && !afterCarriageReturn;
  }

  boolean isInHead() {
    return isHead() && !isBetweenRequests();
  }

  /** Another number for each head and each body. */
  int stage() {
    return stage;
  }

  /** The input has ended in the middle of a head. */
  static RequestException cutOff() {
    return refuse(Status.BAD_REQUEST_400);
  }

  private static RequestException refuse(Status status) {
    return RequestException.builder()
        .type(EventType.BAD_REQUEST)
        .status(status)
        .setKeepAlive(false)
        .message("not plain HTTP/1.1")
        .build();
  }

  private void take(byte octet) {
    if (afterCarriageReturn) {
      afterCarriageReturn = false;
      if (octet == '\n') {
        endLine();
      } else {
        bad();
      }
    } else if (octet == '\r') {
      afterCarriageReturn = true;
    } else if (part != Part.CHUNK_SIZE || lineBytes == MAX_CHUNK_SIZE_DIGITS || !isPlain(octet)) {
      bad();
    } else {
      // The head before it has left room for more than so few.
      line[lineBytes++] = octet;
    }
  }

  private void endLine() {
    boolean good =
        switch (part) {
          case REQUEST_LINE -> requestLine(text(0, lineBytes));
          case HEADERS -> lineBytes == 0 ? endHead() : header();
          case CHUNK_SIZE -> chunkSize(text(0, lineBytes));
          case CHUNK_END -> enter(Part.CHUNK_SIZE);
          case LAST_LINE -> enter(Part.REQUEST_LINE);
          case BODY, CHUNK, NOTHING -> false;
        };
    lineBytes = 0;
    if (!good) {
      bad();
    }
  }

  /** A part of the line. */
  private String text(int from, int to) {
    return new String(line, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private void bad() {
    refusal = refuse(Status.BAD_REQUEST_400);
  }

  private boolean enter(Part next) {
    if (next == Part.REQUEST_LINE) {
      // A connection that waits for its next request keeps nothing.
      line = new byte[0];
      stage++;
    }
    part = next == Part.REQUEST_LINE && closes ? Part.NOTHING : next;
    return true;
  }

  private boolean requestLine(String text) {
    int space = text.indexOf(' ');
    int end = text.length() - VERSION.length();
    if (space < 1 || end <= space + 1 || !text.endsWith(VERSION)) {
      return false;
    }
    String method = text.substring(0, space);
    headBytes = 0;
    lengthGiven = false;
    chunked = false;
    part = Part.HEADERS;
    return method.chars().allMatch(Http1Scanner::isMethodCharacter)
        && text.substring(space + 1, end).chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
  }

  /** Methods are told apart by case, and Helidon does not. */
  private static boolean isMethodCharacter(int character) {
    return isTokenCharacter(character) && !(character >= 'a' && character <= 'z');
  }

  private static boolean isTokenCharacter(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || TOKEN_MARKS.indexOf(character) >= 0;
  }

  private boolean header() {
    int colon = 0;
    while (colon < lineBytes && line[colon] != ':') {
      if (!isTokenCharacter(line[colon])) {
        return false;
      }
      colon++;
    }
    if (colon == 0 || colon == lineBytes) {
      return false;
    }
    // Few have a length of interest, and only those are looked at.
    return switch (colon) {
      case 14 -> !isNamed("Content-Length") || contentLength(value(colon));
      case 17 -> !isNamed("Transfer-Encoding") || transferEncoding(value(colon));
      case 10 -> !isNamed("Connection") || connection(value(colon));
      default -> true;
    };
  }

  /** Whether that is the name of the line's header, which has as many characters. */
  private boolean isNamed(String name) {
    return text(0, name.length()).equalsIgnoreCase(name);
  }

  private String value(int colon) {
    return withoutBlanks(text(colon + 1, lineBytes));
  }

  private boolean transferEncoding(String value) {
    boolean again = chunked;
    chunked = true;
    return !again && value.equalsIgnoreCase("chunked");
  }

  private boolean connection(String value) {
    for (String option : value.split(",", -1)) {
      closes |= withoutBlanks(option).equalsIgnoreCase("close");
    }
    return true;
  }

  /** What may stand around a value is spaces and tabs, and nothing else that Java would strip. */
  private static String withoutBlanks(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
      to--;
    }
    return value.substring(from, to);
  }

  private boolean contentLength(String value) {
    boolean again = lengthGiven;
    lengthGiven = true;
    if (again
        || value.isEmpty()
        || value.length() > MAX_LENGTH_DIGITS
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    try {
      length = Long.parseLong(value);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private boolean endHead() {
    if (chunked && lengthGiven) {
      return false;
    }
    if (chunked) {
      stage++;
      return enter(Part.CHUNK_SIZE);
    }
    if (lengthGiven && length > 0) {
      stage++;
      left = length;
      return enter(Part.BODY);
    }
    return enter(Part.REQUEST_LINE);
  }

  private boolean chunkSize(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0)) {
      return false;
    }
    left = Long.parseLong(text, 16);
    return enter(left == 0 ? Part.LAST_LINE : Part.CHUNK);
  }
}
