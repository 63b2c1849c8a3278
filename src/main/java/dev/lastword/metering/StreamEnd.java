package dev.lastword.metering;

import dev.lastword.accounts.Outcome;

/**
 * How a stream ended.
 *
 * @param words delivered
 * @param charged units of words, the same number but for a stream that a crash interrupted
 * @param balance words left
 */
public record StreamEnd(long words, long charged, long balance, Outcome outcome) {}
