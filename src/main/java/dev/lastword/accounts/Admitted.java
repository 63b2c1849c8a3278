package dev.lastword.accounts;

import java.time.Instant;

/** That an account's request on a meter was let in at that time; rebuilds rate limits. */
public record Admitted(String accountId, Instant at) {}
