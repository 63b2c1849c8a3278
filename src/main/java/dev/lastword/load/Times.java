package dev.lastword.load;

/** Times as people read them. */
final class Times {

  private Times() {}

  static String ofMicros(double micros) {
    if (micros < 10_000) {
      return "%.2f ms".formatted(micros / 1_000);
    }
    return micros < 1_000_000
        ? "%.0f ms".formatted(micros / 1_000)
        : "%.2f s".formatted(micros / 1_000_000);
  }
}
