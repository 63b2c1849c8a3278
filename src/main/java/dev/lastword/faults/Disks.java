package dev.lastword.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Disks that are full, and disks that fail: injected into the system calls of a running server by
 * strace, below the Java machine and below SQLite.
 */
final class Disks {

  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final Duration FILLING = Duration.ofSeconds(40);

  /** Runs a command on a small disk of its own, which holds the folder, and keeps what it left. */
  private static final String ON_A_SMALL_DISK =
      """
      folder=$1; shift
      mkdir "$folder.kept" && cp -a "$folder/." "$folder.kept/" || exit 1
      mount -t tmpfs -o size=2m tmpfs "$folder" && cp -a "$folder.kept/." "$folder/" || exit 1
      "$@"; status=$?
      rm -rf "$folder.kept"/* && cp -a "$folder/." "$folder.kept/" && exit $status
      """;

  private Disks() {}

  static List<Fault> faults() {
    return List.of(
        new Fault(
            "disk-full",
            "no room left on the disk",
            Disks::few,
            Fault.inArenas(1, OneServer::open, Disks::full)),
        failing("disk-fsync", "fsync fails (EIO)", 5, "fsync:error=EIO:when=%d"),
        failing("disk-write", "a write fails (EIO)", 30, "pwrite64:error=EIO:when=%d"),
        failing(
            "disk-space",
            "every write fails from then on (ENOSPC)",
            30,
            "pwrite64:error=ENOSPC:when=%d+"),
        failing("disk-read", "reads fail now and then (EIO)", 60, "pread64:error=EIO:when=%d+50"));
  }

  private static int few(int rounds) {
    return Math.clamp(rounds / 30, 1, 25);
  }

  /**
   * A fault of a system call.
   *
   * @param from the first call of a thread that may fail; each thread counts its own
   */
  private static Fault failing(String name, String description, int from, String injection) {
    return new Fault(
        name,
        description,
        Disks::few,
        Fault.inArenas(
            10,
            OneServer::open,
            (arena, random) -> failing(arena, injection.formatted(from + random.nextInt(60)))));
  }

  private static Verdict failing(OneServer arena, String injection) throws Exception {
    arena.server().kill();
    Path file = arena.data.resolve("lastword.db");
    List<String> strace =
        List.of(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            "/dev/null",
            "-P",
            file.toString(),
            "-P",
            file + "-wal",
            "-e",
            "trace=" + injection.substring(0, injection.indexOf(':')),
            "-e",
            "inject=" + injection);
    try {
      arena.start(strace);
      try (Traffic _ = arena.traffic()) {
        arena.awaitDeathOr(PATIENCE);
        arena.server().kill();
      }
    } catch (Server.Trouble refused) {
      // It met the failure at its start.
      arena.server().kill();
    }
    String log = arena.server().log();
    if (!log.matches("(?s).*SQLITE_(IOERR|FULL|CORRUPT).*")) {
      throw new Server.Trouble("the disk did not fail:\n" + log);
    }
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }

  private static Verdict full(OneServer arena, Random random) throws Exception {
    arena.server().kill();
    arena.start(
        List.of("unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, "sh", arena.data.toString()));
    Server full = arena.server();
    try (Traffic _ = arena.traffic()) {
      arena.awaitDeath(FILLING);
    }
    if (!full.log().contains("SQLITE_FULL")) {
      throw new Server.Trouble("the disk was not full:\n" + full.log());
    }
    if (full.awaitEnd() != dev.lastword.Serving.CANNOT_CHARGE) {
      throw new Server.Trouble("it ended with another status:\n" + full.log());
    }
    takeOver(Path.of(arena.data + ".kept"), arena.data);
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }

  private static void takeOver(Path kept, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.list(kept)) {
      for (Path file : files.toList()) {
        Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.delete(kept);
  }
}
