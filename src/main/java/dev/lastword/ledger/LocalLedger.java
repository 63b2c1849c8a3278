package dev.lastword.ledger;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a single node: balances in memory, made durable by group commit before anything is
 * acknowledged. Accounts come in when first used and leave when idle. Thread-safe.
 *
 * <p>A commit that fails is final: nothing is acknowledged any more, and {@code onFailure} is told;
 * unless the ledger was begun patiently.
 */
public final class LocalLedger implements Ledger {

  /** The name under which a single node holds its accounts. */
  public static final String HOLDER = "local";

  /** How long a key is remembered. */
  public static final Duration KEY_LIFE = Duration.ofHours(24);

  /** How long a request waits for a store that is away. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * How long what streams pay ahead may wait for more of the kind: less than the shortest wait
   * between two words of the usual pace by far.
   */
  static final Duration LINGER = Duration.ofMillis(50);

  static final Duration IDLE = Duration.ofMinutes(5);

  private final Accounts accounts;
  private final TimeOrderedIds ids;
  private final World world;
  private final Committer committer;
  private final ConcurrentHashMap<String, Wallet> wallets = new ConcurrentHashMap<>();

  private LocalLedger(Accounts accounts, TimeOrderedIds ids, World world, Committer committer) {
    this.accounts = accounts;
    this.ids = ids;
    this.world = world;
    this.committer = committer;
  }

  /**
   * Takes over the accounts: begins a new epoch, which closes what an earlier life left open, and
   * starts the committer.
   *
   * @param onFailure told once, on the committer's thread, when a commit has failed
   */
  public static LocalLedger begin(
      Accounts accounts,
      TimeOrderedIds ids,
      World world,
      CommitObserver observer,
      Consumer<Throwable> onFailure) {
    return begin(accounts, ids, world, observer, onFailure, null, LINGER);
  }

  /** The same without a timer: whatever is there is committed as soon as the committer is free. */
  public static LocalLedger beginWithoutTimer(
      Accounts accounts,
      TimeOrderedIds ids,
      World world,
      CommitObserver observer,
      Consumer<Throwable> onFailure) {
    return begin(accounts, ids, world, observer, onFailure, null, Duration.ZERO);
  }

  /**
   * The same over a store that may be away for a while and may be asked again: a batch that failed
   * is tried again, in its turn, until the store answers. Until then nothing more is paid, and
   * whoever waits is told so after {@link #PATIENCE}; what was to be paid for an answer that could
   * not leave is given back. Only a store that refuses, because another process has taken over,
   * ends it.
   */
  public static LocalLedger beginPatiently(
      Accounts accounts,
      TimeOrderedIds ids,
      World world,
      CommitObserver observer,
      Consumer<Throwable> onFailure) {
    return begin(accounts, ids, world, observer, onFailure, PATIENCE, LINGER);
  }

  static LocalLedger begin(
      Accounts accounts,
      TimeOrderedIds ids,
      World world,
      CommitObserver observer,
      Consumer<Throwable> onFailure,
      @Nullable Duration patience,
      Duration linger) {
    long epoch = accounts.begin(HOLDER, world.clock().instant()).number();
    Committer committer =
        new Committer(
            accounts,
            new Committer.Terms(HOLDER, epoch, patience, linger),
            world,
            observer,
            onFailure);
    return new LocalLedger(accounts, ids, world, committer);
  }

  @Override
  public Optional<Account> account(String id) {
    return withWallet(id, Wallet::account);
  }

  @Override
  public void refresh(String id) {
    withWallet(
        id,
        wallet -> {
          // Retired at this moment: it was just read, and there is no account.
          if (!wallet.retired()) {
            wallet.load(accounts);
          }
          return wallet.account();
        });
  }

  @Override
  public Opening open(Order order) {
    return withWallet(order.accountId(), wallet -> reserve(wallet, order))
        .map(opening -> opening instanceof Opening.Opened opened ? replayed(opened) : opening)
        .orElseGet(Opening.NoAccount::new);
  }

  private @Nullable Opening reserve(Wallet wallet, Order order) {
    Account account = wallet.account();
    if (account == null || account.incarnation() != order.incarnation()) {
      return null;
    }
    if (wallet.ended().isPresent()) {
      return new Opening.Suspended();
    }
    committer.demandReachable();
    RequestKey key = order.key();
    if (key != null) {
      RequestKey other = wallet.reserve(key);
      if (other != null) {
        return other.equals(key) ? new Opening.StillRunning() : new Opening.KeyUsedOtherwise();
      }
    }
    wallet.tabOpened();
    world.steps().at(Step.OPEN_RESERVED);
    return new Opening.Opened(
        new LocalTab(
            wallet,
            order,
            begin(order.incarnation(), order.meter(), order.product(), key, order.result()),
            committer,
            world));
  }

  /**
   * Looks for what an earlier request charged under the key. The reservation was made first, so
   * whoever held the key before has been durable since.
   */
  private Opening replayed(Opening.Opened opened) {
    LocalTab tab = (LocalTab) opened.tab();
    RequestKey key = tab.order().key();
    if (key == null) {
      return opened;
    }
    Optional<Receipt> found;
    try {
      found =
          accounts.receiptByKey(
              tab.order().incarnation(), key.key(), world.clock().instant().minus(KEY_LIFE));
      world.steps().at(Step.OPEN_LOOKED_UP);
      committer.demandHealthy();
    } catch (RuntimeException e) {
      tab.abandon();
      throw e;
    }
    if (found.isEmpty()) {
      return opened;
    }
    tab.abandon();
    return key.equals(found.get().key())
        ? new Opening.Replayed(found.get())
        : new Opening.KeyUsedOtherwise();
  }

  @Override
  public Optional<Long> lowerTo(String id, Meter meter, long target) {
    record Lowered(long missing, Batch batch, @Nullable Wallet changed) {}
    Optional<Lowered> lowered =
        withWallet(
            id,
            wallet -> {
              Account account = wallet.account();
              if (account == null) {
                return null;
              }
              committer.demandReachable();
              long excess = account.balance(meter).left() - target;
              world.steps().at(Step.LOWER_WEIGHED);
              if (excess <= 0) {
                // Whoever adds what is missing must not add what a crash could bring back.
                return new Lowered(-excess, committer.newest(), null);
              }
              Instant now = world.clock().instant();
              Receipt receipt =
                  begin(account.incarnation(), meter, "adjustment", null, null)
                      .closed(excess, Outcome.ADJUSTED, now, null);
              Balance balance = wallet.balance(meter).spend(excess);
              Batch batch = committer.enqueue(wallet.snapshot(meter, balance), receipt);
              wallet.change(meter, balance);
              // As a tab does, it keeps the account in memory until it is durable.
              wallet.tabOpened();
              world.steps().at(Step.LOWER_DECIDED);
              return new Lowered(0, batch, wallet);
            });
    lowered.ifPresent(one -> {
      try {
        if (!committer.isDurable(one.batch())) {
          throw Committer.tooLate();
        }
        world.steps().at(Step.LOWER_DURABLE);
      } finally {
        one.batch().whenFinished(() -> letGo(one.changed()));
      }
    });
    return lowered.map(Lowered::missing);
  }

  private static void letGo(@Nullable Wallet wallet) {
    if (wallet != null) {
      wallet.lock.lock();
      try {
        wallet.tabClosed();
      } finally {
        wallet.lock.unlock();
      }
    }
  }

  private Receipt begin(
      long incarnation,
      Meter meter,
      String product,
      @Nullable RequestKey key,
      @Nullable String result) {
    return new Receipt(
        ids.next(),
        incarnation,
        HOLDER,
        meter,
        product,
        0,
        null,
        world.clock().instant(),
        null,
        0,
        key,
        result);
  }

  /** Runs under the account's lock, with the account loaded; empty if the act returned null. */
  private <T> Optional<T> withWallet(String id, Function<Wallet, @Nullable T> act) {
    while (true) {
      Wallet wallet = wallets.computeIfAbsent(id, Wallet::new);
      wallet.lock.lock();
      try {
        if (wallet.retired()) {
          wallets.remove(id, wallet);
          continue;
        }
        if (!wallet.loaded()) {
          load(id, wallet);
        }
        wallet.used(world.nanoTime().getAsLong());
        T result = act.apply(wallet);
        if (wallet.retired()) {
          wallets.remove(id, wallet);
        }
        return Optional.ofNullable(result);
      } finally {
        wallet.lock.unlock();
      }
    }
  }

  /** A wallet without an account goes at once, unless somebody waits to look for it again. */
  private void load(String id, Wallet wallet) {
    try {
      wallet.load(accounts);
    } finally {
      if (!wallet.loaded() && !wallet.lock.hasQueuedThreads()) {
        wallet.retire();
        wallets.remove(id, wallet);
      }
    }
  }

  /** Lets accounts go that nobody has used for five minutes. */
  public void forgetIdle() {
    long now = world.nanoTime().getAsLong();
    wallets.forEach((id, wallet) -> {
      wallet.lock.lock();
      try {
        if (wallet.retireIfIdle(now, IDLE.toNanos())) {
          // This wallet, and not a younger one that may stand under the id by now.
          wallets.remove(id, wallet);
        }
      } finally {
        wallet.lock.unlock();
      }
    });
  }

  /** How many accounts are in memory. */
  public int loadedAccounts() {
    return wallets.size();
  }

  @Override
  public boolean healthy() {
    return committer.healthy();
  }

  @Override
  public int queued() {
    return committer.queued();
  }

  @Override
  public long commitMillis() {
    return committer.lastCommitMillis();
  }

  @Override
  public void close() {
    committer.close();
  }
}
