package dev.lastword.metering;

import org.jspecify.annotations.Nullable;

/** A meme that is asked for; {@code query} is 1 to 500 characters and not blank. */
public record MemeRequest(String query, @Nullable Coordinates at) {}
