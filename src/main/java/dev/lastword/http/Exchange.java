package dev.lastword.http;

import dev.lastword.accounts.Ids;
import dev.lastword.accounts.RequestKey;
import dev.lastword.metering.Caller;
import dev.lastword.metering.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  static final HeaderName USER = HeaderNames.create("X-User-Id");

  private final ServerRequest request;
  private final ServerResponse response;
  private final String id;
  private boolean begun;
  private @Nullable Caller caller;
  private byte @Nullable [] body;

  Exchange(ServerRequest request, ServerResponse response, String id) {
    this.request = request;
    this.response = response;
    this.id = id;
  }

  /** The request's id, for the answer and the log. */
  String id() {
    return id;
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

  ServerRequest request() {
    return request;
  }

  /** The part of the path that varies. */
  String pathPart(String name) {
    return request.path().pathParameters().get(name);
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
        try (InputStream content = request.content().inputStream()) {
          read = content.readAllBytes();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      } else {
        read = new byte[0];
      }
      body = read;
    }
    return read;
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

  /** The client's key with the digest of this request; null if it sent none. */
  @Nullable RequestKey key() {
    List<String> keys = headers(IDEMPOTENCY_KEY);
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1 || !Ids.isValid(keys.getFirst())) {
      throw BadRequest.field(IDEMPOTENCY_KEY.defaultCase(), Ids.RULE);
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
    begun = true;
    return response.outputStream();
  }

  /** Whether part of an answer may be on its way. */
  boolean begun() {
    return begun || response.isSent();
  }

  Exchange with(HeaderName name, String value) {
    response.header(name, value);
    return this;
  }

  void json(int status, String json) {
    send(status, "application/json", json);
  }

  void send(int status, String mediaType, String text) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, mediaType);
    response.send(text.getBytes(StandardCharsets.UTF_8));
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
    if (problem.status() == 401) {
      with(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"lastword\"");
    }
    send(problem.status(), Problem.MEDIA_TYPE, problem.json(id));
  }

  /** The body is of a kind that this service does not read. */
  static final class UnsupportedMediaType extends RuntimeException {
    UnsupportedMediaType() {
      super("not JSON", null, false, false);
    }
  }
}
