package dev.lastword.cli;

import dev.lastword.http.Json;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "stats",
    description = "One look at a running server.",
    mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {

  @Mixin private ServerOption server;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Client client = server.client()) {
      Figures now = Figures.parse(client.ask("GET", "/metrics", Map.of(), ""));
      String health = client.send("GET", "/health", Map.of(), "").body();
      spec.commandLine()
          .getOut()
          .println(
              """
              status          %s
              live streams    %,.0f
              words           %,.0f
              charges         %,.0f
              requests        %,.0f, of them %,.0f answered 5xx
              commits         %,.0f, %.1f changes each, %.2f ms each
              ledger queue    %,.0f
              audit           %.0f differences\
              """
                  .formatted(
                      Json.member(health, "status").orElse("unknown"),
                      now.sum("lastword_streams_live"),
                      now.sum("lastword_words_total"),
                      now.sum("lastword_charges_total"),
                      now.sum("lastword_requests_seconds_count"),
                      now.sum("lastword_requests_seconds_count", "status=\"5"),
                      now.sum("lastword_commit_duration_seconds_count"),
                      now.mean("lastword_commit_changes"),
                      1000 * now.mean("lastword_commit_duration_seconds"),
                      now.sum("lastword_ledger_queue"),
                      now.sum("lastword_audit_differences")));
    }
    return 0;
  }
}
