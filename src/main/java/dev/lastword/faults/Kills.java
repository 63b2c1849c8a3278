package dev.lastword.faults;

import dev.lastword.faults.Fault.Round;
import dev.lastword.world.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** {@code kill -9}, whenever and wherever. */
final class Kills {

  private static final int ROUNDS_AN_ARENA = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LATEST_MILLIS = 300;
  private static final int LATEST_IN_RECOVERY_MILLIS = 1_200;

  private Kills() {}

  static List<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    faults.add(
        new Fault(
            "kill",
            "kill -9 at a random moment",
            rounds -> rounds,
            Fault.inArenas(ROUNDS_AN_ARENA, OneServer::open, Kills::atRandom)));
    for (String act : acts()) {
      List<Step> steps =
          List.of(Step.values()).stream().filter(step -> step.act().equals(act)).toList();
      faults.add(
          new Fault(
              "kill-" + act,
              "kill -9 at each of the " + steps.size() + " steps of " + act,
              rounds -> steps.size() * Math.max(1, rounds / 20),
              Fault.inArenas(
                  ROUNDS_AN_ARENA,
                  OneServer::open,
                  act.equals("recovery")
                      ? inTurn(steps, Kills::inRecovery)
                      : inTurn(steps, Kills::at))));
    }
    faults.add(
        new Fault(
            "kill-starting",
            "kill -9 at random moments of two starts after a kill -9",
            rounds -> Math.max(1, rounds / 5),
            Fault.inArenas(ROUNDS_AN_ARENA, OneServer::open, Kills::whileStarting)));
    return faults;
  }

  /** Operators' old keys are forgotten once an hour, and no money with them. */
  private static Set<String> acts() {
    Set<String> acts = new TreeSet<>();
    for (Step step : Step.values()) {
      acts.add(step.act());
    }
    acts.remove("forget");
    return acts;
  }

  private interface AtStep {
    Verdict play(OneServer arena, Step step, Random random) throws Exception;
  }

  private static Round<OneServer> inTurn(List<Step> steps, AtStep round) {
    int[] next = {0};
    return (arena, random) -> round.play(arena, steps.get(next[0]++ % steps.size()), random);
  }

  private static Verdict atRandom(OneServer arena, Random random) throws Exception {
    kill(arena, random);
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }

  private static void kill(OneServer arena, Random random) throws Exception {
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(20);
      Traffic.pause(Duration.ofMillis(random.nextInt(LATEST_MILLIS)));
      arena.server().kill();
    }
  }

  private static Verdict at(OneServer arena, Step step, Random random) throws Exception {
    arena.server().order("kill " + step.word() + " " + (1 + random.nextInt(8)));
    try (Traffic _ = arena.traffic()) {
      arena.awaitDeath(PATIENCE);
    }
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }

  private static Verdict inRecovery(OneServer arena, Step step, Random random) throws Exception {
    kill(arena, random);
    for (int again = random.nextInt(2); again >= 0; again--) {
      arena.launch(List.of(), "kill " + step.word() + " 1");
      arena.awaitDeath(PATIENCE);
    }
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }

  private static Verdict whileStarting(OneServer arena, Random random) throws Exception {
    kill(arena, random);
    for (int again = 0; again < 2; again++) {
      Server starting = arena.launch(List.of());
      Traffic.pause(Duration.ofMillis(random.nextInt(LATEST_IN_RECOVERY_MILLIS)));
      starting.kill();
    }
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }
}
