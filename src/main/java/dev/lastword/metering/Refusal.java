package dev.lastword.metering;

import dev.lastword.accounts.Meter;
import java.util.List;

/** Why a request gets nothing. The edge turns each into one status, in one switch. */
public sealed interface Refusal {
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

  /** An infrastructure fault, or a server about to stop. */
  record Unavailable(String detail) implements Refusal {}
}
