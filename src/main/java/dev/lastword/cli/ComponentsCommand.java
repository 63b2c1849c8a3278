package dev.lastword.cli;

import dev.lastword.faults.servers.Components;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "components",
    description = {
      "Starts a Redis, a queue and a database on free ports of this machine, in the foreground, to"
          + " try several nodes with: eval its output, then serve. All they hold is gone at the end."
    },
    mixinStandardHelpOptions = true)
final class ComponentsCommand implements Callable<Integer> {

  @Option(
      names = "--accounts",
      paramLabel = "NAME",
      defaultValue = "mongodb",
      description = "mongodb (a small server of its protocol) or mysql (a MariaDB)")
  private String accounts;

  @Option(names = "--no-queue", description = "settle before each answer, without a queue")
  private boolean noQueue;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try (Components components = Components.start(accounts, !noQueue)) {
      PrintWriter out = spec.commandLine().getOut();
      components
          .settings()
          .forEach((name, value) -> out.println("export " + name + "='" + value + "'"));
      out.flush();
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
