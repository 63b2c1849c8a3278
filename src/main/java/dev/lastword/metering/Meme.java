package dev.lastword.metering;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was sold.
 *
 * @param location null when no coordinates were given
 * @param model who made it; null for a text meme
 */
public record Meme(String text, @Nullable String location, @Nullable String model) {

  /** One line each for model and location, then the text: what a receipt keeps. */
  String encoded() {
    return line(model) + "\n" + line(location) + "\n" + text;
  }

  static Meme decoded(String encoded) {
    List<String> parts = List.of(encoded.split("\n", 3));
    return new Meme(parts.get(2), orNull(parts.get(1)), orNull(parts.get(0)));
  }

  private static String line(@Nullable String value) {
    return value == null ? "" : value.replace('\n', ' ');
  }

  private static @Nullable String orNull(String line) {
    return line.isEmpty() ? null : line;
  }
}
