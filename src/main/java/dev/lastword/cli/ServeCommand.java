package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.Service;
import dev.lastword.Settings;
import dev.lastword.telemetry.JsonLines;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
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

  /** What the process ends with when a charge could not be made durable. */
  static final int CANNOT_CHARGE = 70;

  private static final Duration LAST_ANSWERS = Duration.ofMillis(500);

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "where to listen; 0 for any free port (default: LASTWORD_PORT, or 8080)")
  private @Nullable Integer port;

  @Mixin private DataOption data;

  @Override
  public Integer call() throws Exception {
    JsonLines.install(java.util.logging.Level.INFO);
    Settings.Read settings = Settings.read();
    Configuration configuration =
        settings.configuration().at(Optional.ofNullable(port), data.given());
    LOG.log(Level.INFO, "settings, but for the command line's: " + settings.effective());
    CountDownLatch failed = new CountDownLatch(1);
    Service service = Service.start(configuration, failure -> failed.countDown());
    String scheme = service.secure() ? "https" : "http";
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(service), "shutdown"));
    LOG.log(
        Level.INFO,
        "accepting requests at "
            + scheme
            + "://localhost:"
            + service.port()
            + ", data in "
            + configuration.data().toAbsolutePath().normalize());
    failed.await();
    // Nothing is flushed and nothing tidied: the file, opened anew, says what is true. The requests
    // that wait are told 503 first.
    LockSupport.parkNanos(LAST_ANSWERS.toNanos());
    Runtime.getRuntime().halt(CANNOT_CHARGE);
    return CANNOT_CHARGE;
  }

  /** A drained server has done what it was told: the process ends with 0. */
  private static void drain(Service service) {
    JsonLines.whileEnding(ServeCommand.class, "stopping: streams may still end by themselves");
    service.close();
    if (service.failed()) {
      Runtime.getRuntime().halt(CANNOT_CHARGE);
    }
    JsonLines.whileEnding(ServeCommand.class, "stopped: every receipt is written");
    Runtime.getRuntime().halt(0);
  }
}
