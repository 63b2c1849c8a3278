package dev.lastword.bench;

import dev.lastword.bench.parts.Charges;
import dev.lastword.bench.parts.PlaceLookUps;
import dev.lastword.bench.parts.TokenChecks;
import dev.lastword.faults.servers.Local;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Parts alone, measured by JMH: a new Java machine for each side and round, warmed up there. */
final class PartRows {

  private static final int WARM_UPS = 3;
  private static final TimeValue WARM_UP = TimeValue.seconds(1);

  private PartRows() {}

  static List<Row> rows() {
    return List.of(
        new Row("ledger", "charges by 256 callers, without HTTP", PartRows::ledger),
        new Row("places", "the nearest town, of any point and of one", PartRows::places),
        new Row("jwt", "an RS256 token, seen first and seen before", PartRows::tokens));
  }

  private static List<Line> ledger(Effort effort) throws Exception {
    List<Line> lines = new ArrayList<>();
    lines.add(charges(effort, "durable", "sqlite", "own", "in memory", "nowhere", "own"));
    lines.add(charges(effort, "one account", "sqlite", "one", "256 accounts", "sqlite", "own"));
    lines.add(charges(effort, "one, memory", "nowhere", "one", "256, memory", "nowhere", "own"));
    return lines;
  }

  private static Line charges(
      Effort effort,
      String a,
      String storeOfA,
      String accountsOfA,
      String b,
      String storeOfB,
      String accountsOfB)
      throws Exception {
    return Rounds.of(
            0,
            effort.rounds(),
            () -> charges(effort, storeOfA, accountsOfA),
            () -> charges(effort, storeOfB, accountsOfB))
        .line("charges/s", a, b, value -> value);
  }

  private static double charges(Effort effort, String store, String accounts) throws Exception {
    return score(
        effort,
        new OptionsBuilder()
            .include(Charges.class.getName() + ".charge$")
            .param("store", store)
            .param("accounts", accounts)
            .threads(Charges.CALLERS)
            .jvmArgsAppend("-Djmh.executor=VIRTUAL")
            .mode(Mode.Throughput)
            .timeUnit(TimeUnit.SECONDS));
  }

  private static List<Line> places(Effort effort) throws Exception {
    return List.of(
        Rounds.of(
                0,
                effort.rounds(),
                () -> nanos(effort, PlaceLookUps.class, "anywhere"),
                () -> nanos(effort, PlaceLookUps.class, "inTown"))
            .line("ns", "anywhere", "in town", value -> value));
  }

  private static List<Line> tokens(Effort effort) throws Exception {
    return List.of(
        Rounds.of(
                0,
                effort.rounds(),
                () -> nanos(effort, TokenChecks.class, "verified"),
                () -> nanos(effort, TokenChecks.class, "cached"))
            .line("ns", "verified", "cached", value -> value));
  }

  private static double nanos(Effort effort, Class<?> type, String method) throws Exception {
    return score(
        effort,
        new OptionsBuilder()
            .include(type.getName() + "." + method + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS));
  }

  private static double score(Effort effort, ChainedOptionsBuilder what)
      throws IOException, RunnerException {
    Path folder = Local.temporaryFolder("lastword-bench");
    Path log = folder.resolve("jmh.log");
    try {
      Collection<RunResult> results =
          new Runner(
                  what.forks(1)
                      .warmupIterations(WARM_UPS)
                      .warmupTime(WARM_UP)
                      .measurementIterations(1)
                      .measurementTime(TimeValue.milliseconds(effort.interval().toMillis()))
                      .shouldFailOnError(true)
                      .output(log.toString())
                      .build())
              .run();
      if (results.size() != 1) {
        throw new IllegalStateException("JMH has no result:\n" + Files.readString(log));
      }
      return results.iterator().next().getPrimaryResult().getScore();
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH:\n" + Files.readString(log), e);
    } finally {
      Local.delete(folder);
    }
  }
}
