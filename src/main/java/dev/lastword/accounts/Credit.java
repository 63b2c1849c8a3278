package dev.lastword.accounts;

import java.time.Instant;

/**
 * Units added to an account.
 *
 * @param totalCredited all that was ever credited on this meter, this credit included
 */
public record Credit(
    String id,
    String accountId,
    long incarnation,
    Meter meter,
    long amount,
    long totalCredited,
    Instant createdAt) {}
