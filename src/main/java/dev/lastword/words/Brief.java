package dev.lastword.words;

import dev.lastword.upstream.Question;
import org.jspecify.annotations.Nullable;

/**
 * What a source of words is asked for.
 *
 * @param seed the same one gives the same words, as far as the source can; null for any
 * @param maxWords how many are wanted at most; null if that is open
 * @param question what a model is to answer, to the letter; null for a story of its own
 * @param whole whether nothing is of use before everything is there
 */
public record Brief(
    @Nullable Long seed, @Nullable Long maxWords, @Nullable Question question, boolean whole) {}
