package dev.lastword.cli;

import picocli.CommandLine.Command;

@Command(name = "load")
final class LoadCommand implements Runnable {
  @Override
  public void run() {}
}
