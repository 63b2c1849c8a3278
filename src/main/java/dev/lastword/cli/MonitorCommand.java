package dev.lastword.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "monitor",
    description = "A line a second about a running server, until interrupted.",
    mixinStandardHelpOptions = true)
final class MonitorCommand implements Callable<Integer> {

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "0",
      description = "stop after so many lines (default: never)")
  private long lines;

  @Mixin private ServerOption server;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    out.println("time      requests/s   5xx/s  words/s  streams  charges/s  commit ms  queue");
    try (Client client = server.client()) {
      Figures before = Figures.parse(client.ask("GET", "/metrics", Map.of(), ""));
      for (long line = 0; lines == 0 || line < lines; line++) {
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        Figures now = Figures.parse(client.ask("GET", "/metrics", Map.of(), ""));
        out.printf(
            "%s  %,10.0f  %,6.0f  %,7.0f  %,7.0f  %,9.0f  %9.2f  %,5.0f%n",
            LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
            now.since(before, "lastword_requests_seconds_count"),
            now.since(before, "lastword_requests_seconds_count", "status=\"5"),
            now.since(before, "lastword_words_total"),
            now.sum("lastword_streams_live"),
            now.since(before, "lastword_charges_total"),
            1000 * now.meanSince(before, "lastword_commit_duration_seconds"),
            now.sum("lastword_ledger_queue"));
        out.flush();
        before = now;
      }
    }
    return 0;
  }
}
