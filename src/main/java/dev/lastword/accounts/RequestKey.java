package dev.lastword.accounts;

/**
 * A client's {@code Idempotency-Key} with what it was sent for.
 *
 * @param key 1 to 255 characters
 * @param fingerprint a digest of the request; the same key with another one is a mistake
 */
public record RequestKey(String key, String fingerprint) {}
