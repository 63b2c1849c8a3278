package dev.lastword.metering;

import dev.lastword.pictures.PictureFormat;
import org.jspecify.annotations.Nullable;

/**
 * A meme that is asked for.
 *
 * @param query 1 to 500 characters and not blank
 * @param picture in what format it is to be drawn; null for the text alone
 */
public record MemeRequest(String query, @Nullable Coordinates at, @Nullable PictureFormat picture) {

  /** The text alone. */
  public MemeRequest(String query, @Nullable Coordinates at) {
    this(query, at, null);
  }
}
