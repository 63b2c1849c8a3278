package dev.lastword.memes;

import dev.lastword.places.Place;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked for.
 *
 * @param query what the meme is about, as its user typed it
 * @param place where its user is; null if unknown
 */
public record Prompt(String query, @Nullable Place place) {}
