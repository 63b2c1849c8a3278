package dev.lastword.cli;

import dev.lastword.Settling;
import dev.lastword.accounts.Quarantined;
import dev.lastword.telemetry.JsonLines;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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

  /** What SQS allows. */
  private static final int LONGEST_HIDDEN_SECONDS = 12 * 60 * 60;

  private final Supplier<Settling> open;

  @Option(names = "--trace", description = "logs every step of every charge: see docs/flow.md")
  private boolean trace;

  @Option(
      names = "--hidden",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "for how long messages that this worker took are hidden from the others (default: 30);"
              + " renewed while it works on them, so it is how long those of a dead worker wait")
  private int hiddenSeconds;

  @ArgGroup(exclusive = true)
  private @Nullable Decision decision;

  @Spec private CommandSpec spec;

  SettleCommand() {
    this(Settling::open);
  }

  /** One that opens the system of record otherwise than by the environment. */
  SettleCommand(Supplier<Settling> open) {
    this.open = open;
  }

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
      if (hiddenSeconds < 1 || hiddenSeconds > LONGEST_HIDDEN_SECONDS) {
        throw new IllegalArgumentException(
            "--hidden must be 1 to " + LONGEST_HIDDEN_SECONDS + " seconds");
      }
      try (Settling settling = open.get()) {
        return settling.run(Duration.ofSeconds(hiddenSeconds));
      }
    }
    try (Settling settling = open.get()) {
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
    List<Quarantined> messages = settling.quarantined();
    for (Quarantined message : messages) {
      out.println(
          "%s %s %s %s: %s"
              .formatted(
                  message.id(), message.holder(), message.at(), message.state(), message.reason()));
      out.println("  " + message.body());
    }
    return messages.isEmpty() ? 0 : 1;
  }
}
