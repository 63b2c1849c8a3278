package dev.lastword.bench;

import dev.lastword.bench.client.WrongAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Every comparison there is, and how to run them. */
public final class Bench {

  private Bench() {}

  private static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    rows.addAll(MemeRows.rows());
    rows.addAll(ProcessRows.rows());
    rows.addAll(PartRows.rows());
    rows.addAll(StreamRows.rows());
    rows.add(RedisRow.row());
    rows.add(GatewayRow.row());
    return rows;
  }

  /** The rows' names and what they answer, in the order of the report. */
  public static List<String> list() {
    return all().stream().map(row -> "%-14s %s".formatted(row.name(), row.question())).toList();
  }

  /**
   * Measures, one row after the other; what a row starts is ended with it.
   *
   * @param only the one row to measure; all if empty
   * @param watcher is told each line of the report as soon as it is there
   * @throws IllegalArgumentException if there is no such row
   * @throws IOException if the machine cannot be looked at
   */
  public static Report run(Effort effort, Optional<String> only, Consumer<String> watcher)
      throws IOException, InterruptedException {
    List<Row> chosen =
        all().stream().filter(row -> only.isEmpty() || row.name().equals(only.get())).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no row "
              + only.orElse("")
              + "; there are "
              + String.join(", ", all().stream().map(Row::name).toList()));
    }
    Report report = new Report(effort, Machine.facts());
    report.heading().forEach(watcher);
    for (Row row : chosen) {
      report.add(found(row, effort));
      report.newest().forEach(watcher);
    }
    return report;
  }

  /** A row that fails has no numbers, and the next one is measured. */
  private static Report.Found found(Row row, Effort effort) throws InterruptedException {
    try {
      return new Report.Found(row, row.method().measure(effort), Optional.empty());
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return new Report.Found(row, List.of(), Optional.of(explained(e)));
    }
  }

  private static String explained(Exception failure) {
    if (failure instanceof WrongAnswer wrong) {
      return String.valueOf(wrong.getMessage());
    }
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
