package dev.lastword.metering;

import dev.lastword.accounts.Meter;
import dev.lastword.upstream.UpstreamFailure;
import java.util.List;

/** Why a request gets nothing. The edge turns each into one status, in one switch. */
public sealed interface Refusal {
  /** Of what there is, the client takes nothing. */
  record NotAcceptable(String detail) implements Refusal {}

  /** The request itself is wrong. */
  record Invalid(List<FieldError> errors) implements Refusal {}

  /**
   * Nobody knows who calls.
   *
   * @param reason for the log, never for the answer
   */
  record Unauthenticated(String reason) implements Refusal {}

  /** The caller is known by name, and nobody has an account under it. */
  record NoAccount() implements Refusal {}

  /** The caller is known and may not. */
  record Forbidden(String detail) implements Refusal {}

  record InsufficientBalance(Meter meter, long balance, long required) implements Refusal {}

  record NotFound(String detail) implements Refusal {}

  /** Something that exists or runs is in the way. */
  record Conflict(String detail) implements Refusal {}

  /** The idempotency key was used for another request. */
  record KeyReused() implements Refusal {}

  /** Too many requests of this user; {@code retryAfterSeconds} is 1 or more. */
  record RateLimited(long retryAfterSeconds) implements Refusal {}

  record GenerationFailed(String detail) implements Refusal {}

  /** A mistake of this program's; the log says which. */
  record Mistake() implements Refusal {}

  /**
   * An infrastructure fault, or a server about to stop.
   *
   * @param retryAfterSeconds 1 or more
   */
  record Unavailable(String detail, long retryAfterSeconds) implements Refusal {
    /** One that may be over at once. */
    public Unavailable(String detail) {
      this(detail, 1);
    }
  }

  /** A model that gave nothing, for which nothing was charged. */
  static Refusal of(UpstreamFailure why) {
    String detail = why.getMessage() + "; nothing was charged";
    return why.passing()
        ? new Unavailable(detail, why.retryAfterSeconds())
        : new GenerationFailed(detail);
  }
}
