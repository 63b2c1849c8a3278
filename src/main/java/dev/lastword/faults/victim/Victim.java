package dev.lastword.faults.victim;

import dev.lastword.Configuration;
import dev.lastword.Serving;
import dev.lastword.Settings;
import dev.lastword.accounts.Accounts;
import dev.lastword.notices.Patience;
import dev.lastword.telemetry.JsonLines;
import dev.lastword.world.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.logging.Level;

/**
 * Where the victim starts: {@code serve} with the settings of its environment, in a world that
 * obeys orders. They come as arguments before the start and as lines of its input after it; {@code
 * redeliver SEED} only as an argument.
 */
public final class Victim {

  private static final Patience IMPATIENCE =
      new Patience(
          Duration.ofMillis(20),
          Duration.ofSeconds(2),
          Duration.ofMillis(50),
          Duration.ofMillis(200),
          8);

  private Victim() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    JsonLines.install(Level.INFO);
    Orders orders = new Orders();
    UnaryOperator<Accounts> between = UnaryOperator.identity();
    for (String argument : arguments) {
      if (argument.startsWith("redeliver ")) {
        long seed = Long.parseLong(argument.substring(10));
        between = accounts -> Redelivery.of(accounts, seed);
      } else {
        orders.obey(argument);
      }
    }
    Thread.ofPlatform().name("orders").daemon().start(() -> listen(orders));
    World world = World.real().withClock(orders).withSteps(orders);
    System.exit(Serving.run(impatient(Settings.read().configuration()), world, between));
  }

  /** Notices are sent again at once, so that nobody waits long to see that all of them came. */
  private static Configuration impatient(Configuration configuration) {
    return configuration
        .notices()
        .map(one ->
            configuration.telling(
                new Configuration.Notices(one.receiver().with(IMPATIENCE), one.levels())))
        .orElse(configuration);
  }

  private static void listen(Orders orders) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        orders.obey(line);
        // Whoever gave the order waits to hear that it is in force.
        System.out.println("obeyed " + line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Whoever started it is gone, and nobody else would end it.
    Runtime.getRuntime().halt(1);
  }
}
