package dev.lastword.faults;

import dev.lastword.faults.Fault.Opening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What three nodes share fails: Redis, the queue, the system of record, a node itself. */
final class Components {

  private static final String EVERYTHING = "all";

  /** Answers before and after each harm. */
  private static final int SOME = 30;

  private static final Duration OUTAGE = Duration.ofSeconds(30);
  private static final Duration SHORT_OUTAGE = Duration.ofSeconds(3);
  private static final Duration BREATH = Duration.ofSeconds(2);

  private Components() {}

  /** Something that happens to nodes while clients go on. */
  private interface Harm {
    void happen(Nodes nodes, Random random, Duration outage) throws Exception;
  }

  private record Named(String name, String description, Harm harm) {}

  private static final List<Named> WITHOUT_QUEUE =
      List.of(
          new Named("flush", "FLUSHALL", (nodes, _, _) -> nodes.flush()),
          new Named("redis", "kill -9 of Redis, restart", (nodes, _, _) -> nodes.restartRedis()),
          new Named("failover", "failover to a lagging replica", (nodes, _, _) -> nodes.failOver()),
          new Named(
              "old-master",
              "the same, and one node stays with the old master for a while",
              (nodes, random, outage) -> nodes.failOverBehindOnesBack(random, outage.dividedBy(3))),
          new Named("node", "kill -9 of a node", (nodes, random, _) -> nodes.killANode(random)),
          new Named(
              "rollout",
              "each node in turn: another one in its place, SIGTERM",
              (nodes, _, _) -> nodes.rollOut()),
          new Named(
              "freeze",
              "SIGSTOP of a node through a restart of Redis, SIGCONT",
              (nodes, random, _) -> nodes.freezeANodeWhileRedisRestarts(random)),
          new Named(
              "database",
              "the system of record is away for " + OUTAGE.toSeconds() + " s",
              (nodes, _, outage) -> nodes.withoutDatabase(outage)));

  private static final List<Named> OF_QUEUE =
      List.of(
          new Named("worker", "kill -9 of a worker", (nodes, _, _) -> nodes.killTheWorker()),
          new Named(
              "queue",
              "the queue is away for " + OUTAGE.toSeconds() + " s",
              (nodes, _, outage) -> nodes.withoutQueue(outage)),
          new Named(
              "twice",
              "every message comes twice, some much later",
              (nodes, _, outage) -> nodes.everyMessageTwice(200, outage)));

  static List<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    faults.addAll(faults("mysql", WITHOUT_QUEUE, Nodes::onMysql));
    List<Named> all = new ArrayList<>(WITHOUT_QUEUE);
    all.addAll(OF_QUEUE);
    faults.addAll(faults("mongo", all, Nodes::onMongo));
    return faults;
  }

  private static List<Fault> faults(String place, List<Named> harms, Opening<Nodes> opening) {
    List<Fault> faults = new ArrayList<>();
    faults.add(
        new Fault(
            place + "-" + EVERYTHING,
            "three nodes: all of the following in random order, under one load",
            rounds -> Math.max(1, rounds / 20),
            (rounds, seed) -> {
              Duration outage = rounds == 1 ? SHORT_OUTAGE : OUTAGE;
              return Fault.inArenas(
                      1,
                      opening,
                      (Nodes nodes, Random random) -> inTurn(nodes, harms, rounds, random, outage))
                  .run(1, seed);
            }));
    for (Named named : harms) {
      faults.add(
          new Fault(
              place + "-" + named.name(),
              "three nodes: " + named.description(),
              rounds -> rounds / 20,
              Fault.inArenas(
                  5,
                  opening,
                  (nodes, random) -> inTurn(nodes, List.of(named), 1, random, OUTAGE))));
    }
    return faults;
  }

  private static Verdict inTurn(
      Nodes nodes, List<Named> harms, int times, Random random, Duration outage) throws Exception {
    try (Traffic _ = nodes.traffic()) {
      for (int time = 0; time < times; time++) {
        List<Named> order = new ArrayList<>(harms);
        Collections.shuffle(order, random);
        for (Named named : order) {
          suffer(nodes, named, random, outage);
        }
      }
    }
    return nodes.judge(Allowance.NODES);
  }

  private static void suffer(Nodes nodes, Named named, Random random, Duration outage)
      throws Exception {
    try {
      nodes.awaitAcknowledged(SOME);
      Traffic.pause(Duration.ofMillis(random.nextLong(BREATH.toMillis())));
      named.harm().happen(nodes, random, outage);
      nodes.awaitAcknowledged(SOME);
    } catch (Server.Trouble e) {
      throw new Server.Trouble(named.name() + ": " + e.getMessage());
    }
  }
}
