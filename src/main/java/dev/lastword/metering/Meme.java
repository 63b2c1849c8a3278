package dev.lastword.metering;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lastword.pictures.Poster;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was sold.
 *
 * @param location null when no coordinates were given
 * @param model who made it; null for a text meme
 * @param query what was asked for; null if that was not kept
 */
public record Meme(
    String text, @Nullable String location, @Nullable String model, @Nullable String query) {

  /** One line for model and query, one for the location, then the text: what a receipt keeps. */
  String encoded() {
    return line(model) + "\t" + line(query) + "\n" + line(location) + "\n" + text;
  }

  /** The first line of older receipts has no tab: they do not keep the query. */
  static Meme decoded(String encoded) {
    List<String> parts = List.of(encoded.split("\n", 3));
    List<String> first = List.of(parts.get(0).split("\t", 2));
    return new Meme(
        parts.get(2),
        orNull(parts.get(1)),
        orNull(first.get(0)),
        first.size() < 2 ? null : orNull(first.get(1)));
  }

  /** What is drawn of it: the same before a receipt kept it as after. */
  Poster poster() {
    Meme kept = decoded(new String(encoded().getBytes(UTF_8), UTF_8));
    return new Poster(kept.text(), kept.location(), kept.query());
  }

  private static String line(@Nullable String value) {
    return value == null ? "" : value.replace('\n', ' ');
  }

  private static @Nullable String orNull(String line) {
    return line.isEmpty() ? null : line;
  }
}
