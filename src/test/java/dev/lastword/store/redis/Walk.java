package dev.lastword.store.redis;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Status;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.settlement.SettlementRoute;
import dev.lastword.simulation.OneThread;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.luaj.vm2.Prototype;

/**
 * One random walk of the protocol, from a seed: real nodes ({@link RedisLedger}) on simulated
 * threads, the real library of functions on simulated Redis masters, a queue or direct settlement,
 * and everything that can go wrong between them. At the end all is healed and drained, the books
 * are checked, and what is left must be for sale to the last unit.
 */
final class Walk {

  /** What must not be. */
  static final class Broken extends RuntimeException {
    Broken(String what) {
      super(what);
    }
  }

  /** The process is gone. */
  private static final class Gone extends Error {
    Gone() {
      super(null, null, false, false);
    }
  }

  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration LEASE = Duration.ofMillis(200);
  private static final int LONGEST = 400_000;
  private static final List<String> IDS = twoOfOnePartition();

  private final Random random;
  private final Set<Rule> without;
  private final Prototype library;
  private final boolean direct;
  private final double timeouts;

  /** Accounts leave at once, and whoever stands still is taken for dead. */
  private final boolean hasty;

  private long nanos;
  private int lives;
  private int nodesEver;
  private int keys;
  private boolean calm;
  private boolean queueDown;
  private final SimulatedAccounts accounts;
  private final List<LuaServer> servers = new ArrayList<>();
  private final List<LuaServer> copies = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Node> crashed = new ArrayList<>();
  private final Map<String, Deque<Runnable>> queue = new HashMap<>();
  private final List<Runnable> ghosts = new ArrayList<>();
  private final List<Wish> wishes = new ArrayList<>();

  /** What clients know for certain, by receipt. */
  private final Map<String, Known> known = new HashMap<>();

  private int delivered;

  private enum Kind {
    AT_ONCE,
    TWO_STEPS,
    STREAM
  }

  private record Wish(String id, Kind kind, long units, RequestKey key) {
    Meter meter() {
      return kind == Kind.STREAM ? Meter.WORDS : Meter.TOKENS;
    }
  }

  private static final class Known {
    final Wish wish;
    final Node node;
    long delivered;
    boolean answered;
    boolean closed;

    Known(Wish wish, Node node) {
      this.wish = wish;
      this.node = node;
    }
  }

  Walk(long seed, Prototype library, Set<Rule> without) {
    this(seed, library, without, seed % 3 == 0);
  }

  /** One in a mood of the caller's choice. */
  Walk(long seed, Prototype library, Set<Rule> without, boolean hasty) {
    this.random = new Random(seed);
    this.library = library;
    this.without = without;
    this.direct = random.nextInt(10) < 4;
    this.timeouts = List.of(0.0, 0.0, 0.01, 0.05).get(random.nextInt(4));
    this.hasty = hasty;
    this.accounts = new SimulatedAccounts(without, () -> nanos);
    accounts.create(new NewAccount(IDS.get(0), null, Set.of(), 8, 14), null, now());
    accounts.create(new NewAccount(IDS.get(1), null, Set.of(), 4, 6), null, now());
    servers.add(LuaServer.empty(library, Integer.toHexString(++lives), this::micros));
    copies.add(servers.getFirst().successor(library, "copy"));
    for (int i = 0; i < 3; i++) {
      nodes.add(new Node());
    }
  }

  private static List<String> twoOfOnePartition() {
    for (int i = 0; ; i++) {
      if (Partition.of("user " + i).equals(Partition.of("ann"))) {
        return List.of("ann", "user " + i);
      }
    }
  }

  private Instant now() {
    return START.plusNanos(nanos);
  }

  private long micros() {
    return START.toEpochMilli() * 1000 + nanos / 1000;
  }

  /** How many charges were delivered. */
  int run() {
    for (int i = 60 + random.nextInt(400); i > 0; i--) {
      event();
    }
    heal();
    drain();
    settleEverything();
    audit();
    sellTheRest();
    audit();
    nodes.forEach(Node::end);
    return delivered;
  }

  private void event() {
    double chance = random.nextDouble() * 100;
    Node node = nodes.get(random.nextInt(nodes.size()));
    String id = IDS.get(random.nextInt(3) / 2);
    if (chance < 10) {
      node.spawn(() -> serve(node, wish(id)));
    } else if (chance < 11 || (hasty && chance > 93)) {
      node.spawn(() -> node.ledger.tidy(Partition.of(id).number()));
    } else if (chance < 13) {
      node.spawn(node.ledger::renew);
    } else if (chance < 13.5) {
      node.spawn(() -> credit(node, id));
    } else if (chance < 13.8) {
      node.spawn(() -> lower(node, id));
    } else if (chance < 14) {
      node.spawn(() -> operate(node, id));
    } else if (chance < 14.5 || (hasty && chance > 91 && chance <= 93)) {
      node.spawn(() -> node.ledger.sweep(Duration.ofSeconds(15)));
    } else if (chance < 14.7) {
      node.spawn(() -> node.ledger.follow(Duration.ofSeconds(10)));
    } else if (chance < 15.2) {
      servers.getLast().flushAll();
    } else if (chance < 15.8) {
      servers.add(
          copies
              .get(random.nextInt(copies.size()))
              .successor(library, Integer.toHexString(++lives)));
    } else if (chance < 17.5) {
      node.server = servers.get(Math.max(0, servers.size() - 1 - (random.nextInt(5) == 0 ? 1 : 0)));
    } else if (chance < 18) {
      crash(node);
    } else if (chance < 18.4 || (hasty && chance > 89 && chance <= 91)) {
      node.frozen = !node.frozen;
      node.frozenOnce = true;
      if (hasty && node.frozen) {
        accounts.dead.add(node.name);
      } else {
        accounts.dead.remove(node.name);
      }
    } else if (chance < 18.9) {
      nanos += random.nextLong(2 * LEASE.toNanos());
    } else if (chance < 19.2) {
      nanos += Duration.ofSeconds(1 + random.nextInt(3)).toNanos();
    } else if (chance < 19.6) {
      queueDown = !queueDown;
    } else if (chance < 21) {
      if (!ghosts.isEmpty()) {
        ghosts.remove(random.nextInt(ghosts.size())).run();
      }
    } else if (chance < 24) {
      copies.add(servers.getLast().successor(library, "copy"));
      if (copies.size() > 6) {
        copies.removeFirst();
      }
    } else if (chance < 32) {
      work();
    } else {
      for (int i = random.nextInt(12); i >= 0; i--) {
        advance();
      }
    }
  }

  private Wish wish(String id) {
    List<Wish> keyed = wishes.stream().filter(wish -> wish.key() != null).toList();
    if (!keyed.isEmpty() && random.nextInt(10) < (hasty ? 6 : 4)) {
      return keyed.get(keyed.size() - 1 - random.nextInt(Math.min(hasty ? 2 : 4, keyed.size())));
    }
    Kind kind = Kind.values()[random.nextInt(3)];
    RequestKey key =
        random.nextInt(hasty ? 5 : 2) == 0 ? null : new RequestKey("key " + ++keys, "print");
    Wish wish = new Wish(id, kind, 1 + random.nextInt(kind == Kind.STREAM ? 4 : 2), key);
    wishes.add(wish);
    return wish;
  }

  /** A slice of one thread; false if none can go on. */
  private boolean advance() {
    List<Node> ready = new ArrayList<>();
    for (Node node : nodes) {
      if (!node.frozen && node.threads.ready() > 0) {
        ready.add(node);
      }
    }
    nanos += random.nextInt(1_500_000);
    if (ready.isEmpty()) {
      return false;
    }
    Node node = ready.get(random.nextInt(ready.size()));
    node.threads.run(random.nextInt(node.threads.ready()));
    return true;
  }

  private void work() {
    List<Deque<Runnable>> full = queue.values().stream().filter(one -> !one.isEmpty()).toList();
    if (!full.isEmpty()) {
      Deque<Runnable> group = full.get(random.nextInt(full.size()));
      Runnable message = group.peekFirst();
      note("worker");
      message.run();
      if (calm || random.nextInt(10) < 8) {
        group.pollFirst(); // otherwise it comes again
      }
    }
  }

  private void crash(Node node) {
    node.end();
    nodes.remove(node);
    crashed.add(node);
    nodes.add(new Node());
  }

  private void heal() {
    calm = true;
    queueDown = false;
    for (Node node : nodes) {
      node.frozen = false;
      node.server = servers.getLast();
    }
    ghosts.forEach(Runnable::run);
    ghosts.clear();
  }

  private void drain() {
    for (int i = 0; nodes.stream().anyMatch(Node::busy) || pending(); i++) {
      if (i > LONGEST) {
        throw new Broken("it does not end: " + nodes.stream().map(Node::waiting).toList());
      }
      advance();
      work();
    }
  }

  private boolean pending() {
    return queue.values().stream().anyMatch(group -> !group.isEmpty());
  }

  /** What dead nodes left is closed and settled. */
  private void settleEverything() {
    crashed.forEach(node -> accounts.dead.add(node.name));
    Node node = nodes.getFirst();
    for (int i = 0; i < 3; i++) {
      node.spawn(() -> {
        node.ledger.follow(Duration.ofSeconds(10));
        node.ledger.sweep(Duration.ofSeconds(15));
      });
      drain();
      nanos += Duration.ofSeconds(6).toNanos();
      node.spawn(() -> IDS.forEach(id -> node.ledger.tidy(Partition.of(id).number())));
      drain();
    }
  }

  private void sellTheRest() {
    Node node = nodes.getFirst();
    for (String id : IDS) {
      Account account = accounts.find(id).orElse(null);
      if (account == null || account.status() == Status.SUSPENDED) {
        continue;
      }
      long left = account.tokens().left();
      for (long i = left; i >= 0; i--) {
        int before = delivered;
        node.spawn(node.ledger::renew);
        drain();
        node.spawn(() -> serve(node, new Wish(id, Kind.AT_ONCE, 1, null)));
        drain();
        if ((delivered > before) != (i > 0)) {
          throw new Broken(
              i + " left of " + left + " of " + id + ", sold: " + (delivered - before));
        }
      }
    }
  }

  // --- Clients

  private void serve(Node node, Wish wish) {
    try {
      Account account = node.ledger.account(wish.id()).orElse(null);
      if (account == null) {
        return;
      }
      Order order =
          new Order(
              wish.id(),
              account.incarnation(),
              wish.meter(),
              "thing",
              wish.key(),
              wish.key() == null ? null : "seed");
      switch (node.ledger.open(order)) {
        case Opening.Opened(Tab tab) -> {
          Known mine = new Known(wish, node);
          known.put(tab.id(), mine);
          try {
            charge(node, tab, wish, mine);
          } finally {
            node.pause();
            tab.close(0, Outcome.FAILED, null);
          }
        }
        case Opening.Replayed(Receipt receipt) -> {
          if (receipt.outcome() == null) {
            throw new Broken("an open receipt was replayed: " + receipt);
          }
          Known first = known.get(receipt.id());
          if (first.wish.kind() != Kind.STREAM) {
            deliver(first, receipt.amount());
          } else {
            first.delivered = Math.max(first.delivered, receipt.amount());
          }
        }
        default -> {
          // 402, 403, 409 ...
        }
      }
    } catch (LedgerFailure | AccountsFailure e) {
      note(node.name + " 503 " + wish + " " + told(e));
    }
  }

  private void charge(Node node, Tab tab, Wish wish, Known mine) {
    switch (wish.kind()) {
      case AT_ONCE -> {
        if (tab.charge(wish.units(), "text") instanceof Draw.Paid) {
          deliver(mine, wish.units());
        }
      }
      case TWO_STEPS -> {
        if (tab.draw(wish.units(), wish.units()) instanceof Draw.Paid) {
          node.pause();
          boolean made = random.nextInt(5) > 0;
          tab.close(made ? wish.units() : 0, made ? Outcome.COMPLETED : Outcome.FAILED, "text");
          if (made) {
            deliver(mine, wish.units());
          }
        }
      }
      case STREAM -> stream(node, tab, wish.units(), mine);
    }
  }

  private void stream(Node node, Tab tab, long words, Known mine) {
    long paid = 0;
    long sent = 0;
    Outcome outcome = Outcome.FAILED;
    try {
      while (sent < words && random.nextInt(6) > 0) {
        if (sent == paid) {
          if (!(tab.draw(1, 1 + random.nextInt(2)) instanceof Draw.Paid(long units, long _))) {
            break;
          }
          paid += units;
        }
        node.pause();
        if (node.frozenOnce) {
          tab.confirm();
        }
        if (tab.ended().isPresent()) {
          break;
        }
        sent++;
        mine.delivered = Math.max(mine.delivered, sent);
        mine.answered = true;
        delivered++;
        node.pause();
      }
      outcome = Outcome.COMPLETED;
    } finally {
      tab.close(sent, outcome, null);
      mine.closed = true;
    }
  }

  private void deliver(Known mine, long units) {
    if (mine.answered && mine.delivered != units) {
      throw new Broken("answered with " + mine.delivered + " and with " + units);
    }
    if (!mine.answered) {
      delivered++;
    }
    mine.answered = true;
    mine.delivered = units;
  }

  private void credit(Node node, String id) {
    accounts.credit(id, random.nextBoolean() ? Meter.TOKENS : Meter.WORDS, 2, null, now());
    node.pause();
    attempt(() -> node.ledger.refresh(id));
  }

  private void lower(Node node, String id) {
    attempt(() -> node.ledger.lowerTo(id, Meter.TOKENS, 3));
  }

  private void operate(Node node, String id) {
    if (random.nextInt(3) == 0) {
      accounts.delete(id, now());
      node.pause();
      attempt(() -> node.ledger.refresh(id));
      node.pause();
      accounts.create(new NewAccount(id, null, Set.of(), 3, 3), null, now());
    } else {
      boolean active = random.nextBoolean();
      accounts.setStatus(id, active ? Status.ACTIVE : Status.SUSPENDED);
      node.pause();
      attempt(() -> node.ledger.refresh(id));
    }
  }

  private static final boolean TRACE = Boolean.getBoolean("trace");

  private void note(String what) {
    if (TRACE) {
      System.out.println(nanos / 1_000_000 + " " + what);
    }
  }

  private void attempt(Runnable task) {
    try {
      task.run();
    } catch (LedgerFailure | AccountsFailure e) {
      // 503
    }
  }

  // --- The judge

  private void audit() {
    for (Account account : accounts.accounts.values()) {
      for (Meter meter : Meter.values()) {
        Balance balance = account.balance(meter);
        long sum =
            accounts.receipts.values().stream()
                .filter(one -> one.incarnation() == account.incarnation() && one.meter() == meter)
                .mapToLong(Receipt::amount)
                .sum();
        if (sum != balance.spent()) {
          throw new Broken(account.id() + ": receipts " + sum + ", spent " + balance.spent());
        }
      }
    }
    Map<String, Long> delivers = new HashMap<>();
    Set<String> charged = new HashSet<>();
    known.forEach((id, mine) -> {
      Receipt receipt = accounts.receipts.get(id);
      long amount = receipt == null ? 0 : receipt.amount();
      if (mine.answered && (receipt == null || amount < mine.delivered)) {
        throw new Broken("LOST: delivered " + mine.delivered + ", charged " + receipt);
      }
      if (receipt != null && receipt.outcome() == null) {
        throw new Broken("still open: " + receipt);
      }
      boolean alive =
          !mine.node.frozenOnce
              && !crashed.contains(mine.node)
              && receipt != null
              && accounts.lives(receipt.incarnation());
      boolean keyed = mine.wish.key() != null;
      if (amount > mine.delivered
          && alive
          && (mine.wish.kind() == Kind.STREAM ? mine.closed : !keyed)
          && receipt.outcome() != Outcome.INTERRUPTED
          && receipt.outcome() != Outcome.DELETED) {
        throw new Broken("charged undelivered: " + mine.delivered + " of " + receipt);
      }
      if (amount > mine.wish.units() + 1
          || amount > 0 && keyed && !charged.add(receipt.incarnation() + mine.wish.key().key())) {
        throw new Broken("DOUBLED: " + mine.wish + ": " + receipt);
      }
      delivers.merge(mine.wish.id() + mine.wish.meter(), mine.delivered, Long::sum);
    });
    for (String id : IDS) {
      for (Meter meter : Meter.values()) {
        long credited =
            accounts.accounts.values().stream()
                .filter(one -> one.id().equals(id))
                .mapToLong(one -> one.balance(meter).credited())
                .sum();
        if (delivers.getOrDefault(id + meter, 0L) > credited) {
          throw new Broken("OVERSPENT: " + delivers + " of " + credited);
        }
      }
    }
  }

  // --- Nodes and what is between them

  private final class Node {
    final String name = "node " + ++nodesEver;
    final OneThread threads = new OneThread();
    final RedisLedger ledger;
    private final Set<Thread> tasks = new HashSet<>();
    LuaServer server = servers.getLast();
    boolean frozen;
    boolean frozenOnce;
    private boolean gone;

    Node() {
      World world =
          new World(
              Walk.this::now,
              () -> nanos,
              task -> threads.newThread(() -> guarded(task)),
              Steps.NONE);
      SimulatedAccounts paused = accounts;
      Terms terms =
          new Terms(
              without.contains(Rule.LEASE) ? Duration.ofDays(1) : LEASE,
              without.contains(Rule.FENCE) ? Duration.ZERO : LEASE,
              Duration.ofMillis(100),
              Duration.ofMillis(hasty ? 5 : 1_000),
              Duration.ofMillis(hasty ? 20 : 2_000),
              world,
              this::sleep);
      dev.lastword.accounts.SharedAccounts remote = remote(paused);
      this.ledger =
          new RedisLedger(
              name,
              new RedisLedger.Parts(
                  new Wire(),
                  remote,
                  new Route(),
                  new TimeOrderedIds(Walk.this::now, random),
                  new Copies.Window(100, Duration.ofSeconds(60)),
                  RedisNode.Observers.NONE),
              terms);
    }

    private void guarded(Runnable task) {
      try {
        task.run();
      } catch (Gone e) {
        // As it should be.
      }
    }

    /** The system of record, with a pause on the way there and back. */
    private dev.lastword.accounts.SharedAccounts remote(SimulatedAccounts record) {
      InvocationHandler handler =
          (_, method, arguments) -> {
            pause();
            if (!calm && random.nextDouble() < timeouts / 2) {
              throw new AccountsFailure("timeout", new IllegalStateException("simulated"));
            }
            try {
              Object answer = method.invoke(record, arguments);
              note(
                  name
                      + " "
                      + method.getName()
                      + " "
                      + java.util.Arrays.toString(arguments)
                      + " -> "
                      + answer);
              pause();
              return answer;
            } catch (InvocationTargetException e) {
              throw e.getCause();
            }
          };
      return (dev.lastword.accounts.SharedAccounts)
          Proxy.newProxyInstance(
              Walk.class.getClassLoader(),
              new Class<?>[] {dev.lastword.accounts.SharedAccounts.class},
              handler);
    }

    void spawn(Runnable task) {
      Thread thread =
          threads.newThread(() ->
              guarded(() -> {
                try {
                  task.run();
                } catch (LedgerFailure | AccountsFailure e) {
                  // Housekeeping will try again.
                } catch (Broken e) {
                  broken = broken == null ? e : broken;
                } catch (RuntimeException e) {
                  broken = broken == null ? new Broken(told(e)) : broken;
                }
              }));
      tasks.add(thread);
      thread.start();
    }

    boolean busy() {
      if (broken != null) {
        throw broken;
      }
      tasks.removeIf(thread -> !thread.isAlive());
      return !tasks.isEmpty() || !ledger.idle();
    }

    String waiting() {
      return name + tasks.stream().map(thread -> List.of(thread.getStackTrace())).toList();
    }

    void pause() {
      if (gone) {
        throw new Gone();
      }
      OneThread.pause();
      if (gone) {
        throw new Gone();
      }
    }

    private void sleep(Duration duration) {
      long end = nanos + duration.toNanos();
      do {
        pause();
      } while (nanos < end);
    }

    void end() {
      gone = true;
      Thread last = threads.newThread(() -> guarded(ledger::close));
      last.start();
      while (threads.ready() > 0) {
        threads.run(0);
      }
    }

    private final class Wire implements Functions {

      @Override
      public List<String> call(Call call) {
        pause();
        if (!calm && random.nextDouble() < timeouts) {
          LuaServer reached = server;
          ghosts.add(() -> run(reached, call));
          throw new LedgerFailure("timeout");
        }
        if (call.function().equals("begin") && without.contains(Rule.REPLAY)) {
          LuaServer reached = server;
          ghosts.add(() -> run(reached, call));
        }
        List<String> answer = run(server, call);
        note(name + " " + call.function() + " " + call.arguments() + " -> " + answer);
        pause();
        return answer;
      }

      private List<String> run(LuaServer reached, Call call) {
        return reached.call(call.function(), call.keys(), call.arguments());
      }

      @Override
      public List<List<String>> callAll(List<Call> calls) {
        return calls.stream().map(this::call).toList();
      }

      @Override
      public void send(Call call) {
        LuaServer reached = server;
        switch (calm ? 2 : random.nextInt(4)) {
          case 0 -> ghosts.add(() -> run(reached, call));
          case 1 -> {
            // never
          }
          default -> run(reached, call);
        }
      }

      @Override
      public void probe() {}

      @Override
      public void close() {}
    }

    private final class Route implements SettlementRoute {

      private void hand(String holder, Runnable message) {
        pause();
        Deque<Runnable> group = queue.computeIfAbsent(holder, _ -> new ArrayDeque<>());
        if (queueDown || (!calm && random.nextDouble() < timeouts)) {
          if (random.nextBoolean()) {
            ghosts.add(() -> group.addLast(message));
          }
          throw new AccountsFailure(
              "the queue does not answer", new IllegalStateException("simulated"));
        }
        group.addLast(message);
        pause();
      }

      @Override
      public Settled settle(Settlement settlement) {
        if (!direct) {
          hand(settlement.holder(), () -> accounts.settle(settlement));
          return Settled.DURABLE;
        }
        pause();
        if (!calm && random.nextDouble() < timeouts) {
          ghosts.add(() -> accounts.settle(settlement));
          throw new AccountsFailure("timeout", new IllegalStateException("simulated"));
        }
        Settled settled = accounts.settle(settlement);
        note(name + " settle " + settlement + " -> " + settled);
        pause();
        return settled;
      }

      @Override
      public void seal(String holder, long epoch) {
        if (direct) {
          pause();
          accounts.seal(holder, epoch, now());
          pause();
        } else {
          hand(holder, () -> accounts.seal(holder, epoch, now()));
        }
      }

      @Override
      public boolean leaseDecides() {
        return !direct;
      }
    }
  }

  private Broken broken;

  private static String told(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (StackTraceElement element : e.getStackTrace()) {
      if (element.getClassName().startsWith("dev.lastword")) {
        text.append("\n  at ").append(element);
      }
    }
    return text.toString();
  }
}
