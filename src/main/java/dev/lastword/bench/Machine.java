package dev.lastword.bench;

import dev.lastword.faults.servers.Local;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where it is measured: everything a number depends on that is not the program. */
final class Machine {

  private static final int COMMITS = 200;
  private static final int COMMIT_BYTES = 4096;
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
  private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");

  private Machine() {}

  /** Names and values, in the order of the heading. */
  static Map<String, String> facts() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "machine",
        found(Path.of("/proc/cpuinfo"), MODEL, System.getProperty("os.arch"))
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores, "
            + memory()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version"));
    facts.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("commit", commit());
    facts.put(
        "load", "one thread of this process, on the same cores as what it measures, over loopback");
    return facts;
  }

  private static String memory() throws IOException {
    String kilobytes = found(Path.of("/proc/meminfo"), MEMORY, "");
    return kilobytes.isEmpty() ? "" : Long.parseLong(kilobytes) / (1 << 20) + " GiB";
  }

  private static String found(Path file, Pattern pattern, String otherwise) throws IOException {
    if (!Files.isReadable(file)) {
      return otherwise;
    }
    Matcher matcher = pattern.matcher(Files.readString(file));
    return matcher.find() ? matcher.group(1).strip() : otherwise;
  }

  /** What a commit waits for, where the folders of the bench are. */
  private static String commit() throws IOException {
    Path folder = Local.temporaryFolder("lastword-bench");
    try {
      List<Double> millis = new ArrayList<>();
      try (FileChannel file =
          FileChannel.open(
              folder.resolve("commits"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (int i = 0; i < COMMITS; i++) {
          long begun = System.nanoTime();
          file.write(ByteBuffer.allocate(COMMIT_BYTES));
          file.force(false);
          millis.add((System.nanoTime() - begun) / 1e6);
        }
      }
      Series series = new Series(millis);
      return "SQLite, WAL, synchronous=FULL, on "
          + Files.getFileStore(folder).type()
          + "; 4 KiB and their fsync take "
          + Report.spread(series)
          + " ms";
    } finally {
      Local.delete(folder);
    }
  }
}
