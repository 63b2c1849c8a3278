package dev.lastword;

import dev.lastword.accounts.Levels;
import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Quarantined.State;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.settlement.FlowLog;
import dev.lastword.settlement.SettlementWorker;
import dev.lastword.settlement.WorkerLimits;
import dev.lastword.store.mongo.MongoAccounts;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.store.sqs.SqsQueue;
import dev.lastword.telemetry.JsonLines;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.world.Steps;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** The settlement worker as a whole process, and what operators do with the quarantine. */
public final class Settling implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Settling.class.getName());
  private static final String QUEUE = "LASTWORD_QUEUE";
  private static final String URL = "SQS_QUEUE_URL";
  private static final String ENDPOINT = "SQS_ENDPOINT";
  private static final String SQS = "sqs:";

  private final SharedAccounts accounts;
  private final Optional<SqsAddress> address;

  private Settling(SharedAccounts accounts, Optional<SqsAddress> address) {
    this.accounts = accounts;
    this.address = address;
  }

  /**
   * Opens the system of record that the settings name.
   *
   * @throws Settings.Wrong if it is not one that several nodes share
   */
  public static Settling open() {
    return open(Settings.given());
  }

  /** The same with settings from elsewhere than the environment and the file. */
  public static Settling open(Map<String, String> settings) {
    Map<String, String> given = new TreeMap<>(settings);
    Optional<SqsAddress> address = queue(given);
    given.keySet().removeAll(List.of(QUEUE, URL));
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new SecureRandom());
    Configuration configuration = Settings.read(given).configuration();
    Levels levels = configuration.levels(InstantSource.system());
    SharedAccounts accounts =
        switch (configuration.store()) {
          case Configuration.Store.Embedded _ ->
              throw new Settings.Wrong(
                  "a settlement worker needs DSN or MONGODB_URI: the database that nodes share");
          case Configuration.Store.Mysql mysql -> Service.open(mysql, ids, Steps.NONE, levels);
          case Configuration.Store.Mongo(var database) ->
              MongoAccounts.open(database, ids, Steps.NONE, levels);
        };
    return new Settling(accounts, address);
  }

  /** What was chosen by name has the last word; else the queue's URL chooses it. */
  static Optional<SqsAddress> queue(Map<String, String> given) {
    String chosen = given.getOrDefault(QUEUE, "").strip();
    String queue = chosen.isEmpty() ? given.getOrDefault(URL, "").strip() : chosen;
    if (queue.isEmpty() || queue.equals("none")) {
      return Optional.empty();
    }
    if (!chosen.isEmpty() && !chosen.startsWith(SQS)) {
      throw new Settings.Wrong(QUEUE + " must be none, or begin with " + SQS);
    }
    String name = chosen.isEmpty() ? queue : queue.substring(SQS.length());
    String endpoint = given.getOrDefault(ENDPOINT, "").strip();
    try {
      return Optional.of(
          new SqsAddress(
              name.isEmpty() ? SqsAddress.USUAL : name,
              endpoint.isEmpty() ? Optional.empty() : Optional.of(URI.create(endpoint))));
    } catch (IllegalArgumentException e) {
      throw new Settings.Wrong((chosen.isEmpty() ? URL : QUEUE) + ": " + e.getMessage());
    }
  }

  /**
   * Settles until SIGTERM; returns only if the start failed.
   *
   * @param hidden for how long what this worker took is hidden from the others, whole seconds
   */
  public int run(Duration hidden) throws InterruptedException {
    SqsAddress where =
        address.orElseThrow(
            () -> new Settings.Wrong(QUEUE + " or " + URL + " must say where the queue is"));
    SqsQueue queue = SqsQueue.open(where);
    SettlementWorker worker =
        new SettlementWorker(
            queue,
            accounts,
            InstantSource.system(),
            new FlowLog(new Telemetry()),
            WorkerLimits.usual().hiding(hidden));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  JsonLines.whileEnding(Settling.class, "stopping: what is in hand is finished");
                  worker.close();
                  queue.close();
                  close();
                  JsonLines.whileEnding(Settling.class, "stopped");
                  Runtime.getRuntime().halt(0);
                },
                "shutdown"));
    worker.start();
    LOG.log(Level.INFO, "settling what comes out of " + where);
    new CountDownLatch(1).await();
    return 1;
  }

  /** Messages that hold others up, oldest first. */
  public List<Quarantined> quarantined() {
    return accounts.desk().quarantined();
  }

  /** Has a worker read a message again. False if there is none that waits under that id. */
  public boolean release(String id) {
    return accounts.desk().decide(id, State.WAITING, State.RELEASED);
  }

  /** Gives a message up. False if there is none under that id that holds anything up. */
  public boolean discard(String id) {
    return accounts.desk().decide(id, State.WAITING, State.DISCARDED)
        || accounts.desk().decide(id, State.RELEASED, State.DISCARDED);
  }

  @Override
  public void close() {
    accounts.close();
  }
}
