package dev.lastword.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A file of the console, as it goes out. Immutable. */
final class Asset {

  private static final int ETAG_DIGITS = 32;

  private final byte[] content;
  private final String mediaType;

  /** A strong validator with its quotes (RFC 9110, 8.8.3): another content has another one. */
  private final String etag;

  private Asset(byte[] content, String mediaType, String etag) {
    this.content = content;
    this.mediaType = mediaType;
    this.etag = etag;
  }

  /** Reads a file that was packed beside this class, by its path from the console's folder. */
  static Asset load(String path) {
    try (InputStream resource =
        Objects.requireNonNull(Asset.class.getResourceAsStream("console/" + path), path)) {
      byte[] content = resource.readAllBytes();
      return new Asset(content, mediaType(path), etag(content));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  private static String mediaType(String path) {
    String ending = path.substring(path.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no media type for " + path);
    };
  }

  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest).substring(0, ETAG_DIGITS) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends the content, or that it is what the client has already. */
  void sendTo(Exchange exchange) {
    exchange.with(HeaderNames.ETAG, etag);
    if (isAmong(exchange.headers(HeaderNames.IF_NONE_MATCH))) {
      exchange.response().status(Status.NOT_MODIFIED_304).send();
    } else {
      exchange.send(200, mediaType, content);
    }
  }

  private boolean isAmong(List<String> validators) {
    return validators.stream()
        .flatMap(line -> Stream.of(line.split(",", -1)))
        .map(String::strip)
        .anyMatch(one -> one.equals("*") || one.equals(etag) || one.equals("W/" + etag));
  }
}
