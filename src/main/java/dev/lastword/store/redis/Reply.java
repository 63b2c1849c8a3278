package dev.lastword.store.redis;

import java.util.List;

/** What every function that works on an account in an epoch may say. */
sealed interface Reply {

  /** It was done, or is said why not: the function's own words. */
  record Done(String word, List<String> values) implements Reply {}

  /** Another epoch lives there, or none. */
  record Stale() implements Reply {}

  /**
   * The account has no copy in this epoch.
   *
   * @param sinceMillis when that was, on the server's clock
   */
  record Missing(String sinceMillis) implements Reply {}

  /**
   * The copy does not know what is asked about: the system of record must be asked.
   *
   * @param number of the copy for which the answer counts
   */
  record Check(String number) implements Reply {}

  static Reply of(List<String> said) {
    return switch (said.getFirst()) {
      case "stale" -> new Stale();
      case "missing" -> new Missing(said.get(1));
      case "check" -> new Check(said.get(1));
      case String word -> new Done(word, said.subList(1, said.size()));
    };
  }
}
