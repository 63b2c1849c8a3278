package dev.lastword.cli;

import dev.lastword.Settings;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.telemetry.JsonLines;
import java.util.LinkedHashMap;
import java.util.Map;
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
    synopsisSubcommandLabel = "COMMAND")
public final class Lastword implements Callable<Integer> {

  /** In the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("serve", ServeCommand.class);
    COMMANDS.put("token", TokenCommand.class);
    COMMANDS.put("users", UsersCommand.class);
    COMMANDS.put("load", LoadCommand.class);
    COMMANDS.put("stats", StatsCommand.class);
    COMMANDS.put("monitor", MonitorCommand.class);
    COMMANDS.put("verify", VerifyCommand.class);
    COMMANDS.put("backup", BackupCommand.class);
    COMMANDS.put("settle", SettleCommand.class);
    COMMANDS.put("faults", FaultsCommand.class);
    COMMANDS.put("components", ComponentsCommand.class);
    COMMANDS.put("bench", BenchCommand.class);
  }

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Lastword() {}

  /** Runs a command line and returns the exit status. */
  public static int run(String... arguments) {
    JsonLines.install(Level.WARNING);
    return commands(arguments).setExecutionExceptionHandler(Lastword::explain).execute(arguments);
  }

  /** The command that is meant, if it is known at once, or all: to look at each takes its time. */
  static CommandLine commands(String... arguments) {
    CommandLine program = new CommandLine(new Lastword());
    Class<?> meant = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
    if (meant != null) {
      return program.addSubcommand(arguments[0], new CommandLine(meant));
    }
    COMMANDS.forEach((name, type) -> program.addSubcommand(name, new CommandLine(type)));
    return program.addSubcommand(new CommandLine.HelpCommand());
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
