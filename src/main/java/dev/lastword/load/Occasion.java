package dev.lastword.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.stream.Stream;

/**
 * When and where a load was run.
 *
 * @param command as a person would type it
 * @param machine the one that the load came from
 */
record Occasion(String command, ZonedDateTime began, URI server, String machine) {

  /** On this machine. */
  static Occasion here(String command, ZonedDateTime began, URI server) {
    String machine =
        "%s %s (%s), %d processors%s, Java %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                model(),
                Runtime.version());
    return new Occasion(command, began, server, machine);
  }

  /** What Linux calls the processor; nothing where that cannot be read. */
  private static String model() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
