package dev.lastword.cli;

import dev.lastword.bench.Bench;
import dev.lastword.bench.Effort;
import dev.lastword.bench.Report;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    description = {
      "Measures Lastword beside bare servers and its own parts, on this machine, as ratios.",
      "Starts all it needs and touches nothing else; see docs/performance.md."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

  @Option(names = "--only", paramLabel = "NAME", description = "one row; see --list")
  private @Nullable String only;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "rounds that are counted (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "for each side in a round, 0.1 to 600 (default: ${DEFAULT-VALUE})")
  private double seconds;

  @Option(names = "--json", paramLabel = "FILE", description = "every number of every round, too")
  private @Nullable Path json;

  @Option(names = "--list", description = "the rows and what they answer, and no more")
  private boolean list;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      Bench.list().forEach(out::println);
      return 0;
    }
    if (json != null) {
      // Else it would be known only at the end that it cannot be written. What is there stays until
      // then.
      Files.newOutputStream(json, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    }
    Effort effort = new Effort(rounds, Duration.ofNanos((long) (seconds * 1e9)));
    Report report =
        Bench.run(
            effort,
            Optional.ofNullable(only),
            line -> {
              out.println(line);
              out.flush();
            });
    if (json != null) {
      report.write(json);
    }
    return report.whole() ? 0 : 1;
  }
}
