package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a store holds, as of one commit. A transaction works on a copy; what is committed is
 * never changed.
 */
final class Books {

  /** An account with its balances, living or deleted. */
  record Entry(Account account, @Nullable Instant deletedAt) {}

  /** What an operator's key made. */
  record Made(String fingerprint, String target, Instant at) {}

  private record Counter(long incarnation, Meter meter) {}

  final Map<String, Long> epochs;
  final TreeMap<Long, Entry> accounts;
  final TreeMap<String, Receipt> receipts;
  final TreeMap<String, Credit> credits;
  final Map<String, Made> keys;

  /** Empty ones. */
  Books() {
    epochs = new HashMap<>();
    accounts = new TreeMap<>();
    receipts = new TreeMap<>();
    credits = new TreeMap<>();
    keys = new HashMap<>();
  }

  Books(Books other) {
    epochs = new HashMap<>(other.epochs);
    accounts = new TreeMap<>(other.accounts);
    receipts = new TreeMap<>(other.receipts);
    credits = new TreeMap<>(other.credits);
    keys = new HashMap<>(other.keys);
  }

  Optional<Account> living(String id) {
    for (Entry entry : accounts.descendingMap().values()) {
      if (entry.deletedAt() == null && entry.account().id().equals(id)) {
        return Optional.of(entry.account());
      }
    }
    return Optional.empty();
  }

  boolean everLived(String id) {
    return accounts.values().stream().anyMatch(entry -> entry.account().id().equals(id));
  }

  Entry entry(long incarnation) {
    Entry entry = accounts.get(incarnation);
    if (entry == null) {
      throw new IllegalArgumentException("no account " + incarnation);
    }
    return entry;
  }

  void put(Account account) {
    Entry before = accounts.get(account.incarnation());
    accounts.put(
        account.incarnation(), new Entry(account, before == null ? null : before.deletedAt()));
  }

  void put(long incarnation, Meter meter, Balance balance) {
    Account account = entry(incarnation).account();
    put(
        meter == Meter.TOKENS
            ? account.withBalances(balance, account.words())
            : account.withBalances(account.tokens(), balance));
  }

  static String name(CallerKey key) {
    return key.caller() + " " + key.request().key();
  }

  /** What does not add up; one sentence each. */
  List<String> discrepancies() {
    Map<Counter, Long> charged = new HashMap<>();
    Map<Counter, Long> credited = new HashMap<>();
    List<String> found = new ArrayList<>();
    for (Receipt receipt : receipts.values()) {
      charged.merge(
          new Counter(receipt.incarnation(), receipt.meter()), receipt.amount(), Long::sum);
      if (receipt.amount() < 0 || (receipt.outcome() == null) != (receipt.closedAt() == null)) {
        found.add("receipt " + receipt);
      }
    }
    for (Credit credit : credits.values()) {
      credited.merge(new Counter(credit.incarnation(), credit.meter()), credit.amount(), Long::sum);
    }
    for (Entry entry : accounts.values()) {
      for (Meter meter : Meter.values()) {
        Balance balance = entry.account().balance(meter);
        Counter counter = new Counter(entry.account().incarnation(), meter);
        String what = "account " + entry.account().id() + " " + counter;
        long receiptsSum = charged.getOrDefault(counter, 0L);
        long creditsSum = credited.getOrDefault(counter, 0L);
        if (balance.spent() != receiptsSum) {
          found.add(what + ": spent " + balance.spent() + ", receipts " + receiptsSum);
        }
        if (balance.credited() != creditsSum) {
          found.add(what + ": credited " + balance.credited() + ", credits " + creditsSum);
        }
      }
    }
    return found;
  }
}
