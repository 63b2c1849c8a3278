package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Bought;
import dev.lastword.faults.ClientLog.Credited;
import dev.lastword.faults.ClientLog.Stream;
import dev.lastword.faults.servers.HookReceiver.Message;
import dev.lastword.metering.WordSales;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds what clients know against the system of record, when nothing runs any more and everything
 * unanswered has been asked again.
 */
final class Judge {

  private static final String WORDS = "words";
  private static final String AI = "generate_llm_meme";
  private static final int MAX_BREACHES = 20;

  private final Book book;
  private final ClientLog log;
  private final List<Message> told;
  private final Allowance allowance;
  private final Map<String, Book.Receipt> receipts = new HashMap<>();
  private final Map<Long, String> owners = new HashMap<>();
  private final List<String> breaches = new ArrayList<>();
  private long lost;
  private long doubled;
  private long overspent;
  private long leaked;
  private long beyond;

  private Judge(Book book, ClientLog log, List<Message> told, Allowance allowance) {
    this.book = book;
    this.log = log;
    this.told = told;
    this.allowance = allowance;
    book.receipts().forEach(receipt -> receipts.put(receipt.id(), receipt));
    book.accounts().forEach(account -> owners.put(account.incarnation(), account.id()));
  }

  /**
   * Judges.
   *
   * @param told of low balances, as it came
   */
  static Verdict of(Book book, ClientLog log, List<Message> told, Allowance allowance) {
    Judge judge = new Judge(book, log, told, allowance);
    judge.memes();
    judge.streams();
    judge.keys();
    judge.strays();
    judge.credits();
    judge.balances();
    judge.changes();
    judge.notices();
    log.wrongAnswers.forEach(judge::breach);
    return new Verdict(
        log.acknowledged.get(),
        judge.lost,
        judge.doubled,
        judge.overspent,
        judge.leaked,
        judge.beyond,
        judge.breaches);
  }

  private void breach(String what) {
    if (breaches.size() < MAX_BREACHES) {
      breaches.add(what);
    }
  }

  private void lose(long units, String what) {
    lost += units;
    breach("lost " + units + ": " + what);
  }

  private void doubleUp(long units, String what) {
    doubled += units;
    breach("doubled " + units + ": " + what);
  }

  private void leak(long units, String what) {
    leaked += Math.abs(units);
    breach("leaked " + units + ": " + what);
  }

  private void memes() {
    for (Bought meme : log.bought) {
      Book.Receipt receipt = receipts.get(meme.charge());
      if (receipt == null || receipt.amount() < meme.amount()) {
        lose(meme.amount(), "meme " + meme + ", " + receipt);
      } else if (receipt.amount() > meme.amount()) {
        doubleUp(receipt.amount() - meme.amount(), "meme " + meme + ", " + receipt);
      } else if (!(meme.product().equals(WordSales.ANSWER)
                  ? Set.of("completed", "shutdown")
                  : Set.of("completed"))
              .contains(receipt.outcome())
          || !meme.user().equals(owners.get(receipt.incarnation()))
          || !receipt.product().equals(meme.product())) {
        breach("meme " + meme + " was answered, " + receipt);
      }
    }
  }

  private void streams() {
    for (Stream stream : log.streams.values()) {
      Book.Receipt receipt = receipts.get(stream.charge);
      long paid = receipt == null ? 0 : receipt.amount();
      String what = "stream %s, %d words came, %s".formatted(stream.charge, stream.words, receipt);
      if (paid < stream.words) {
        lose(stream.words - paid, what);
      }
      long more = Math.max(0, paid - stream.words);
      beyond += more;
      boolean inOrder = stream.charged >= 0;
      if (inOrder && (more > 0 || stream.charged != paid)) {
        breach("ended in order, said " + stream.charged + ": " + what);
      } else if (more > (stream.left ? allowance.leftWords() : allowance.cutWords())) {
        breach(more + " words beyond delivery: " + what);
      }
    }
  }

  /** A key is charged for once, and what was refused is not charged. */
  private void keys() {
    Map<String, Book.Receipt> byKey = new HashMap<>();
    for (Book.Receipt receipt : book.receipts()) {
      if (receipt.key() != null && receipt.amount() > 0) {
        Book.Receipt other =
            byKey.putIfAbsent(receipt.incarnation() + " " + receipt.key(), receipt);
        if (other != null) {
          doubleUp(receipt.amount(), "one key, " + other + " and " + receipt);
        }
        if (log.refusedKeys.contains(receipt.key())) {
          doubleUp(receipt.amount(), "refused, and charged: " + receipt);
        }
      }
    }
    Map<String, String> charges = new HashMap<>();
    for (Bought meme : log.bought) {
      String other = meme.key() == null ? null : charges.put(meme.key(), meme.charge());
      if (other != null && !other.equals(meme.charge())) {
        doubleUp(meme.amount(), "one key, charges " + other + " and " + meme.charge());
      }
    }
    Map<String, Bought> byCharge = new HashMap<>();
    for (Bought meme : log.bought) {
      Bought other = byCharge.put(meme.charge(), meme);
      if (other != null && (meme.key() == null || !meme.key().equals(other.key()))) {
        lose(meme.amount(), "one charge for two memes: " + other + " and " + meme);
      }
    }
    log.unanswered.values().forEach(asked -> breach("still no answer: " + asked));
  }

  /** What no client knows of was in flight when something broke, and no more than that. */
  private void strays() {
    Set<String> known = new HashSet<>(log.streams.keySet());
    log.bought.forEach(meme -> known.add(meme.charge()));
    int memes = 0;
    int streams = 0;
    for (Book.Receipt receipt : book.receipts()) {
      if (known.contains(receipt.id())
          || receipt.amount() == 0
          || "adjusted".equals(receipt.outcome())) {
        continue;
      }
      beyond += receipt.amount();
      if (receipt.product().equals(WORDS)) {
        streams++;
        if (receipt.amount() > allowance.cutWords()) {
          breach("a stream without its head paid more than a chunk: " + receipt);
        }
      } else if (receipt.key() == null) {
        memes++;
      } else {
        doubleUp(receipt.amount(), "a key that nobody was answered for: " + receipt);
      }
    }
    if (memes > log.strayMemes.get()) {
      doubleUp(memes - log.strayMemes.get(), "memes that nobody asked for");
    }
    if (streams > log.strayStreams.get()) {
      doubleUp(streams - log.strayStreams.get(), "streams that nobody asked for");
    }
  }

  private void credits() {
    Map<String, Long> recorded = new HashMap<>();
    for (Book.Credit credit : book.credits()) {
      String place = owners.get(credit.incarnation()) + " " + credit.meter();
      recorded.merge(place, credit.amount(), Long::sum);
    }
    Map<String, Long> acknowledged = new HashMap<>();
    for (Credited credit : log.credits) {
      acknowledged.merge(credit.user() + " " + credit.meter(), credit.amount(), Long::sum);
    }
    acknowledged.forEach((place, units) -> {
      long found = recorded.getOrDefault(place, 0L);
      if (found < units) {
        lose(units - found, "credits of " + place);
      } else if (found > units) {
        doubleUp(found - units, "credits of " + place);
      }
    });
  }

  /** Every unit explained, nothing held, nothing spent that was not there. */
  private void balances() {
    Map<String, Long> receiptSums = new HashMap<>();
    for (Book.Receipt receipt : book.receipts()) {
      receiptSums.merge(receipt.incarnation() + " " + receipt.meter(), receipt.amount(), Long::sum);
      if (receipt.outcome() == null) {
        leak(receipt.amount(), "still open: " + receipt);
      } else if (receipt.amount() > 0
          && !receipt.product().equals(WORDS)
          && Set.of("interrupted", "failed").contains(receipt.outcome())) {
        leak(receipt.amount(), "not given back: " + receipt);
      }
    }
    Map<String, Long> creditSums = new HashMap<>();
    book.credits()
        .forEach(credit ->
            creditSums.merge(
                credit.incarnation() + " " + credit.meter(), credit.amount(), Long::sum));
    for (Book.Balance balance : book.balances()) {
      String place = balance.incarnation() + " " + balance.meter();
      long unexplained = balance.spent() - receiptSums.getOrDefault(place, 0L);
      if (unexplained != 0) {
        leak(unexplained, "spent without a receipt: " + balance);
      }
      if (balance.credited() != creditSums.getOrDefault(place, 0L)) {
        breach("credited without a credit: " + balance);
      }
      if (balance.spent() > balance.credited()) {
        overspent += balance.spent() - balance.credited();
        breach("overspent: " + balance);
      }
    }
  }

  /** Whoever has nothing left was told so since the last credit. */
  private void notices() {
    untold(book, told).forEach(balance -> breach("nobody was told of " + balance));
    Set<String> falls = falls();
    for (Message message : told) {
      if (!falls.contains(fall(message))) {
        breach("told of what never was: " + message);
      }
    }
  }

  /** The ids of all there could be: a balance falls to 5 or to 0 between two credits. */
  private Set<String> falls() {
    Set<String> falls = new HashSet<>();
    for (Book.Credit credit : book.credits()) {
      falls.add(noticeId(credit.incarnation(), credit.meter(), credit.total(), 5));
      falls.add(noticeId(credit.incarnation(), credit.meter(), credit.total(), 0));
    }
    return falls;
  }

  /** Balances that are used up, and nobody was told. */
  static List<Book.Balance> untold(Book book, List<Message> told) {
    Set<String> ids = new HashSet<>();
    told.forEach(message -> ids.add(fall(message)));
    return book.balances().stream()
        .filter(one -> one.credited() > 0 && one.spent() == one.credited())
        .filter(one -> !ids.contains(noticeId(one.incarnation(), one.meter(), one.credited(), 0)))
        .toList();
  }

  /** A message's id without the time that stands at its end. */
  private static String fall(Message message) {
    return message.id().substring(0, message.id().lastIndexOf('_'));
  }

  private static String noticeId(long incarnation, String meter, long credited, long level) {
    return "msg_%d_%s_%d_%d".formatted(incarnation, meter, credited, level);
  }

  private void changes() {
    long phoenixes =
        book.accounts().stream().filter(one -> one.id().startsWith(Users.PHOENIX)).count();
    if (phoenixes < log.created.get()) {
      lose(log.created.get() - phoenixes, "accounts that were made");
    } else if (phoenixes > log.creationsSent.get()) {
      doubleUp(phoenixes - log.creationsSent.get(), "accounts that nobody asked for");
    }
    for (Book.Account account : book.accounts()) {
      if (!account.living()) {
        continue;
      }
      if (log.deleted.contains(account.id())) {
        lose(1, "the deletion of " + account);
      }
      if (account.id().equals(Users.CHANGING)
          && !log.permissions.mayBe(
              account.permissions().contains(AI) ? "[\"" + AI + "\"]" : "[]")) {
        lose(1, "permissions " + log.permissions + " of " + account);
      }
      if (account.id().equals(Users.ADJUSTED)) {
        adjusted(account);
      }
    }
  }

  private void adjusted(Book.Account account) {
    for (Book.Balance balance : book.balances()) {
      long left = balance.credited() - balance.spent();
      if (balance.incarnation() == account.incarnation()
          && balance.meter().equals("tokens")
          && !log.balance.mayBe(Long.toString(left))) {
        lose(1, "the balance was set to " + log.balance + " and is " + left);
      }
    }
  }
}
