package dev.lastword.memes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lastword.places.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The templates of a resource file, one a line; empty lines and those that begin with {@code #} are
 * left out. Immutable.
 *
 * @param plain templates without a slot for the place
 * @param placed templates with one
 */
record Stock(List<Template> plain, List<Template> placed) {

  static Stock load(String resource) {
    List<Template> all =
        read(resource)
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Template::parse)
            .toList();
    return new Stock(
        all.stream().filter(template -> !template.hasPlace()).toList(),
        all.stream().filter(Template::hasPlace).toList());
  }

  /** The templates that suit: with a place if there is one, otherwise without. */
  List<Template> suiting(@Nullable Place place) {
    return place == null ? plain : placed;
  }

  private static String read(String resource) {
    try (InputStream in = Stock.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(resource + " cannot be read", e);
    }
  }
}
