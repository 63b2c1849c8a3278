package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.Serving;
import dev.lastword.Settings;
import dev.lastword.telemetry.JsonLines;
import dev.lastword.world.World;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    description = "Runs the server in the foreground; SIGTERM drains and stops it.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  private static final System.Logger LOG = System.getLogger(ServeCommand.class.getName());

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "where to listen; 0 for any free port (default: LASTWORD_PORT, or 8080)")
  private @Nullable Integer port;

  @Option(names = "--trace", description = "logs every step of every charge: see docs/flow.md")
  private boolean trace;

  @Mixin private DataOption data;

  @Override
  public Integer call() throws Exception {
    JsonLines.install(trace ? java.util.logging.Level.FINE : java.util.logging.Level.INFO);
    Settings.Read settings = Settings.read();
    Configuration configuration =
        settings.configuration().at(Optional.ofNullable(port), data.given());
    LOG.log(Level.INFO, "settings, but for the command line's: " + settings.effective());
    return Serving.run(configuration, World.real(), UnaryOperator.identity());
  }
}
