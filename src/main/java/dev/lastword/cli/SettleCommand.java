package dev.lastword.cli;

import dev.lastword.Settling;
import dev.lastword.accounts.Quarantined;
import dev.lastword.telemetry.JsonLines;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "settle",
    description = {
      "Runs the settlement worker in the foreground: from the queue into the database. SIGTERM"
          + " finishes what is in hand and stops it.",
      "With an option: looks at messages that nobody could read, and decides about them."
    },
    mixinStandardHelpOptions = true)
final class SettleCommand implements Callable<Integer> {

  @Option(names = "--trace", description = "logs every step of every charge")
  private boolean trace;

  @ArgGroup(exclusive = true)
  private @Nullable Decision decision;

  @Spec private CommandSpec spec;

  static final class Decision {
    @Option(names = "--quarantined", description = "lists them; exit 1 if there are any")
    private boolean list;

    @Option(names = "--release", paramLabel = "ID", description = "has a worker read it again")
    private @Nullable String release;

    @Option(
        names = "--discard",
        paramLabel = "ID",
        description =
            "gives it up: what was charged in it is lost to the books, and verify says so")
    private @Nullable String discard;
  }

  @Override
  public Integer call() throws Exception {
    JsonLines.install(trace ? Level.FINE : Level.INFO);
    Decision decided = decision;
    if (decided == null) {
      return Settling.open().run();
    }
    try (Settling settling = Settling.open()) {
      if (decided.release != null) {
        return said(settling.release(decided.release), "released " + decided.release);
      }
      if (decided.discard != null) {
        return said(settling.discard(decided.discard), "discarded " + decided.discard);
      }
      return decided.list ? listed(settling) : 0;
    }
  }

  private int said(boolean changed, String what) {
    if (!changed) {
      throw new IllegalArgumentException(
          "no such message waits; see lastword settle --quarantined");
    }
    spec.commandLine().getOut().println(what);
    return 0;
  }

  private int listed(Settling settling) {
    PrintWriter out = spec.commandLine().getOut();
    for (Quarantined message : settling.quarantined()) {
      out.println(
          "%s %s %s %s: %s"
              .formatted(
                  message.id(), message.holder(), message.at(), message.state(), message.reason()));
      out.println("  " + message.body());
    }
    return settling.quarantined().isEmpty() ? 0 : 1;
  }
}
