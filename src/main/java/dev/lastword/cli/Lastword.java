package dev.lastword.cli;

import dev.lastword.Settings;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.telemetry.JsonLines;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program by its name; every command is one of its subcommands. */
@Command(
    name = "lastword",
    description = "Sells memes and words, and never loses, doubles or overspends a unit.",
    mixinStandardHelpOptions = true,
    versionProvider = Lastword.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      TokenCommand.class,
      UsersCommand.class,
      LoadCommand.class,
      StatsCommand.class,
      MonitorCommand.class,
      VerifyCommand.class,
      BackupCommand.class,
      SettleCommand.class,
      FaultsCommand.class,
      ComponentsCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Lastword implements Callable<Integer> {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Lastword() {}

  /** Runs a command line and returns the exit status. */
  public static int run(String... arguments) {
    JsonLines.install(Level.WARNING);
    return new CommandLine(new Lastword())
        .setExecutionExceptionHandler(Lastword::explain)
        .execute(arguments);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }

  /** What can go wrong in use gets a sentence; only a mistake of ours shows where it happened. */
  static int explain(Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    switch (failure) {
      case Settings.Wrong wrong -> say(command, wrong);
      case AccountsFailure damaged -> say(command, damaged);
      case ClientFailure refused -> say(command, refused);
      case IllegalArgumentException wrong -> say(command, wrong);
      case IllegalStateException wrong -> say(command, wrong);
      case java.io.IOException unreachable -> say(command, unreachable);
      default -> failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void say(CommandLine command, Exception failure) {
    String message = failure.getMessage();
    command.getErr().println("lastword: " + (message == null ? failure.toString() : message));
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Lastword.class.getPackage().getImplementationVersion();
      return new String[] {"lastword " + (version == null ? "(from sources)" : version)};
    }
  }
}
