package dev.lastword.faults;

import dev.lastword.faults.Fault.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Every fault there is, and their report. */
public final class Faults {

  private static final int MAX_CHARACTERS = 4_000;

  private Faults() {}

  private static List<Fault> all() {
    List<Fault> faults = new ArrayList<>();
    faults.add(Simulated.fault());
    faults.addAll(Kills.faults());
    faults.addAll(Processes.faults());
    faults.addAll(Disks.faults());
    faults.addAll(Damage.faults());
    faults.addAll(Visitors.faults());
    faults.addAll(Disorder.faults());
    faults.addAll(Components.faults());
    return faults;
  }

  /** The faults' names, in the order of the report. */
  public static List<String> names() {
    return all().stream().map(Fault::name).toList();
  }

  /**
   * Harms servers, and reports.
   *
   * @param rounds how often; each fault takes its share, and those whose share is nothing are left
   *     out unless they are asked for by name
   * @param lanes how many faults are tried side by side, each on servers of its own
   * @param only the one fault to try, or those whose names begin with it and a dash; all if empty
   * @param watcher is told each row as soon as it is there
   * @throws IllegalArgumentException if there is no such fault
   */
  public static List<Row> report(
      int rounds, long seed, int lanes, Optional<String> only, Consumer<Row> watcher)
      throws InterruptedException {
    List<Fault> chosen =
        only.isEmpty()
            ? all().stream().filter(fault -> fault.rounds().of(rounds) > 0).toList()
            : all().stream()
                .filter(fault ->
                    fault.name().equals(only.get()) || fault.name().startsWith(only.get() + "-"))
                .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no fault " + only.get() + "; there are " + String.join(", ", names()));
    }
    List<Row> rows = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
      CompletionService<Row> running = new ExecutorCompletionService<>(threads);
      chosen.forEach(fault -> running.submit(() -> row(fault, rounds, seed)));
      while (rows.size() < chosen.size()) {
        Row row = running.take().get();
        rows.add(row);
        watcher.accept(row);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  private static Row row(Fault fault, int rounds, long seed) throws InterruptedException {
    return new Row(
        fault.name(),
        fault.description(),
        run(fault, Math.max(1, fault.rounds().of(rounds)), seed));
  }

  private static Outcome run(Fault fault, int rounds, long seed) throws InterruptedException {
    try {
      return fault.trial().run(rounds, seed);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      String what = e instanceof Server.Trouble ? String.valueOf(e.getMessage()) : trace(e);
      what = what.substring(0, Math.min(what.length(), MAX_CHARACTERS));
      return Outcome.of(
          rounds, new Verdict(0, 0, 0, 0, 0, 0, List.of(what)), "could not be tried to its end");
    }
  }

  private static String trace(Exception failure) {
    java.io.StringWriter text = new java.io.StringWriter();
    failure.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }
}
