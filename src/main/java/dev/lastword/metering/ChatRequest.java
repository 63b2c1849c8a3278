package dev.lastword.metering;

import dev.lastword.upstream.Question;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is asked for.
 *
 * @param model who is to answer
 * @param maxWords how many words at most, 1 or more; null for as many as time and balance allow
 * @param whole whether it is sent in one piece, or word by word
 */
public record ChatRequest(
    String model, Question question, @Nullable Long maxWords, boolean whole) {}
