package dev.lastword.memes;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A line of text with slots for the query and the place. What fills a slot is taken literally. */
record Template(List<String> parts) {

  private static final String QUERY = "{query}";
  private static final String PLACE = "{place}";
  private static final Pattern AROUND_SLOTS = Pattern.compile("(?=\\{)|(?<=\\})");

  static Template parse(String line) {
    List<String> parts = List.of(AROUND_SLOTS.split(line));
    for (String part : parts) {
      if (part.startsWith("{") && !part.equals(QUERY) && !part.equals(PLACE)) {
        throw new IllegalStateException("unknown slot " + part + " in: " + line);
      }
    }
    return new Template(parts);
  }

  boolean hasPlace() {
    return parts.contains(PLACE);
  }

  String fill(String query, @Nullable String place) {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      switch (part) {
        case QUERY -> text.append(query);
        case PLACE -> text.append(requireNonNull(place, "this template needs a place"));
        default -> text.append(part);
      }
    }
    return text.toString();
  }
}
