package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.store.sqlite.SqliteAccounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "backup",
    description = {
      "Copies the embedded store as it is at one moment, also beside a live server.",
      "To restore, put the copy into an empty data folder as lastword.db."
    },
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "where to; must not exist")
  private Path file;

  @Mixin private DataOption data;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = data.configuration();
    if (!(configuration.store() instanceof Configuration.Store.Embedded)) {
      throw new IllegalStateException(
          "only the embedded store is copied so; a database has its own backups");
    }
    SqliteAccounts.copy(configuration.data(), file);
    spec.commandLine().getOut().println(file + ": " + Files.size(file) + " bytes");
    return 0;
  }
}
