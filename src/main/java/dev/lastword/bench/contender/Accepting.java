package dev.lastword.bench.contender;

/** How a contender says where it listens: as {@code serve} does. */
final class Accepting {

  private Accepting() {}

  static void at(int port) {
    System.out.println("accepting requests at http://localhost:" + port);
  }
}
