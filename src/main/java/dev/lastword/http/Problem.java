package dev.lastword.http;

import dev.lastword.metering.FieldError;
import dev.lastword.metering.Refusal;
import dev.lastword.metering.Refusal.InsufficientBalance;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * An error as clients see it: {@code application/problem+json} (RFC 9457) with a stable code.
 *
 * @param field the first that is wrong; null where none is
 * @param retryAfterSeconds null where trying again is of no use
 * @param more further members
 */
record Problem(
    int status,
    String code,
    String title,
    String detail,
    @Nullable String field,
    @Nullable Long retryAfterSeconds,
    Consumer<JsonGenerator> more) {

  static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE = "urn:lastword:problem:";

  static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, null, null, generator -> {});
  }

  static Problem tooLarge(Dialect dialect) {
    return of(
        413,
        "too_large",
        "Too large",
        "A body may have %d bytes, the headers %d, the first line %d."
            .formatted(dialect.maxBodyBytes(), Edge.MAX_HEADER_BYTES, Edge.MAX_LINE_BYTES));
  }

  static Problem internal() {
    return of(500, "internal", "Internal error", "This is our mistake.");
  }

  /** An error that may pass by itself. */
  static Problem retry(int status, String code, String title, String detail, long seconds) {
    return new Problem(status, code, title, detail, null, seconds, generator -> {});
  }

  /** The one place where an outcome becomes a status. */
  static Problem of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Invalid(List<FieldError> errors) ->
          new Problem(
              400,
              "invalid_request",
              "Invalid request",
              sentence(errors),
              errors.getFirst().field(),
              null,
              list(errors));
      case Refusal.Unauthenticated _ ->
          of(401, "unauthenticated", "Unauthenticated", "A valid bearer token is needed.");
      case InsufficientBalance short_ ->
          new Problem(
              402,
              "insufficient_balance",
              "Insufficient balance",
              "This costs %d %s, and %d are left."
                  .formatted(short_.required(), short_.meter().word(), short_.balance()),
              null,
              null,
              generator -> {
                generator.writeStringProperty("meter", short_.meter().word());
                generator.writeNumberProperty("balance", short_.balance());
                generator.writeNumberProperty("required", short_.required());
              });
      case Refusal.NoAccount _ ->
          of(403, "forbidden", "Forbidden", "There is no account for this user.");
      case Refusal.Forbidden(String detail) -> of(403, "forbidden", "Forbidden", said(detail));
      case Refusal.NotFound(String detail) -> of(404, "not_found", "Not found", said(detail));
      case Refusal.NotAcceptable(String detail) ->
          of(406, "not_acceptable", "Not acceptable", said(detail));
      case Refusal.Conflict(String detail) -> of(409, "conflict", "Conflict", said(detail));
      case Refusal.KeyReused _ ->
          of(
              422,
              "key_reused",
              "Idempotency-Key reused",
              "This Idempotency-Key was used for another request.");
      case Refusal.RateLimited(long seconds) ->
          retry(
              429, "rate_limited", "Too many requests", "Try again in " + seconds + " s.", seconds);
      case Refusal.GenerationFailed(String detail) ->
          of(502, "generation_failed", "Generation failed", said(detail));
      case Refusal.Mistake _ -> internal();
      case Refusal.Unavailable(String detail, long seconds) ->
          retry(503, "unavailable", "Unavailable", said(detail), seconds);
    };
  }

  private static String said(String detail) {
    return Character.toUpperCase(detail.charAt(0)) + detail.substring(1) + ".";
  }

  private static String sentence(List<FieldError> errors) {
    FieldError first = errors.getFirst();
    String more = errors.size() == 1 ? "." : "; and " + (errors.size() - 1) + " more.";
    return first.field() + " " + first.message() + more;
  }

  private static Consumer<JsonGenerator> list(List<FieldError> errors) {
    return generator -> {
      generator.writeArrayPropertyStart("errors");
      for (FieldError error : errors) {
        generator.writeStartObject();
        generator.writeStringProperty("field", error.field());
        generator.writeStringProperty("message", error.message());
        generator.writeEndObject();
      }
      generator.writeEndArray();
    };
  }

  /**
   * The body.
   *
   * @param instance the request's id
   */
  String json(String instance) {
    return Json.object(generator -> {
      generator.writeStringProperty("type", TYPE + code);
      generator.writeStringProperty("title", title);
      generator.writeNumberProperty("status", status);
      generator.writeStringProperty("detail", detail);
      generator.writeStringProperty("instance", instance);
      generator.writeStringProperty("code", code);
      more.accept(generator);
    });
  }
}
