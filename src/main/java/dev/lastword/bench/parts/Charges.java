package dev.lastword.bench.parts;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Audit;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.faults.servers.Local;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.telemetry.JsonLines;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Charges of a fixed price by many callers at once, each of whom waits for its own, as requests do:
 * the ledger, its group commit and its store, without HTTP.
 */
@State(Scope.Benchmark)
public class Charges {

  /** Callers at once; virtual threads. */
  public static final int CALLERS = 256;

  private static final long RICH = 1L << 50;

  /** Where charges become durable: {@code sqlite}, or {@code nowhere}, which only says so. */
  @Param({"sqlite", "nowhere"})
  public String store = "";

  /** Whether each caller pays from its {@code own} account, or all from {@code one}. */
  @Param({"own", "one"})
  public String accounts = "";

  private @Nullable Path folder;
  private @Nullable Accounts opened;
  private @Nullable Ledger ledger;

  /** Who pays. */
  @State(Scope.Thread)
  public static class Payer {

    private @Nullable Order order;

    /** Opens an account, unless all share one. */
    @Setup
    public void begin(Charges charges, ThreadParams threads) {
      order = charges.order(charges.accounts.equals("own") ? threads.getThreadIndex() : 0);
    }
  }

  /** Opens an empty store. */
  @Setup
  public void open() {
    JsonLines.install(Level.WARNING);
    Path place = Local.temporaryFolder("lastword-bench");
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new SecureRandom());
    Accounts real =
        SqliteAccounts.open(
            place,
            ids,
            Steps.NONE,
            failure -> {
              throw failure;
            });
    folder = place;
    opened = real;
    ledger =
        LocalLedger.begin(
            store.equals("nowhere") ? forgetful(real) : real,
            ids,
            World.real(),
            CommitObserver.NONE,
            failure -> {
              throw new IllegalStateException(failure);
            });
  }

  /** The same accounts, but what is settled goes nowhere. */
  private static Accounts forgetful(Accounts real) {
    return (Accounts)
        Proxy.newProxyInstance(
            Accounts.class.getClassLoader(),
            new Class<?>[] {Accounts.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("settle")) {
                return Settled.DURABLE;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private synchronized Order order(int number) {
    String id = "caller-" + number;
    Accounts all = present(opened);
    Optional<Account> account = all.find(id);
    if (account.isEmpty()) {
      all.create(new NewAccount(id, null, Set.of(), RICH, 0), null, Instant.now());
      account = all.find(id);
    }
    return new Order(
        id, account.orElseThrow().incarnation(), Meter.TOKENS, "text_meme", null, null);
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not set up");
    }
    return part;
  }

  /** One charge, durable when it returns. */
  @Benchmark
  public long charge(Payer payer) {
    Opening opening = present(ledger).open(present(payer.order));
    if (opening instanceof Opening.Opened(var tab)
        && tab.charge(1, null) instanceof Draw.Paid(long _, long balance)) {
      return balance;
    }
    throw new IllegalStateException("not charged");
  }

  /** Adds everything up before it lets it go. */
  @TearDown
  public void close() {
    present(ledger).close();
    Accounts all = present(opened);
    Audit audit = all.audit();
    all.close();
    Local.delete(present(folder));
    if (!audit.discrepancies().isEmpty() || audit.receipts() == 0 == store.equals("sqlite")) {
      throw new IllegalStateException(audit.toString());
    }
  }
}
