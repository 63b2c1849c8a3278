package dev.lastword.http;

import dev.lastword.metering.FieldError;
import dev.lastword.metering.Refusal;
import java.util.List;

/** Unwinds a handler that found the request wrong; caught in one place, in {@link Router}. */
final class BadRequest extends RuntimeException {

  private final transient Refusal refusal;

  BadRequest(Refusal refusal) {
    super(refusal.toString(), null, false, false);
    this.refusal = refusal;
  }

  static BadRequest field(String field, String message) {
    return new BadRequest(new Refusal.Invalid(List.of(new FieldError(field, message))));
  }

  Refusal refusal() {
    return refusal;
  }
}
