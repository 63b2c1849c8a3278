package dev.lastword;

import dev.lastword.cli.Lastword;

/** Where the program starts. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(Lastword.run(arguments));
  }
}
