package dev.lastword;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them. */
public final class Durations {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a number with its unit: ms, s, m, h or d.
   *
   * @throws IllegalArgumentException if it is nothing of the kind, or zero
   */
  public static Duration parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
      throw new IllegalArgumentException(
          text + " is no duration: write a number and ms, s, m, h or d, as in 24h");
    }
    long number = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
