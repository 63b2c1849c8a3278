package dev.lastword.store.redis;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How accounts and receipts are written for the library of functions. */
final class Coding {

  /** Between the parts of what the library passes on unread; ids and keys have none. */
  private static final String SEPARATOR = "\u001f";

  private static final String NONE = "-";

  private Coding() {}

  static String meter(Meter meter) {
    return switch (meter) {
      case TOKENS -> "t";
      case WORDS -> "w";
    };
  }

  /** Why nothing may be spent; empty if it may. */
  static String ended(Account account) {
    return account.status() == Status.SUSPENDED ? Outcome.INTERRUPTED.word() : "";
  }

  /** What the library passes on: all of an account that it does not decide by. */
  static String profile(Account account) {
    return String.join(
        SEPARATOR,
        account.email() == null ? "" : account.email(),
        String.join(" ", Permission.words(account.permissions())),
        account.status().word(),
        account.reborn() ? "1" : "0",
        Long.toString(account.createdAt().toEpochMilli()));
  }

  /** The account as {@code look} tells it. */
  static Account account(String id, List<String> told) {
    String[] profile = told.get(2).split(SEPARATOR, -1);
    return new Account(
        Long.parseLong(told.get(0)),
        id,
        profile[3].equals("1"),
        profile[0].isEmpty() ? null : profile[0],
        Permission.known(List.of(profile[1].split(" ", -1))),
        Status.parse(profile[2]).orElseThrow(),
        Long.parseLong(told.get(1)),
        Instant.ofEpochMilli(Long.parseLong(profile[4])),
        balance(told, 3),
        balance(told, 6));
  }

  private static Balance balance(List<String> told, int first) {
    return new Balance(
        Long.parseLong(told.get(first)),
        Long.parseLong(told.get(first + 1)),
        Long.parseLong(told.get(first + 2)));
  }

  /** What of a receipt never changes. */
  static String head(Receipt receipt) {
    RequestKey key = receipt.key();
    return String.join(
        SEPARATOR,
        receipt.product(),
        receipt.holder(),
        Long.toString(receipt.createdAt().toEpochMilli()),
        key == null ? "" : key.key(),
        key == null ? "" : key.fingerprint());
  }

  /**
   * A receipt that the system of record has, as the library takes it over: id, state, head, result,
   * fingerprint.
   *
   * @param once whether it was paid and closed in one step
   */
  static List<String> known(@Nullable Receipt receipt, boolean once) {
    if (receipt == null) {
      return List.of();
    }
    RequestKey key = receipt.key();
    Outcome outcome = receipt.outcome();
    Instant closedAt = receipt.closedAt();
    String state =
        String.join(
            " ",
            meter(receipt.meter()),
            Long.toString(receipt.amount()),
            Long.toString(receipt.version()),
            outcome == null ? NONE : outcome.word(),
            closedAt == null ? NONE : Long.toString(closedAt.toEpochMilli()),
            "0",
            once ? "1" : "0",
            key == null ? "0" : "1",
            "0",
            "0");
    return List.of(
        receipt.id(),
        state,
        head(receipt),
        receipt.result() == null ? "" : receipt.result(),
        key == null ? "" : key.fingerprint());
  }

  /** The receipt that is told as id, state, head and result, from that place on. */
  static Receipt receipt(long incarnation, List<String> told, int first) {
    String[] state = told.get(first + 1).split(" ", -1);
    String[] head = told.get(first + 2).split(SEPARATOR, -1);
    String result = told.get(first + 3);
    RequestKey key = head[3].isEmpty() ? null : new RequestKey(head[3], head[4]);
    return new Receipt(
        told.get(first),
        incarnation,
        head[1],
        state[0].equals("t") ? Meter.TOKENS : Meter.WORDS,
        head[0],
        Long.parseLong(state[1]),
        state[3].equals(NONE) ? null : Outcome.of(state[3]),
        Instant.ofEpochMilli(Long.parseLong(head[2])),
        state[4].equals(NONE) ? null : Instant.ofEpochMilli(Long.parseLong(state[4])),
        Long.parseLong(state[2]),
        key,
        result.isEmpty() ? null : result);
  }

  /** All receipts that are told from that place on. */
  static List<Receipt> receipts(long incarnation, List<String> told, int first) {
    List<Receipt> receipts = new ArrayList<>();
    for (int at = first; at < told.size(); at += 4) {
      receipts.add(receipt(incarnation, told, at));
    }
    return receipts;
  }
}
