package dev.lastword.http;

import dev.lastword.accounts.Ids;
import dev.lastword.accounts.RequestKey;
import dev.lastword.metering.Caller;
import dev.lastword.metering.Refusal;
import dev.lastword.pictures.Picture;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Used by the request's thread. */
final class Exchange {

  static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  static final HeaderName REPLAYED = HeaderNames.create("Idempotent-Replayed");
  static final HeaderName CHARGE = HeaderNames.create("Lastword-Charge");
  static final HeaderName CHARGED = HeaderNames.create("Lastword-Charged");
  static final HeaderName BALANCE = HeaderNames.create("Lastword-Balance");
  static final HeaderName OUTCOME = HeaderNames.create("Lastword-Outcome");
  static final HeaderName MODEL = HeaderNames.create("Lastword-Model");
  static final HeaderName PICTURE = HeaderNames.create("Lastword-Picture");
  static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
  static final HeaderName USER = HeaderNames.create("X-User-Id");

  /** The query parameter that makes a link of a path. */
  static final String SIGNATURE = "signature";

  private final ServerRequest request;
  private final ServerResponse response;
  private final String id;
  private final boolean head;
  private Map<String, String> pathParts = Map.of();
  private Dialect dialect = Dialect.PROBLEM;
  private boolean begun;
  private boolean unreadable;
  private @Nullable Caller caller;
  private byte @Nullable [] body;

  Exchange(ServerRequest request, ServerResponse response, String id) {
    this.request = request;
    this.response = response;
    this.id = id;
    this.head = request.prologue().method().equals(Method.HEAD);
  }

  /** The request's id, for the answer and the log. */
  String id() {
    return id;
  }

  /** What the varying parts of the path are. */
  void found(Map<String, String> parts) {
    pathParts = parts;
  }

  /** In which form errors are told. */
  void speak(Dialect chosen) {
    dialect = chosen;
    if (chosen == Dialect.OPENAI) {
      with(REQUEST_ID, id);
    }
  }

  void enter(Caller welcome) {
    caller = welcome;
  }

  /** Who calls; only on routes that are not public. */
  Caller caller() {
    Caller known = caller;
    if (known == null) {
      throw new IllegalStateException("a public route has no caller");
    }
    return known;
  }

  Optional<String> header(HeaderName name) {
    return request.headers().first(name);
  }

  List<String> headers(HeaderName name) {
    return request.headers().contains(name) ? request.headers().get(name).allValues() : List.of();
  }

  /** Whether a browser asks if it may, and the CORS filter before us has said yes. */
  boolean isAllowedPreflight() {
    return request.prologue().method().equals(Method.OPTIONS)
        && response.headers().contains(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS);
  }

  /** Whether the path is one of a signed link, rightly signed or not. */
  boolean isLinked() {
    return request.query().contains(SIGNATURE);
  }

  ServerRequest request() {
    return request;
  }

  /** The part of the path that varies. */
  String pathPart(String name) {
    return Objects.requireNonNull(pathParts.get(name), name);
  }

  /** Where a page starts: the id that the page before ended with. */
  Optional<String> cursor(Predicate<String> valid) {
    Optional<String> cursor = parameter("cursor");
    if (cursor.isPresent() && !valid.test(cursor.get())) {
      throw BadRequest.field("cursor", "must be the next_cursor of another page");
    }
    return cursor;
  }

  /** A query parameter that was given once; empty if it was not given. */
  Optional<String> parameter(String name) {
    if (!request.query().contains(name)) {
      return Optional.empty();
    }
    List<String> values = request.query().all(name);
    if (values.size() > 1) {
      throw BadRequest.field(name, "is given more than once");
    }
    return Optional.of(values.getFirst());
  }

  /** A whole number of the query, or {@code otherwise}. */
  int integerParameter(String name, int minimum, int maximum, int otherwise) {
    return parameter(name)
        .map(text -> {
          try {
            int value = Integer.parseInt(text);
            if (value >= minimum && value <= maximum) {
              return value;
            }
          } catch (NumberFormatException e) {
            // Said below.
          }
          throw BadRequest.field(
              name, "must be a whole number between " + minimum + " and " + maximum);
        })
        .orElse(otherwise);
  }

  private byte[] body() {
    byte[] read = body;
    if (read == null) {
      if (request.content().hasEntity()) {
        read = readBody(true);
      } else {
        read = new byte[0];
      }
      body = read;
    }
    return read;
  }

  /** Reads the whole body, and keeps it or not. */
  private byte[] readBody(boolean kept) {
    Optional<Connections.Deadline> deadline = WatchedConnection.of(request).bodyDeadline();
    try {
      return readBody(deadline, kept);
    } finally {
      deadline.ifPresent(Connections.Deadline::close);
      if (deadline.isPresent() && deadline.get().hasPassed()) {
        // The interrupt was for the body, and for nothing that comes after it.
        Thread.interrupted();
      }
    }
  }

  private byte[] readBody(Optional<Connections.Deadline> deadline, boolean kept) {
    if (request.headers().contentLength().orElse(0) > dialect.maxBodyBytes()) {
      unreadable = true;
      throw new TooLarge();
    }
    boolean whole = false;
    try (InputStream content = request.content().inputStream()) {
      byte[] read = kept ? content.readNBytes(mostToRead()) : new byte[0];
      long length = kept ? read.length : content.skip(dialect.maxBodyBytes() + 1L);
      if (deadline.isPresent() && deadline.get().hasPassed()) {
        // Helidon takes the interrupt for the end of the body.
        throw cutOff();
      }
      if (length > dialect.maxBodyBytes()) {
        throw new TooLarge();
      }
      whole = true;
      return read;
    } catch (RequestException e) {
      throw e.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413) ? new TooLarge() : cutOff();
    } catch (IOException | IllegalArgumentException | InsufficientDataAvailableException e) {
      throw cutOff();
    } finally {
      unreadable = !whole;
    }
  }

  /** As much as is announced, or may come where nothing is; and a byte, to find the end or more. */
  private int mostToRead() {
    long announced = request.headers().contentLength().orElse(dialect.maxBodyBytes());
    return Math.clamp(announced, 0, dialect.maxBodyBytes()) + 1;
  }

  private static BadRequest cutOff() {
    return BadRequest.field("body", "is cut off, or not in valid chunks");
  }

  /**
   * Takes what is left of the body, where Helidon would wait for it for ever: on HTTP/2. On
   * HTTP/1.1 the connection has a time for it.
   */
  void finish() {
    if (!unreadable
        && body == null
        && request.content().hasEntity()
        && !WatchedConnection.of(request).isOneAfterTheOther()) {
      try {
        readBody(false);
      } catch (BadRequest | TooLarge e) {
        // It has its answer already.
        unreadable = true;
      }
    }
  }

  /** Whether nobody can tell where the next request begins, for this one's body has no end. */
  boolean unreadable() {
    return unreadable;
  }

  /** The body's members; the media type must be JSON where there is a body. */
  Fields fields() {
    byte[] bytes = body();
    if (bytes.length > 0) {
      String type = header(HeaderNames.CONTENT_TYPE).orElse("application/json");
      String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
      if (!essence.equals("application/json")) {
        throw new UnsupportedMediaType();
      }
    }
    return Fields.of(bytes);
  }

  /** A body that must be there. */
  Fields requiredFields() {
    if (body().length == 0) {
      throw BadRequest.field("body", "is missing");
    }
    return fields();
  }

  /** The client's key with the digest of this request; null if it sent none, or a bad one. */
  @Nullable RequestKey key(Fields fields) {
    List<String> keys = headers(IDEMPOTENCY_KEY);
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1) {
      fields.error(IDEMPOTENCY_KEY.defaultCase(), "is given more than once");
      return null;
    }
    if (!Ids.isValid(keys.getFirst())) {
      fields.error(IDEMPOTENCY_KEY.defaultCase(), Ids.RULE);
      return null;
    }
    return new RequestKey(keys.getFirst(), fingerprint());
  }

  private String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String line = request.prologue().method().text() + " " + canonicalPath() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      digest.update(body());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code /v1/memes} is {@code /memes}. */
  private String canonicalPath() {
    String path = request.path().path();
    return path.equals("/v1/memes") ? "/memes" : path;
  }

  ServerResponse response() {
    return response;
  }

  /** Where a body of unknown length goes; from here on there is no other answer. */
  OutputStream output() {
    if (head) {
      return new LengthOnly();
    }
    begun = true;
    return response.outputStream();
  }

  /** Counts what a GET would send, and sends the head with that length. */
  private final class LengthOnly extends OutputStream {
    private long length;

    @Override
    public void write(int octet) {
      length++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      length += count;
    }

    @Override
    public void close() {
      if (!response.isSent()) {
        response.header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
        response.send();
      }
    }
  }

  /** Whether part of an answer may be on its way. */
  boolean begun() {
    return begun || response.isSent();
  }

  Exchange with(HeaderName name, String value) {
    response.header(name, value);
    return this;
  }

  Exchange without(HeaderName name) {
    response.headers().remove(name);
    return this;
  }

  void json(int status, String json) {
    send(status, "application/json", json);
  }

  void send(int status, String mediaType, String text) {
    send(status, mediaType, text.getBytes(StandardCharsets.UTF_8));
  }

  void send(int status, Picture picture) {
    send(status, picture.format().mediaType(), picture.bytes());
  }

  void send(int status, String mediaType, byte[] bytes) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, mediaType);
    if (head) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length));
      response.send();
    } else {
      response.send(bytes);
    }
  }

  void notModified() {
    response.status(Status.NOT_MODIFIED_304).send();
  }

  void noContent() {
    response.status(Status.NO_CONTENT_204).send();
  }

  void refuse(Refusal refusal) {
    send(Problem.of(refusal));
  }

  void send(Problem problem) {
    Long seconds = problem.retryAfterSeconds();
    if (seconds != null) {
      with(HeaderNames.RETRY_AFTER, Long.toString(seconds));
    }
    if (unreadable && WatchedConnection.of(request).isOneAfterTheOther()) {
      with(HeaderNames.CONNECTION, "close");
    }
    if (problem.status() == 401) {
      with(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"lastword\"");
    }
    send(problem.status(), dialect.mediaType(), dialect.json(problem, id));
  }

  /** The body is longer than bodies may be. */
  static final class TooLarge extends RuntimeException {
    TooLarge() {
      super("too large", null, false, false);
    }
  }

  /** The body is of a kind that this service does not read. */
  static final class UnsupportedMediaType extends RuntimeException {
    UnsupportedMediaType() {
      super("not JSON", null, false, false);
    }
  }
}
