package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Bought;
import dev.lastword.faults.ClientLog.Unanswered;
import dev.lastword.metering.WordSales;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Requests all at once, settlements again and out of order, a clock that jumps. */
final class Disorder {

  private static final int BALANCE = 10;
  private static final int BUYERS = 200;
  private static final int RETRIED = 20;

  /** Seconds from the real time; less than a day apart, for which a key is remembered. */
  private static final List<Integer> CLOCKS = List.of(7_200, -7_200, 40_000, 0, -40_000, 3, 0);

  private Disorder() {}

  static List<Fault> faults() {
    return List.of(
        new Fault(
            "race",
            BUYERS + " requests at once on a balance of " + BALANCE + ", threads stirred",
            rounds -> Math.clamp(rounds / 2, 2, 100),
            Fault.inArenas(50, seed -> OneServer.open(seed, "stir 20"), Disorder::race)),
        new Fault(
            "redelivery",
            "each settlement again, older ones after newer ones, kill -9",
            rounds -> Math.clamp(rounds / 5, 1, 50),
            Fault.inArenas(
                10, seed -> OneServer.open(seed, "redeliver " + seed), Disorder::redelivery)),
        new Fault(
            "clock",
            "the wall clock jumps by hours, both ways",
            rounds -> Math.clamp(rounds / 10, 1, 10),
            Fault.inArenas(5, OneServer::open, Disorder::clock)));
  }

  private static Verdict race(OneServer arena, Random random) throws Exception {
    String user = "racer-" + random.nextLong(Long.MAX_VALUE);
    arena.users().create(arena.http(), arena.log, user, BALANCE, BALANCE, "");
    AtomicInteger sold = new AtomicInteger();
    String key = "race-" + random.nextLong(Long.MAX_VALUE);
    arena.log.unanswered.put(key, new Unanswered(user, "/memes", Traffic.MEME, key));
    try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int buyer = 0; buyer < BUYERS; buyer++) {
        boolean keyed = buyer % 10 == 0;
        buyers.execute(() -> buy(arena, user, keyed ? key : null, sold));
      }
    }
    Verdict verdict = arena.judge(Allowance.CRASH);
    // The key is one charge, however often it was answered.
    long charges =
        arena.log.bought.stream().filter(meme -> key.equals(meme.key())).count() > 0
            ? sold.get() + 1
            : sold.get();
    return charges == BALANCE
        ? verdict
        : verdict.plus(
            new Verdict(
                0,
                0,
                0,
                Math.max(0, charges - BALANCE),
                0,
                0,
                List.of(charges + " of " + BALANCE + " were sold")));
  }

  private static void buy(OneServer arena, String user, @Nullable String key, AtomicInteger sold) {
    try {
      if (key != null) {
        Traffic.retry(
            arena.http(),
            arena.users(),
            arena.log,
            new Unanswered(user, "/memes", Traffic.MEME, key));
        return;
      }
      HttpResponse<String> answer =
          arena.http().send("POST", "/memes", arena.users().token(user), Traffic.MEME);
      if (answer.statusCode() == 200) {
        sold.incrementAndGet();
        Traffic.bought(arena.log, user, answer, null);
      } else if (answer.statusCode() != 402) {
        arena.log.wrong("a racer got " + answer.statusCode());
      }
    } catch (IOException e) {
      arena.log.wrong("a racer got " + e);
    }
  }

  private static Verdict redelivery(OneServer arena, Random random) throws Exception {
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(200);
      arena.server().kill();
    }
    arena.start(List.of(), "redeliver " + random.nextLong(Long.MAX_VALUE));
    return arena.judge(Allowance.CRASH);
  }

  /** What was just bought with a key is asked for again after each jump: it must be the same. */
  private static Verdict clock(OneServer arena, Random random) throws Exception {
    try (Traffic _ =
        Traffic.startWithoutNewAccounts(
            arena.http(), arena.users(), arena.log, random.nextLong(1_000))) {
      for (int seconds : CLOCKS) {
        arena.awaitAcknowledged(20);
        arena.server().order("clock " + seconds);
        List<Bought> keyed =
            arena.log.bought.stream()
                .filter(one -> one.key() != null && !one.product().equals(WordSales.ANSWER))
                .toList();
        for (Bought meme : keyed.subList(Math.max(0, keyed.size() - RETRIED), keyed.size())) {
          String user = meme.amount() == 1 ? Users.TEXT : Users.ARTIFICIAL;
          Traffic.retry(
              arena.http(),
              arena.users(),
              arena.log,
              new Unanswered(user, "/memes", Traffic.MEME, Objects.requireNonNull(meme.key())));
        }
      }
      arena.server().order("clock " + (random.nextBoolean() ? 7_000 : -7_000));
      arena.awaitAcknowledged(20);
      arena.server().kill();
    }
    arena.start(List.of());
    return arena.judge(Allowance.CRASH);
  }
}
