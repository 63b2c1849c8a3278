package dev.lastword.bench.contender;

import dev.lastword.Service;
import dev.lastword.Settings;
import dev.lastword.telemetry.JsonLines;
import dev.lastword.world.World;
import java.io.IOException;
import java.util.logging.Level;

/** {@code serve} with everything but the charging: see {@link FreeLedger}. Only for the bench. */
public final class Uncharged {

  private Uncharged() {}

  /** Serves with the settings of the environment until the process ends. */
  public static void main(String[] arguments) throws IOException {
    JsonLines.install(Level.INFO);
    Service service =
        Service.startWithLedger(
            Settings.read().configuration(),
            World.real(),
            FreeLedger::new,
            failure -> Runtime.getRuntime().halt(1));
    Accepting.at(service.port());
  }
}
