package dev.lastword.faults;

import dev.lastword.Serving;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Ends that are asked for, processes that stand still and go on, and one too many. */
final class Processes {

  private Processes() {}

  static List<Fault> faults() {
    return List.of(
        new Fault(
            "terminate",
            "SIGTERM with live streams",
            rounds -> Math.clamp(rounds / 10, 1, 25),
            Fault.inArenas(10, OneServer::open, Processes::terminate)),
        new Fault(
            "freeze",
            "SIGSTOP for two seconds, SIGCONT",
            rounds -> Math.clamp(rounds / 10, 1, 25),
            Fault.inArenas(10, OneServer::open, Processes::freeze)),
        new Fault(
            "rival",
            "SIGSTOP, another server tries to take the folder over without its lock, SIGCONT",
            rounds -> Math.clamp(rounds / 20, 1, 10),
            Fault.inArenas(1, OneServer::open, Processes::rival)),
        new Fault(
            "second-process",
            "another server on the same folder",
            rounds -> Math.clamp(rounds / 10, 1, 10),
            Fault.inArenas(5, OneServer::open, Processes::secondProcess)));
  }

  /** Nothing may be charged beyond delivery here: streams end in order, if not by themselves. */
  private static Verdict terminate(OneServer arena, Random random) throws Exception {
    Server stopping = arena.server();
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(20);
      Traffic.pause(Duration.ofMillis(random.nextInt(300)));
      stopping.terminate();
      arena.awaitDeath(Duration.ofSeconds(30));
    }
    if (stopping.awaitEnd() != 0 || !stopping.log().contains("every receipt is written")) {
      throw new Server.Trouble("it did not stop in order:\n" + stopping.log());
    }
    arena.start(List.of());
    return arena.judge(Allowance.ORDER);
  }

  private static Verdict freeze(OneServer arena, Random random) throws Exception {
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(20);
      Traffic.pause(Duration.ofMillis(random.nextInt(100)));
      arena.server().freeze();
      Traffic.pause(Duration.ofSeconds(2));
      arena.server().thaw();
      arena.awaitAcknowledged(20);
    }
    return arena.judge(Allowance.STANDSTILL);
  }

  /**
   * The lock on the folder keeps a second process away, so it is taken away here, as a file system
   * without such locks would. The database still has its own, but for the moment between a commit
   * and the next transaction: who stands still just there is succeeded, and must sell no more.
   */
  private static Verdict rival(OneServer arena, Random random) throws Exception {
    Server server = arena.server();
    Server rival;
    boolean succeeded;
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(20 + random.nextInt(20));
      server.freeze();
      Files.delete(arena.data.resolve("lastword.lock"));
      rival = arena.rival();
      succeeded = rival.starts();
      server.thaw();
      if (succeeded) {
        arena.awaitDeath(Duration.ofSeconds(30));
      } else {
        arena.awaitAcknowledged(20);
      }
    }
    if (succeeded) {
      if (server.awaitEnd() != Serving.CANNOT_CHARGE) {
        throw new Server.Trouble("it was succeeded, and ended otherwise:\n" + server.log());
      }
      arena.succeed(rival);
      return arena.judge(Allowance.NODES);
    }
    if (rival.awaitEnd() == 0 || !rival.log().contains("database is locked")) {
      throw new Server.Trouble("it was not told what is in its way:\n" + rival.log());
    }
    return arena.judge(Allowance.STANDSTILL);
  }

  private static Verdict secondProcess(OneServer arena, Random random) throws Exception {
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(5 + random.nextInt(10));
      Server second = arena.rival();
      if (second.awaitEnd() != 1 || !second.log().contains("in use by process ")) {
        throw new Server.Trouble("a second process was not told who holds it:\n" + second.log());
      }
      arena.awaitAcknowledged(20);
    }
    return arena.judge(Allowance.ORDER);
  }
}
