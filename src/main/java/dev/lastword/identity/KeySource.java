package dev.lastword.identity;

/** Where the keys that verify tokens come from. Each key is for one algorithm. Thread-safe. */
public sealed interface KeySource permits SigningKey, PublishedKeys {

  /**
   * The public keys as a JSON Web Key Set (RFC 7517), for {@code /.well-known/jwks.json}. Never
   * holds a private or a symmetric key; an empty set when there is nothing public.
   */
  String publicJwks();
}
