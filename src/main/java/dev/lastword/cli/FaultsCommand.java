package dev.lastword.cli;

import dev.lastword.faults.Faults;
import dev.lastword.faults.Row;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "faults",
    description = {
      "Harms real servers in every way there is, and counts what was lost, doubled,",
      "overspent or leaked. Exit 1 if anything is not as promised. Touches nothing but",
      "its own folders."
    },
    mixinStandardHelpOptions = true)
final class FaultsCommand implements Callable<Integer> {

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "kills at random moments; the other faults take their share (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "the choice of moments (default: the time)")
  private @Nullable Long seed;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "one fault, or all whose names begin so: kill, kill-charge, disk ...")
  private @Nullable String only;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      defaultValue = "1",
      description = "faults tried side by side (default: ${DEFAULT-VALUE})")
  private int lanes;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (rounds < 1 || lanes < 1) {
      throw new IllegalArgumentException("--rounds and --lanes must be 1 or more");
    }
    long chosen = seed == null ? System.currentTimeMillis() : seed;
    PrintWriter out = spec.commandLine().getOut();
    out.println("seed " + chosen);
    out.println(Row.heading());
    out.flush();
    List<Row> rows =
        Faults.report(
            rounds,
            chosen,
            lanes,
            Optional.ofNullable(only),
            row -> {
              out.println(row);
              row.breaches().forEach(breach -> out.println("    " + breach));
              out.flush();
            });
    long bad = rows.stream().filter(row -> !row.good()).count();
    out.println(
        bad == 0
            ? "everything was as promised"
            : bad + " of " + rows.size() + " faults found what was not promised");
    return bad == 0 ? 0 : 1;
  }
}
