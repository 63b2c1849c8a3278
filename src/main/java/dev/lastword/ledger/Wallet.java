package dev.lastword.ledger;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Snapshot;
import dev.lastword.accounts.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One account in memory: its balances are true here while it is loaded. Everything but {@link
 * #ended} is called under {@link #lock}.
 *
 * <p>The lock is also held while the account is read from the system of record, the one place where
 * I/O happens under a lock: it makes only this account's requests wait, once a load, and leaves no
 * moment in which a stale read could replace a newer state.
 */
final class Wallet {

  final ReentrantLock lock = new ReentrantLock();

  private final String id;
  private final Map<String, RequestKey> running = new HashMap<>();
  private int openTabs;
  private long lastUsedNanos;
  private boolean retired;
  private @Nullable Account account;
  private Balance tokens = Balance.EMPTY;
  private Balance words = Balance.EMPTY;
  private volatile @Nullable Outcome ended;

  Wallet(String id) {
    this.id = id;
  }

  /** Reads the account anew; its spending is taken over only the first time. */
  void load(Accounts accounts) {
    Account stored = accounts.find(id).orElse(null);
    Account known = account;
    if (known == null) {
      if (stored != null) {
        adopt(stored);
        tokens = stored.tokens();
        words = stored.words();
      }
    } else if (stored == null || stored.incarnation() != known.incarnation()) {
      ended = Outcome.DELETED;
      retired = true;
    } else if (stored.revision() > known.revision()) {
      adopt(stored);
      tokens = tokens.withCredited(stored.tokens().credited());
      words = words.withCredited(stored.words().credited());
    }
  }

  private void adopt(Account stored) {
    account = stored;
    ended = stored.status() == Status.SUSPENDED ? Outcome.INTERRUPTED : null;
  }

  /** The account with its balances of this moment; null if there is none. */
  @Nullable Account account() {
    Account known = account;
    return known == null || retired ? null : known.withBalances(tokens, words);
  }

  boolean loaded() {
    return account != null;
  }

  /** Why nothing may be spent or delivered any more; readable without the lock. */
  Optional<Outcome> ended() {
    return Optional.ofNullable(ended);
  }

  Balance balance(Meter meter) {
    return meter == Meter.TOKENS ? tokens : words;
  }

  void change(Meter meter, Balance balance) {
    if (meter == Meter.TOKENS) {
      tokens = balance;
    } else {
      words = balance;
    }
  }

  Snapshot snapshot(Meter meter, Balance balance) {
    Account known = account;
    if (known == null) {
      throw new IllegalStateException("account " + id + " is not loaded");
    }
    return new Snapshot(known.incarnation(), meter, balance.spent(), balance.version());
  }

  /** Reserves a key for a request; returns the one that holds it already, if any. */
  @Nullable RequestKey reserve(RequestKey key) {
    return running.putIfAbsent(key.key(), key);
  }

  void release(@Nullable RequestKey key) {
    if (key != null) {
      running.remove(key.key());
    }
  }

  void tabOpened() {
    openTabs++;
  }

  void tabClosed() {
    openTabs--;
  }

  void used(long nanos) {
    lastUsedNanos = nanos;
  }

  /** A retired wallet is out of the map; whoever still holds it looks the account up again. */
  boolean retired() {
    return retired;
  }

  /** Retires the wallet if nobody needs it: everything it knows is then durable. */
  boolean retireIfIdle(long nowNanos, long idleNanos) {
    if (openTabs == 0 && running.isEmpty() && nowNanos - lastUsedNanos >= idleNanos) {
      retired = true;
    }
    return retired;
  }

  void retire() {
    retired = true;
  }
}
