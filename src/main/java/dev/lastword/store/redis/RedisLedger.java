package dev.lastword.store.redis;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.SharedAccounts;
import dev.lastword.accounts.SharedAccounts.Abandoned;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.settlement.FlowObserver;
import dev.lastword.settlement.SettlementRoute;
import dev.lastword.store.redis.Copies.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of several nodes: balances are true in Redis as long as one life of its memory lasts,
 * and in the system of record for good. A change is decided by one atomic function, and answered
 * once its snapshot and receipts are settled, or sure to be. Thread-safe.
 *
 * <p>The loss of Redis makes answers wait, and changes nothing else: whatever was not settled was
 * not answered.
 */
public final class RedisLedger implements Ledger {

  /** How long a key is remembered. */
  static final Duration KEY_LIFE = Duration.ofHours(24);

  private static final Duration BETWEEN_REFRESHES = Duration.ofSeconds(1);
  private static final Duration LATER_PATIENCE = Duration.ofMinutes(2);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
  private static final int AT_MOST = 100;

  private final String node;
  private final Functions functions;
  private final SharedAccounts accounts;
  private final SettlementRoute route;
  private final TimeOrderedIds ids;
  private final FlowObserver flow;
  private final Terms terms;
  private final Copies copies;
  private final List<Tenure> tenures = new ArrayList<>();
  private final List<Flusher> flushers = new ArrayList<>();
  private final ConcurrentHashMap<String, Long> refreshed = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Set<RedisTab>> live = new ConcurrentHashMap<>();
  private final Set<Thread> unfinished = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  /** What the ledger is made of. */
  record Parts(
      Functions functions,
      SharedAccounts accounts,
      SettlementRoute route,
      TimeOrderedIds ids,
      Copies.Window window,
      RedisNode.Observers observers) {}

  RedisLedger(String node, Parts parts, Terms terms) {
    this.node = node;
    this.functions = parts.functions();
    this.accounts = parts.accounts();
    this.route = parts.route();
    this.ids = parts.ids();
    this.flow = parts.observers().flow();
    this.terms = terms;
    this.copies =
        new Copies(
            functions, accounts, terms, parts.window(), (tenure, id) -> flusher(tenure).add(id));
    for (int i = 0; i < Partition.COUNT; i++) {
      Tenure tenure = new Tenure(new Partition(i), functions, accounts, route, terms);
      tenures.add(tenure);
      flushers.add(new Flusher(tenure, functions, route, terms, parts.observers().commits()));
    }
  }

  Terms terms() {
    return terms;
  }

  Copies copies() {
    return copies;
  }

  Instant now() {
    return terms.world().clock().instant();
  }

  long deadlineNanos() {
    return terms.deadlineNanos();
  }

  private Tenure tenure(String id) {
    return tenures.get(Partition.of(id).number());
  }

  private Flusher flusher(Tenure tenure) {
    return flushers.get(tenure.partition().number());
  }

  @Override
  public Optional<Account> account(String id) {
    return copies
        .consult(tenure(id), id, "look", List::of, deadlineNanos())
        .map(said -> Coding.account(id, said.values()));
  }

  @Override
  public void refresh(String id) {
    copies.refresh(tenure(id), id, deadlineNanos());
    tell(id);
  }

  /** Has the tabs on an account know that it has ended, without waiting for their next draw. */
  private void tell(String id) {
    Set<RedisTab> tabs = live.get(id);
    if (tabs == null) {
      return;
    }
    Account account = accounts.find(id).orElse(null);
    for (RedisTab tab : tabs) {
      tab.ended(
          account == null || account.incarnation() != tab.incarnation()
              ? Outcome.DELETED.word()
              : Coding.ended(account));
    }
  }

  /** Whether it was done now, so that it is worth asking again. */
  boolean refreshBeforeRefusal(Tenure tenure, String id, long deadline) {
    long now = terms.now();
    Long before = refreshed.get(id);
    if (before != null && now - before < BETWEEN_REFRESHES.toNanos()) {
      return false;
    }
    copies.refresh(tenure, id, deadline);
    refreshed.put(id, now);
    return true;
  }

  @Override
  public Opening open(Order order) {
    Tenure tenure = tenure(order.accountId());
    Receipt receipt = begin(order.incarnation(), order.meter(), order.product(), order);
    RequestKey key = order.key();
    if (key == null) {
      return opened(new RedisTab(this, order, tenure, receipt, false));
    }
    Reservation reservation = new Reservation(order, key, receipt.id());
    Optional<Said> said =
        copies.consult(tenure, order.accountId(), "reserve", reservation, deadlineNanos());
    if (said.isEmpty()) {
      return new Opening.NoAccount();
    }
    List<String> values = said.get().values();
    return switch (said.get().word()) {
      case "done" -> opened(new RedisTab(this, order, tenure, receipt, true));
      case "running" -> new Opening.StillRunning();
      case "otherwise" -> new Opening.KeyUsedOtherwise();
      case "ended" ->
          values.getFirst().equals(Outcome.DELETED.word())
              ? new Opening.NoAccount()
              : new Opening.Suspended();
      case "replay" -> {
        Receipt found = Coding.receipt(order.incarnation(), values, 1);
        if (values.getFirst().equals("1")) {
          demandSafe(tenure, order, said.get().epoch(), 0);
        }
        yield new Opening.Replayed(found);
      }
      case String other -> throw new IllegalStateException("reserve said " + other);
    };
  }

  private Opening opened(RedisTab tab) {
    live.computeIfAbsent(tab.accountId(), _ -> ConcurrentHashMap.newKeySet()).add(tab);
    return new Opening.Opened(tab);
  }

  void closed(RedisTab tab) {
    live.computeIfPresent(
        tab.accountId(),
        (_, tabs) -> {
          tabs.remove(tab);
          return tabs.isEmpty() ? null : tabs;
        });
  }

  private final class Reservation implements Copies.Question {
    private final Order order;
    private final RequestKey key;
    private final String receiptId;
    private String checked = "";
    private List<String> known = List.of();

    Reservation(Order order, RequestKey key, String receiptId) {
      this.order = order;
      this.key = key;
      this.receiptId = receiptId;
    }

    @Override
    public List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      arguments.add(receiptId);
      arguments.add(Long.toString(order.incarnation()));
      arguments.add(key.key());
      arguments.add(key.fingerprint());
      arguments.add(checked);
      arguments.addAll(known);
      return arguments;
    }

    @Override
    public void check(String number) {
      checked = number;
      known = recordedUnder(order);
    }
  }

  /** What the system of record has under the order's key, for the library. */
  List<String> recordedUnder(Order order) {
    RequestKey key = order.key();
    if (key == null) {
      return List.of();
    }
    Optional<Receipt> found =
        accounts.receiptByKey(order.incarnation(), key.key(), now().minus(KEY_LIFE));
    return Coding.known(found.orElse(null), false);
  }

  /** The receipt as the system of record has it. */
  @Nullable Receipt recorded(Receipt receipt) {
    return accounts.receipt(receipt.incarnation(), receipt.id()).orElse(null);
  }

  private Receipt begin(long incarnation, Meter meter, String product, @Nullable Order order) {
    RequestKey key = order == null ? null : order.key();
    return new Receipt(
        ids.next(),
        incarnation,
        node,
        meter,
        product,
        0,
        null,
        now(),
        null,
        0,
        key,
        order == null ? null : order.result());
  }

  /** Until when a call that is made now may begin to run, on the wall clock. */
  long callDeadlineMillis() {
    return now().plus(terms.call()).toEpochMilli();
  }

  /** The same on this node's own clock, with room for the difference between clocks. */
  long callDeadlineNanos() {
    return terms.now() + 2 * terms.call().toNanos();
  }

  /**
   * Returns once the account's changes up to that version are safe.
   *
   * @throws LedgerFailure if that cannot be said
   */
  void demandSafe(Tenure tenure, Order order, long epoch, long version) {
    flusher(tenure)
        .add(order.accountId())
        .demandSafe(order.accountId(), epoch, order.meter(), version);
  }

  /** Redis has just spent units of a charge, which are not safe yet. */
  void deducted(Tenure tenure, String receiptId, long units) {
    flow.deducted(tenure.partition().holder(), receiptId, units);
  }

  /** Lets go of a key under which nothing was charged. */
  void release(Tenure tenure, Order order, String receiptId, boolean reserved) {
    RequestKey key = order.key();
    long epoch = tenure.leased();
    if (key != null && reserved && epoch > 0) {
      functions.send(
          new Functions.Call(
              "release",
              tenure.partition().accountKeys(order.accountId()),
              List.of(Long.toString(epoch), receiptId, key.key())));
    }
  }

  /** Asks to close a receipt, and remembers what the system of record was asked for. */
  private final class Closing implements Copies.Question {
    private final Receipt receipt;
    private final List<String> decision;
    private final boolean once;
    private String checked = "";
    private List<String> known = List.of();

    Closing(Receipt receipt, List<String> decision, boolean once) {
      this.receipt = receipt;
      this.decision = decision;
      this.once = once;
    }

    @Override
    public List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      arguments.add(receipt.id());
      arguments.add(Long.toString(receipt.incarnation()));
      arguments.addAll(decision);
      arguments.add(checked);
      arguments.addAll(known);
      return arguments;
    }

    @Override
    public void check(String number) {
      checked = number;
      known = Coding.known(recorded(receipt), once);
    }
  }

  /**
   * Closes a receipt of this node's, and returns once that is safe; empty if another has closed it.
   *
   * @param once whether it was paid and closed in one step, and is taken back
   */
  Optional<Receipt> close(
      Tenure tenure,
      Order order,
      Receipt receipt,
      long delivered,
      Outcome outcome,
      @Nullable String result,
      boolean once) {
    Instant at = now();
    List<String> decision =
        List.of(
            Long.toString(delivered),
            outcome.word(),
            Long.toString(at.toEpochMilli()),
            result == null ? "" : result,
            "0");
    Optional<Said> said =
        copies.ask(
            tenure,
            order.accountId(),
            "close",
            new Closing(receipt, decision, once),
            deadlineNanos());
    Receipt last = receipt.closed(delivered, outcome, at, result);
    if (said.isPresent() && said.get().word().equals("done")) {
      demandSafe(tenure, order, said.get().epoch(), Long.parseLong(said.get().values().get(2)));
      return Optional.of(last);
    }
    boolean unknown = said.isEmpty() || said.get().word().equals("nothing");
    if (unknown && (delivered == 0 || order.meter().metered())) {
      // Nothing was charged, or the account was deleted meanwhile: then it stays as it is.
      return Optional.of(last);
    }
    Receipt found = recorded(receipt);
    // The same amount: an earlier attempt of this close went through.
    return found != null && found.outcome() != null && found.amount() == delivered
        ? Optional.of(last)
        : Optional.empty();
  }

  /** Has something done without anyone waiting for it; tried again while it cannot be. */
  void later(Runnable task) {
    Thread[] self = new Thread[1];
    Thread thread =
        terms
            .world()
            .threads()
            .newThread(() -> {
              try {
                persist(task);
              } finally {
                unfinished.remove(self[0]);
              }
            });
    self[0] = thread;
    thread.setName("later");
    unfinished.add(thread);
    thread.start();
  }

  private void persist(Runnable task) {
    long end = terms.now() + LATER_PATIENCE.toNanos();
    while (true) {
      try {
        task.run();
        return;
      } catch (RuntimeException e) {
        if (terms.now() - end > 0) {
          // A stream's receipt is closed by a sweeper now; a fixed price stays charged.
          return;
        }
        terms.pause(BETWEEN_TRIES);
      }
    }
  }

  @Override
  public Optional<Long> lowerTo(String id, Meter meter, long target) {
    Account account = account(id).orElse(null);
    if (account == null) {
      return Optional.empty();
    }
    Receipt receipt = begin(account.incarnation(), meter, "adjustment", null);
    Order order = new Order(id, account.incarnation(), meter, receipt.product(), null, null);
    Tenure tenure = tenure(id);
    Copies.Question lowering =
        () ->
            List.of(
                Long.toString(callDeadlineMillis()),
                receipt.id(),
                Long.toString(account.incarnation()),
                Coding.meter(meter),
                Long.toString(target),
                Long.toString(receipt.createdAt().toEpochMilli()),
                Coding.head(receipt));
    Optional<Said> said = copies.ask(tenure, id, "lower", lowering, deadlineNanos());
    if (said.isEmpty() || said.get().word().equals("ended")) {
      return Optional.empty();
    }
    if (!said.get().word().equals("done")) {
      throw new LedgerFailure("the balance could not be lowered in time");
    }
    // Whoever adds what is missing must not add what a crash could bring back.
    demandSafe(tenure, order, said.get().epoch(), Long.parseLong(said.get().values().get(1)));
    return Optional.of(Long.parseLong(said.get().values().getFirst()));
  }

  /** Counts one request of an account on its window; empty if there is no such account. */
  Optional<List<String>> admit(String id, int limit, Duration window) {
    return copies
        .consult(
            tenure(id),
            id,
            "admit",
            () ->
                List.of(
                    Integer.toString(limit),
                    Long.toString(TimeUnit.NANOSECONDS.toMicros(window.toNanos()))),
            deadlineNanos())
        .map(said -> {
          List<String> all = new ArrayList<>();
          all.add(said.word());
          all.addAll(said.values());
          return all;
        });
  }

  /** Leases every epoch anew that this node has, and says that the node lives. */
  public void renew() {
    Map<String, Long> epochs = new HashMap<>();
    for (Tenure tenure : tenures) {
      long epoch = tenure.leased();
      if (epoch > 0) {
        epochs.put(tenure.partition().holder(), epoch);
      }
    }
    accounts.alive(node);
    long asked = terms.now();
    Set<String> refused = epochs.isEmpty() ? Set.of() : accounts.lease(epochs);
    for (Tenure tenure : tenures) {
      Long epoch = epochs.get(tenure.partition().holder());
      if (epoch != null && refused.contains(tenure.partition().holder())) {
        tenure.over(epoch);
      } else if (epoch != null) {
        tenure.granted(epoch, asked);
      }
    }
  }

  /** Takes over what operators changed lately, whoever was told of it. */
  public void follow(Duration lately) {
    for (String id : accounts.changedWithin(lately)) {
      refresh(id);
    }
  }

  /** Closes what nodes left open that have been silent for so long. */
  public void sweep(Duration silence) {
    for (Abandoned abandoned : accounts.abandoned(silence, AT_MOST)) {
      Receipt receipt = abandoned.receipt();
      Tenure tenure = tenure(abandoned.accountId());
      List<String> decision =
          List.of("0", Outcome.INTERRUPTED.word(), Long.toString(now().toEpochMilli()), "", "1");
      Optional<Said> said =
          copies.ask(
              tenure,
              abandoned.accountId(),
              "close",
              new Closing(receipt, decision, false),
              deadlineNanos());
      if (said.isPresent()) {
        flusher(tenure).add(abandoned.accountId());
      }
    }
  }

  /**
   * Settles what a dead node left unsettled in a partition, and lets accounts go that nobody has
   * used for five minutes.
   */
  public void tidy(int partition) {
    Tenure tenure = tenures.get(partition);
    long epoch = tenure.epoch(deadlineNanos());
    List<String> due =
        functions.call(
            new Functions.Call(
                "due",
                tenure.partition().dueKeys(),
                List.of(
                    Long.toString(epoch),
                    Long.toString(terms.unsettled().toMillis()),
                    Long.toString(terms.idle().toMillis()),
                    Integer.toString(AT_MOST))));
    for (String entry : due) {
      String id = entry.substring(1);
      boolean unsettled = entry.charAt(0) == 'd';
      List<String> said =
          functions.call(
              new Functions.Call(
                  unsettled ? "forget" : "unload",
                  tenure.partition().accountKeys(id),
                  recorded(epoch, id)));
      if (said.getFirst().equals("dirty")) {
        flusher(tenure).add(id);
      }
    }
  }

  /** The epoch, and which of an account's versions the system of record has; none if deleted. */
  private List<String> recorded(long epoch, String id) {
    Account account = accounts.find(id).orElse(null);
    return List.of(
        Long.toString(epoch),
        account == null ? "" : Long.toString(account.incarnation()),
        account == null ? "" : Long.toString(account.tokens().version()),
        account == null ? "" : Long.toString(account.words().version()));
  }

  /** Forgets when it last asked before it refused somebody for want of money. */
  public void forgetRefreshes() {
    long old = terms.now() - BETWEEN_REFRESHES.toNanos();
    refreshed.values().removeIf(at -> at - old < 0);
  }

  @Override
  public boolean healthy() {
    return !closing && tenures.stream().anyMatch(tenure -> tenure.leased() > 0);
  }

  @Override
  public int queued() {
    return flushers.stream().mapToInt(Flusher::queued).sum();
  }

  @Override
  public long commitMillis() {
    return TimeUnit.NANOSECONDS.toMillis(
        flushers.stream().mapToLong(Flusher::lastNanos).max().orElse(0));
  }

  /** Whether nothing waits to be settled or given back. */
  boolean idle() {
    return unfinished.isEmpty() && flushers.stream().allMatch(Flusher::idle);
  }

  /** Waits for what is still to be given back, and flushes everything. */
  @Override
  public void close() {
    closing = true;
    for (Thread thread : unfinished) {
      join(thread);
    }
    for (Flusher flusher : flushers) {
      Thread thread = flusher.close();
      if (thread != null) {
        join(thread);
      }
    }
    functions.close();
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
