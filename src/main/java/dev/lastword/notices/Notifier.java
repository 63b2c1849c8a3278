package dev.lastword.notices;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Notice;
import dev.lastword.accounts.Outbox;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes notices out of the outbox and sends each until its receiver has taken it: at least once,
 * for a crash may come between the two. It has a thread of its own, and nobody waits for it.
 *
 * <p>While the receiver fails, one notice at a time is tried.
 */
public final class Notifier implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Notifier.class.getName());

  /** A node that died while it sent leaves its notices to others after that long at the latest. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final int LOOKS_A_COUNT = 10;
  private static final int FEW = 1_000;
  private static final int MOST_DOUBLINGS = 30;
  private static final double JITTER = 0.2;

  private final Outbox outbox;
  private final Receiver receiver;
  private final Patience patience;
  private final World world;
  private final Telemetry telemetry;
  private final Webhook webhook;
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;
  private volatile Outbox.Waiting waiting = new Outbox.Waiting(0, null);
  private volatile boolean closed;
  private boolean answering = true;
  private boolean reachable = true;
  private long countedNanos;

  /** Sends nothing before it is started. */
  public Notifier(Outbox outbox, Receiver receiver, World world, Telemetry telemetry) {
    this.outbox = outbox;
    this.receiver = receiver;
    this.patience = receiver.patience();
    this.world = world;
    this.telemetry = telemetry;
    this.webhook = new Webhook(receiver);
    this.thread = Thread.ofPlatform().name("notices").daemon().unstarted(this::run);
    telemetry.gauge(
        "lastword.notices.waiting",
        "Notices of low balances that were not sent yet",
        () -> waiting.notices());
    telemetry.gauge(
        "lastword.notices.age.seconds",
        "Seconds that the oldest of them has waited",
        this::ageSeconds);
  }

  private double ageSeconds() {
    Instant since = waiting.since();
    return since == null ? 0 : Duration.between(since, now()).toMillis() / 1e3;
  }

  private Instant now() {
    return world.clock().instant();
  }

  /** Begins. */
  public Notifier start() {
    thread.start();
    return this;
  }

  private void run() {
    while (!closed) {
      boolean more = false;
      try {
        count();
        more = round();
        reachable = true;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        complain(e);
      }
      try {
        if (!more) {
          Thread.sleep(patience.look());
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Not every second of an outage. */
  private void complain(Throwable e) {
    if (closed) {
      return;
    }
    if (!(e instanceof AccountsFailure)) {
      LOG.log(Level.ERROR, "the notices cannot be sent now", e);
    } else if (reachable) {
      LOG.log(Level.WARNING, "the notices cannot be read or noted now: " + e.getMessage());
    }
    reachable = false;
  }

  /** Many are counted now and then only, for it takes as long as there are many. */
  private void count() {
    long now = world.nanoTime().getAsLong();
    if (waiting.notices() < FEW
        || now - countedNanos >= patience.look().toNanos() * LOOKS_A_COUNT) {
      try {
        waiting = outbox.waiting();
      } catch (AccountsFailure e) {
        LOG.log(Level.DEBUG, "the notices cannot be counted, and are sent all the same", e);
      }
      countedNanos = world.nanoTime().getAsLong();
    }
  }

  /** Sends what is due, a handful. False if that was all. */
  private boolean round() throws InterruptedException {
    int atOnce = answering ? patience.atOnce() : 1;
    List<Notice> due = outbox.take(now(), patience.answer().plus(MARGIN), atOnce);
    if (due.isEmpty() || closed) {
      return false;
    }
    List<Future<Optional<String>>> sending = new ArrayList<>();
    for (Notice notice : due) {
      sending.add(senders.submit(() -> webhook.send(notice, now())));
    }
    List<Notice> told = new ArrayList<>();
    Map<Notice, Instant> postponed = new HashMap<>();
    for (int i = 0; i < due.size(); i++) {
      Optional<String> problem = problem(sending.get(i));
      if (problem.isEmpty()) {
        told.add(due.get(i));
        world.steps().at(Step.NOTICE_SENT);
        telemetry.noticeSent();
      } else {
        postponed.put(due.get(i), now().plus(pause(due.get(i).attempts())));
        telemetry.noticeFailed(problem.get());
      }
    }
    if (closed) {
      // What was cut off has not failed.
      outbox.note(told, Map.of());
      return false;
    }
    outbox.note(told, postponed);
    if (told.isEmpty() == answering) {
      answering = !answering;
      LOG.log(
          answering ? Level.INFO : Level.WARNING,
          "notices: " + receiver + (answering ? " answers again" : " does not take them"));
    }
    return answering && due.size() == atOnce;
  }

  private Optional<String> problem(Future<Optional<String>> sending) throws InterruptedException {
    try {
      return sending.get();
    } catch (ExecutionException e) {
      if (!closed) {
        LOG.log(Level.ERROR, "a notice cannot be sent", e.getCause());
      }
      return Optional.of("error");
    }
  }

  /** Not exactly twice as long each time, so that what failed together does not come together. */
  private Duration pause(int attempts) {
    double seconds =
        Math.min(
            patience.longestPause().toMillis() / 1e3,
            patience.firstPause().toMillis()
                / 1e3
                * Math.pow(2, Math.min(attempts, MOST_DOUBLINGS)));
    double jitter = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
    return Duration.ofMillis(Math.round(seconds * jitter * 1e3));
  }

  /** What is being sent now is sent again by whoever comes after. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    senders.shutdownNow();
    webhook.close();
    try {
      thread.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
