package dev.lastword.identity;

/** Why a token is bad, on its way to {@link TokenVerifier}. Has no stack trace: they are common. */
final class BadTokenException extends Exception {
  private final String reason;

  BadTokenException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
