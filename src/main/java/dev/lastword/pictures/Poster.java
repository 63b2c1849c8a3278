package dev.lastword.pictures;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What is to be drawn. Equal posters are drawn equal, to the last byte.
 *
 * @param text the caption, in any script, of any length
 * @param location as {@code "Sunnyside, New York, United States"}; null if unknown
 * @param topic what the meme is about, which chooses the art; null if unknown
 */
public record Poster(String text, @Nullable String location, @Nullable String topic) {

  /** A number that all of it goes into, for choices that are to look like chance (FNV-1a). */
  long seed() {
    long hash = 0xcbf29ce484222325L;
    for (byte octet : (text + "\n" + location + "\n" + topic).getBytes(UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
