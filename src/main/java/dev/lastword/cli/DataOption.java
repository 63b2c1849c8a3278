package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.Settings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The folder that a command looks at. */
final class DataOption {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "the data folder (default: LASTWORD_DATA, or ./data)")
  private @Nullable Path folder;

  Optional<Path> given() {
    return Optional.ofNullable(folder);
  }

  Configuration configuration() {
    return Settings.read().configuration().at(Optional.empty(), given());
  }

  Path folder() {
    return configuration().data();
  }
}
