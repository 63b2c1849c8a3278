package dev.lastword.identity;

/** What became of a token. Reasons are for the log alone, and never contain any of the token. */
public sealed interface Verification {

  /** The token is genuine and valid now. */
  record Good(Claims claims) implements Verification {}

  /** The token identifies nobody: the caller is unauthenticated. */
  record Bad(String reason) implements Verification {}

  /**
   * The keys cannot be had, so nothing is known of the token: a fault of ours, not the caller's.
   */
  record Unavailable(String reason) implements Verification {}
}
