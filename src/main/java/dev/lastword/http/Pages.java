package dev.lastword.http;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;

/** Lists in pages: one more row is asked for than shown, and tells whether there is a next page. */
final class Pages {

  static final int MAX_LIMIT = 1_000;
  static final int DEFAULT_LIMIT = 100;

  private Pages() {}

  static int limit(Exchange exchange) {
    return exchange.integerParameter("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
  }

  /**
   * One page as JSON.
   *
   * @param rows as many as the limit, and one more if there are more
   * @param cursor of the last row shown, where the next page starts
   */
  static <T> String json(
      String name,
      List<T> rows,
      int limit,
      Function<T, String> cursor,
      BiConsumer<JsonGenerator, T> content) {
    List<T> shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    return Json.object(generator -> {
      generator.writeArrayPropertyStart(name);
      for (T row : shown) {
        generator.writeStartObject();
        content.accept(generator, row);
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeStringProperty(
          "next_cursor", rows.size() > limit ? cursor.apply(shown.getLast()) : null);
    });
  }
}
