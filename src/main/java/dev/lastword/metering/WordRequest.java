package dev.lastword.metering;

import org.jspecify.annotations.Nullable;

/**
 * A stream that is asked for.
 *
 * @param maxWords how many words at most, 1 or more; null for as many as time and balance allow
 * @param seed the same one gives the same words and waits; null for any
 * @param stop the word before which the stream ends; null for none
 */
public record WordRequest(@Nullable Long maxWords, @Nullable Long seed, @Nullable String stop) {}
