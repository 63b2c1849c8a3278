package dev.lastword.simulation;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.simulation.Breach.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows what the clients know for certain, and holds every committed state of the store against it.
 */
final class Judge {

  private final Disk disk;
  private final Map<String, Charge> charges = new TreeMap<>();
  private final Map<String, Set<String>> fingerprints = new HashMap<>();
  private final Map<String, Integer> wishes = new HashMap<>();
  private final Set<String> wishKeys = new HashSet<>();
  private final Map<String, Credit> credits = new TreeMap<>();
  private final Map<String, Long> adjusted = new HashMap<>();
  private final Map<String, List<Long>> begun = new HashMap<>();
  private Books seen;
  private int serving;
  private @Nullable Breach breach;
  private long acknowledged;
  private long words;

  Judge(Disk disk) {
    this.disk = disk;
    this.seen = disk.books;
  }

  @Nullable Breach breach() {
    return breach;
  }

  /** The first one counts. */
  void accuse(Kind kind, String what) {
    if (breach == null) {
      breach = new Breach(kind, what);
    }
  }

  private void demand(boolean kept, Kind kind, String what, Object about) {
    if (!kept) {
      accuse(kind, what + ": " + about);
    }
  }

  Verdict.Counts counts(long steps, long lives) {
    return new Verdict.Counts(steps, lives, acknowledged, words, credits.size());
  }

  /** Looks at the store, if something was committed since the last look. */
  void look() {
    Books now = disk.books;
    if (!now.equals(seen)) {
      adds(now);
      for (Charge charge : charges.values()) {
        stands(charge, now);
      }
      explained(now);
      credited(now);
      onlyGrew(seen, now);
      seen = now;
    }
  }

  private void adds(Books books) {
    List<String> discrepancies = books.discrepancies();
    demand(discrepancies.isEmpty(), Kind.UNEXPLAINED, "the store does not add up", discrepancies);
  }

  /** Promises 2, 4, 5 and 6 for one charge. */
  private void stands(Charge charge, Books books) {
    Receipt receipt = books.receipts.get(charge.id);
    if (receipt == null) {
      demand(charge.paid == 0 && charge.last == null, Kind.LOST, "no receipt", charge.id);
      return;
    }
    if (charge.last != null) {
      demand(receipt.equals(charge.last), Kind.LOST, "acknowledged " + charge.last, receipt);
    }
    boolean open = receipt.outcome() == null;
    boolean cut = receipt.outcome() == Outcome.INTERRUPTED;
    demand(!open || charge.life >= serving, Kind.LEAKED, "open after recovery", receipt);
    demand(!open || !charge.over, Kind.LEAKED, "open after its end", receipt);
    if (charge.meter.metered()) {
      demand(receipt.amount() >= charge.delivered, Kind.UNPAID, charge.delivered + " of", receipt);
      demand(
          receipt.amount() <= charge.delivered + (open || cut ? charge.chunk : 0),
          Kind.UNDELIVERED,
          charge.delivered + " of",
          receipt);
      if (open || (cut && charge.life < serving && !charge.closing)) {
        demand(receipt.amount() >= charge.paid, Kind.LOST, charge.paid + " paid", receipt);
      }
    } else {
      boolean charged = open || receipt.outcome() == Outcome.COMPLETED;
      demand(receipt.amount() == (charged ? charge.chunk : 0), Kind.UNDELIVERED, "price", receipt);
    }
  }

  /** Promise 3: nothing that nobody asked for, and no key twice. */
  private void explained(Books books) {
    Set<String> charged = new HashSet<>();
    for (Receipt receipt : books.receipts.values()) {
      demand(
          charges.containsKey(receipt.id()) || receipt.outcome() == Outcome.ADJUSTED,
          Kind.UNEXPLAINED,
          "nobody asked for",
          receipt);
      RequestKey key = receipt.key();
      if (key != null && receipt.amount() > 0) {
        demand(charged.add(name(receipt.incarnation(), key)), Kind.DOUBLED, "key charged", receipt);
      }
    }
  }

  private void credited(Books books) {
    if (books.credits.size() == seen.credits.size()) {
      return;
    }
    Map<String, Integer> made = new HashMap<>();
    for (Credit credit : books.credits.values()) {
      String wish = wish(credit.accountId(), credit.meter(), credit.amount());
      demand(
          made.merge(wish, 1, Integer::sum) <= wishes.getOrDefault(wish, 0),
          Kind.DOUBLED,
          "credit",
          credit);
    }
  }

  /** Nothing that was committed is taken back. */
  private void onlyGrew(Books before, Books now) {
    before.receipts.forEach((id, was) -> {
      Receipt is = now.receipts.get(id);
      demand(
          is != null && is.version() >= was.version() && (was.outcome() == null || is.equals(was)),
          Kind.LOST,
          was + " became",
          String.valueOf(is));
    });
    before.accounts.forEach((incarnation, was) -> {
      Books.Entry is = now.accounts.get(incarnation);
      demand(is != null && grew(was, is), Kind.LOST, was + " became", String.valueOf(is));
    });
    demand(
        now.credits.keySet().containsAll(before.credits.keySet()),
        Kind.LOST,
        "credits",
        now.credits);
  }

  private static boolean grew(Books.Entry was, Books.Entry is) {
    boolean grew =
        is.account().revision() >= was.account().revision()
            && (was.deletedAt() == null || was.deletedAt().equals(is.deletedAt()));
    for (Meter meter : Meter.values()) {
      Balance before = was.account().balance(meter);
      Balance after = is.account().balance(meter);
      grew &= after.version() >= before.version() && after.credited() >= before.credited();
    }
    return grew;
  }

  private static String name(long incarnation, RequestKey key) {
    return incarnation + " " + key.key();
  }

  private static String wish(String id, Meter meter, long amount) {
    return id + " " + meter + " " + amount;
  }

  /** A new life has taken over, and nobody has been served by it. */
  void recovered(int life) {
    serving = life;
    for (Receipt receipt : disk.books.receipts.values()) {
      demand(receipt.outcome() != null, Kind.LEAKED, "open after recovery", receipt);
    }
  }

  /** A request with a key begins. */
  void asked(long incarnation, RequestKey key) {
    fingerprints
        .computeIfAbsent(name(incarnation, key), _ -> new HashSet<>())
        .add(key.fingerprint());
  }

  void usedOtherwise(long incarnation, RequestKey key) {
    Set<String> all = fingerprints.getOrDefault(name(incarnation, key), Set.of());
    demand(all.size() > 1, Kind.UNTRUE, "the key was not used otherwise", key);
  }

  /**
   * A tab was opened.
   *
   * @param before the store as it was when it was asked for
   */
  void opened(Charge charge, Books before) {
    Charge other = charges.put(charge.id, charge);
    demand(other == null, Kind.DOUBLED, "two charges have the id", charge.id);
    RequestKey key = charge.key;
    if (key != null) {
      for (Receipt receipt : before.receipts.values()) {
        demand(
            receipt.incarnation() != charge.incarnation
                || receipt.key() == null
                || !receipt.key().key().equals(key.key())
                || receipt.amount() == 0
                || receipt.outcome() == null,
            Kind.DOUBLED,
            "the key is charged anew",
            receipt);
      }
    }
  }

  /** Units were said to be paid. */
  void paid(Charge charge, long units) {
    charge.paid += units;
    stands(charge, disk.books);
  }

  /** A fixed price was said to be paid, and the answer is given. */
  void sold(Charge charge) {
    Receipt receipt = disk.books.receipts.get(charge.id);
    if (receipt == null) {
      accuse(Kind.LOST, "sold without a receipt: " + charge.id);
      return;
    }
    demand(
        receipt.outcome() == Outcome.COMPLETED && receipt.amount() == charge.chunk,
        Kind.LOST,
        "sold",
        receipt);
    closed(charge, receipt);
  }

  /** The receipt was said to be final. */
  void closed(Charge charge, Receipt receipt) {
    charge.last = receipt;
    charge.over = true;
    if (receipt.amount() > 0) {
      acknowledged++;
    }
    stands(charge, disk.books);
  }

  void delivered(Charge charge) {
    charge.delivered++;
    words++;
    stands(charge, disk.books);
  }

  /** A repetition was answered with what had been charged before. */
  void replayed(long incarnation, RequestKey key, Receipt receipt) {
    Charge charge = charges.get(receipt.id());
    if (charge == null) {
      accuse(Kind.UNTRUE, "replayed what nobody asked for: " + receipt);
      return;
    }
    demand(
        charge.incarnation == incarnation
            && key.equals(receipt.key())
            && receipt.amount() > 0
            && receipt.outcome() != null
            && charge.result.equals(receipt.result()),
        Kind.UNTRUE,
        "replayed for " + key,
        receipt);
    charge.last = receipt;
    stands(charge, disk.books);
  }

  /** A credit is asked for; with a key it may come to be only once. */
  void wished(String id, Meter meter, long amount, @Nullable String key) {
    if (amount > 0 && (key == null || wishKeys.add(key + " " + meter))) {
      wishes.merge(wish(id, meter, amount), 1, Integer::sum);
    }
  }

  void credited(Credit credit) {
    credits.put(credit.id(), credit);
    demand(credit.equals(disk.books.credits.get(credit.id())), Kind.LOST, "credit", credit);
  }

  /** A balance was said to be lowered. */
  void lowered(long incarnation, Meter meter, long taken) {
    long least = adjusted.merge(incarnation + " " + meter, taken, Long::sum);
    long sum = 0;
    for (Receipt receipt : disk.books.receipts.values()) {
      if (receipt.incarnation() == incarnation
          && receipt.meter() == meter
          && receipt.outcome() == Outcome.ADJUSTED) {
        sum += receipt.amount();
      }
    }
    demand(sum >= least, Kind.LOST, "lowered by " + least, sum);
  }

  /** An operator was told what is missing, and will add it: it must rest on what is durable. */
  void missing(long incarnation, Meter meter, long version) {
    Balance durable = disk.books.entry(incarnation).account().balance(meter);
    demand(durable.version() >= version, Kind.LOST, "missing, as of version " + version, durable);
  }

  /** An operator was told that a change is made: the ledger must know it. */
  void changed(String id, Books after, Memory memory) {
    memory
        .account(id)
        .ifPresent(account -> {
          Books.Entry entry = after.accounts.get(account.incarnation());
          if (entry != null) {
            demand(
                entry.deletedAt() == null && account.revision() >= entry.account().revision(),
                Kind.UNTRUE,
                "the ledger knows " + account + " after",
                entry);
          }
        });
    after
        .living(id)
        .ifPresent(account -> {
          boolean lives = disk.books.entry(account.incarnation()).deletedAt() == null;
          boolean loaded =
              memory.account(id).map(Account::incarnation).orElse(0L) == account.incarnation();
          demand(!lives || loaded, Kind.UNTRUE, "the ledger does not know", account);
        });
  }

  /** Promise 8: a stream began that the limit had let in at that time. */
  void begun(String id, long nanos, int limit, long windowNanos) {
    List<Long> times = begun.computeIfAbsent(id, _ -> new ArrayList<>());
    times.add(nanos);
    for (long first : times) {
      long inside =
          times.stream().filter(time -> time >= first && time - first < windowNanos).count();
      demand(inside <= limit, Kind.TOO_MANY, inside + " within the window, for", id);
    }
  }
}
