package dev.lastword.identity;

import org.jspecify.annotations.Nullable;

/**
 * Between whom tokens pass. What is null is neither written into tokens nor checked in them.
 *
 * @param issuer the claim {@code iss}
 * @param audience the claim {@code aud}, or one of several there
 */
public record Parties(@Nullable String issuer, @Nullable String audience) {
  /** Anybody's tokens for anybody, if only the key is right. */
  public static final Parties ANY = new Parties(null, null);
}
