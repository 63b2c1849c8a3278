package dev.lastword.identity;

import java.time.Instant;

/** Which key is to verify a token. */
sealed interface KeyChoice {

  /** This key, for which the source vouches until then without being asked again. */
  record Chosen(VerificationKey key, Instant until) implements KeyChoice {}

  /** There is no such key. */
  record None(String reason) implements KeyChoice {}

  /** Nobody knows: the keys could not be loaded. */
  record Unavailable(String reason) implements KeyChoice {}
}
