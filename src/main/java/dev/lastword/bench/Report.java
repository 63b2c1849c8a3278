package dev.lastword.bench;

import dev.lastword.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * What was measured where, for people and as data. Every number is a median, with the least and the
 * most of its rounds; a ratio is of one round, and its median is the median of those.
 */
public final class Report {

  private static final String FORMAT = "%-12s %-15s %-12s %-26s %-12s %-26s %s";

  /**
   * What one row found.
   *
   * @param failure why there are no numbers
   */
  record Found(Row row, List<Line> lines, Optional<String> failure) {}

  private final Effort effort;
  private final Map<String, String> facts;
  private final List<Found> rows = new ArrayList<>();

  Report(Effort effort, Map<String, String> facts) {
    this.effort = effort;
    this.facts = facts;
  }

  void add(Found found) {
    rows.add(found);
  }

  /** Whether every row has its numbers. */
  public boolean whole() {
    return rows.stream().allMatch(found -> found.failure().isEmpty());
  }

  /** Where and how, and the names of the columns. */
  List<String> heading() {
    List<String> lines = new ArrayList<>();
    facts.forEach((name, value) -> lines.add("%-8s %s".formatted(name, value)));
    lines.add(
        "%-8s %d of each side in turn, %s s each; median (least..most); A / B is of one round"
            .formatted("rounds", effort.rounds(), number(effort.interval().toMillis() / 1e3)));
    lines.add("");
    lines.add(FORMAT.formatted("row", "measure", "A", "", "B", "", "A / B"));
    return lines;
  }

  /** The lines of what was added last. */
  List<String> newest() {
    Found found = rows.getLast();
    if (found.failure().isPresent()) {
      return List.of("%-12s FAILED: %s".formatted(found.row().name(), found.failure().get()));
    }
    return found.lines().stream()
        .map(line ->
            FORMAT.formatted(
                found.row().name(),
                line.measure(),
                line.a().name(),
                spread(line.a().series()),
                line.b().name(),
                spread(line.b().series()),
                spread(line.ratio())))
        .toList();
  }

  static String spread(Series series) {
    return number(series.median())
        + " ("
        + number(series.minimum())
        + ".."
        + number(series.maximum())
        + ")";
  }

  /** Three digits, or all before the point. */
  static String number(double value) {
    double size = Math.abs(value);
    String format =
        size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 0.0995 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * Writes everything into a file, each round's numbers included.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Files.writeString(file, json() + "\n");
  }

  String json() {
    return Json.object(generator -> {
      generator.writeObjectPropertyStart("facts");
      facts.forEach(generator::writeStringProperty);
      generator.writeEndObject();
      generator.writeNumberProperty("rounds", effort.rounds());
      generator.writeNumberProperty("seconds", effort.interval().toMillis() / 1e3);
      generator.writeArrayPropertyStart("rows");
      for (Found found : rows) {
        generator.writeStartObject();
        generator.writeStringProperty("row", found.row().name());
        generator.writeStringProperty("question", found.row().question());
        found.failure().ifPresent(why -> generator.writeStringProperty("failure", why));
        generator.writeArrayPropertyStart("measures");
        found.lines().forEach(line -> write(generator, line));
        generator.writeEndArray();
        generator.writeEndObject();
      }
      generator.writeEndArray();
    });
  }

  private static void write(JsonGenerator generator, Line line) {
    generator.writeStartObject();
    generator.writeStringProperty("measure", line.measure());
    side(generator, "a", line.a().name(), line.a().series());
    side(generator, "b", line.b().name(), line.b().series());
    side(generator, "ratio", line.a().name() + " / " + line.b().name(), line.ratio());
    generator.writeEndObject();
  }

  private static void side(JsonGenerator generator, String side, String name, Series series) {
    generator.writeObjectPropertyStart(side);
    generator.writeStringProperty("name", name);
    generator.writeNumberProperty("median", series.median());
    generator.writeNumberProperty("minimum", series.minimum());
    generator.writeNumberProperty("maximum", series.maximum());
    generator.writeArrayPropertyStart("rounds");
    series.values().forEach(generator::writeNumber);
    generator.writeEndArray();
    generator.writeEndObject();
  }
}
