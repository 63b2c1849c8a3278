package dev.lastword.faults.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Starts other Java machines with this one's classes. What each of them would do at its start is
 * done once, into a cache beside these classes, so that many can be started.
 */
public final class JavaMachine {

  private static final int TRAINING_SECONDS = 120;
  private static final Pattern SETTING =
      Pattern.compile("(LASTWORD|SQS|AWS)_.*|DSN|MONGODB_URI|REDIS_URL");

  private JavaMachine() {}

  private static final class Once {
    static final List<String> OPTIONS = options();
  }

  /**
   * The command up to where the class is named whose {@code main} runs.
   *
   * @param more options of the machine's
   */
  public static List<String> command(String maximumMemory, String... more) {
    List<String> command = new ArrayList<>(machine());
    command.add("-Xmx" + maximumMemory);
    command.addAll(List.of(more));
    command.addAll(Once.OPTIONS);
    return command;
  }

  /** Takes away what would lead the program to somebody's own data. */
  public static ProcessBuilder withoutSettings(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> SETTING.matcher(name).matches());
    return builder;
  }

  private static List<String> machine() {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED");
  }

  private static List<String> options() {
    try {
      Path folder = Files.createDirectories(here().resolveSibling("machine"));
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        String classPath = classPath(folder);
        Path cache = folder.resolve(name(classPath) + ".aot");
        if (!Files.exists(cache)) {
          deleteOld(folder);
          train(folder, cache, classPath);
        }
        return List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-cp", classPath);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of builds before this one; what is in use stays readable where it is. */
  private static void deleteOld(Path folder) throws IOException {
    FileTime anHourAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().matches(".*\\.(aot|jar)")).toList()) {
        if (Files.getLastModifiedTime(file).compareTo(anHourAgo) < 0) {
          Files.delete(file);
        }
      }
    }
  }

  static Path here() {
    try {
      return Path.of(JavaMachine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A cache is of jars alone, so folders of classes are packed. */
  private static String classPath(Path folder) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        Path jar = folder.resolve(path.getFileName() + "-" + stamp(path) + ".jar");
        if (!Files.exists(jar)) {
          pack(path, jar);
        }
        entries.add(jar.toString());
      } else if (Files.exists(path)) {
        entries.add(path.toString());
      }
    }
    return String.join(":", entries);
  }

  /** Changes whenever a file does. */
  private static String stamp(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long stamp = 0;
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        stamp =
            31 * (31 * stamp + file.toString().hashCode())
                + Files.getLastModifiedTime(file).toMillis()
                + Files.size(file);
      }
      return HexFormat.of().toHexDigits(stamp);
    }
  }

  private static String name(String classPath) throws IOException {
    long stamp = classPath.hashCode();
    for (String entry : classPath.split(":", -1)) {
      Path file = Path.of(entry);
      stamp = 31 * stamp + Files.getLastModifiedTime(file).toMillis() + Files.size(file);
    }
    return HexFormat.of().toHexDigits(stamp);
  }

  private static void pack(Path folder, Path jar) throws IOException {
    Path part = Files.createTempFile(jar.getParent(), "part", "");
    try (OutputStream out = Files.newOutputStream(part);
        JarOutputStream packed = new JarOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      packed.setLevel(0);
      // Whoever looks for what is in a folder finds it by the folder's own entry.
      for (Path file : files.filter(one -> !one.equals(folder)).toList()) {
        boolean isFolder = Files.isDirectory(file);
        packed.putNextEntry(new ZipEntry(folder.relativize(file) + (isFolder ? "/" : "")));
        if (!isFolder) {
          Files.copy(file, packed);
        }
      }
    }
    Files.move(part, jar);
  }

  /** Has one machine show the whole program, and keep what it learned. */
  private static void train(Path folder, Path cache, String classPath) throws IOException {
    List<String> command = new ArrayList<>(machine());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:AOTCacheOutput=" + cache,
            "-cp",
            classPath,
            "dev.lastword.Main",
            "demo",
            "--once",
            "--brief"));
    Path log = folder.resolve("training.log");
    Process training =
        withoutSettings(new ProcessBuilder(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!training.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS) || !Files.exists(cache)) {
        training.destroyForcibly();
        throw new IllegalStateException("the program cannot be shown:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      training.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
