package dev.lastword;

import dev.lastword.accounts.Accounts;
import dev.lastword.telemetry.JsonLines;
import dev.lastword.world.World;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A server as a whole process: it drains on SIGTERM and ends when it cannot charge any more. */
public final class Serving {

  /** What the process ends with when a charge could not be made durable. */
  public static final int CANNOT_CHARGE = 70;

  private static final System.Logger LOG = System.getLogger(Serving.class.getName());
  private static final Duration LAST_ANSWERS = Duration.ofMillis(500);

  private Serving() {}

  /** Serves until the process ends; it returns only if the start failed. */
  public static int run(Configuration configuration, World world, UnaryOperator<Accounts> between)
      throws IOException, InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    Service service = Service.start(configuration, world, between, failure -> failed.countDown());
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
    JsonLines.whileEnding(Serving.class, "stopping: streams may still end by themselves");
    service.close();
    if (service.failed()) {
      Runtime.getRuntime().halt(CANNOT_CHARGE);
    }
    JsonLines.whileEnding(Serving.class, "stopped: every receipt is written");
    Runtime.getRuntime().halt(0);
  }
}
