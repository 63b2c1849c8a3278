package dev.lastword.metering;

import dev.lastword.accounts.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a stream ended.
 *
 * @param words delivered
 * @param cut whether there would have been more, with more time, balance or patience
 * @param charged units of words, the same number but for the replay of a stream that a crash
 *     interrupted or of which more was delivered than is kept, and for an answer in one piece that
 *     the balance did not pay to its end
 * @param balance words left
 * @param refusal what to answer instead of a stream, since not one word came; null otherwise
 */
public record StreamEnd(
    long words,
    boolean cut,
    long charged,
    long balance,
    Outcome outcome,
    @Nullable Refusal refusal) {}
