package dev.lastword.faults.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Processes, ports and folders on this machine. */
public final class Local {

  private static final int HIGHEST_PORT_OF_A_CLUSTER = 50_000;

  private static final Executor LAUNCHER =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("launcher").factory());

  private Local() {}

  /** A port that is free now. Redis Cluster wants a second one, 10,000 above. */
  public static int freePort() {
    while (true) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (free.getLocalPort() < HIGHEST_PORT_OF_A_CLUSTER) {
          return free.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static Path temporaryFolder(String name) {
    try {
      return Files.createTempDirectory(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder with what is in it; what is gone already is no problem. */
  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Deleted before.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code kill -9}, and waits for the end. */
  public static void kill(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** SIGSTOP; returns when every thread of the process stands. */
  static void freeze(Process process) {
    signal(process, "STOP");
    await(Duration.ofSeconds(10), "the process stands", () -> stands(process));
  }

  /** SIGCONT. */
  static void thaw(Process process) {
    signal(process, "CONT");
  }

  private static void signal(Process process, String name) {
    try {
      List<String> command = List.of("kill", "-" + name, Long.toString(process.pid()));
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new IllegalStateException("cannot send SIG" + name + " to " + process.pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The signal reaches one thread after the other. */
  private static boolean stands(Process process) {
    try (Stream<Path> threads =
        Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until it is so.
   *
   * @throws IllegalStateException if it is not so in time
   */
  public static void await(Duration patience, String what, BooleanSupplier so) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!so.getAsBoolean()) {
        if (System.nanoTime() - end > 0) {
          throw new IllegalStateException("not within " + patience.toSeconds() + " s: " + what);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before " + what, e);
    }
  }

  /** Runs when this process ends in order; those that are killed take their servers with them. */
  public static void atTheEnd(Runnable close) {
    Runtime.getRuntime().addShutdownHook(new Thread(close));
  }

  /** What makes a process that is not a Java machine end with the thread that launched it. */
  public static List<String> mortal(String... command) {
    return Stream.concat(Stream.of("setpriv", "--pdeathsig", "KILL"), Stream.of(command)).toList();
  }

  /** Launches a process from a thread that lives as long as this machine. */
  public static Process launch(ProcessBuilder builder) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return builder.start();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            LAUNCHER)
        .join();
  }
}
