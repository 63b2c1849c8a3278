package dev.lastword.store.redis;

import java.util.Locale;
import java.util.Set;

/** The library's source for walks: impatient, and without some rules. */
final class Library {

  private Library() {}

  static String forWalks(Set<Rule> without) {
    String source = LuaServer.source();
    source = replaced(source, "RECEIPT_LIFE = 60000 ", "RECEIPT_LIFE = 40 ");
    source = replaced(source, "RESERVATION_LIFE = 10000 ", "RESERVATION_LIFE = 500 ");
    source = replaced(source, "LOOK_LATER = 30000", "LOOK_LATER = 20");
    for (Rule rule : without) {
      source = without(source, rule);
    }
    return source;
  }

  private static String without(String source, Rule rule) {
    return switch (rule) {
      case LIFE, EPOCH, KEY, TOMBSTONE, ASKED, EXPIRE -> withoutLines(source, rule);
      case COVERAGE ->
          replaced(
              source,
              "do told(keys, id, all) end -- RULE coverage",
              "do told(keys, id, all) break end");
      case LEASE, FENCE, SEAL, CURRENT, LATE, SEALED, REPLAY, OPEN -> source;
    };
  }

  /** Leaves out every line that ends with the rule's name. */
  private static String withoutLines(String source, Rule rule) {
    String mark = "-- RULE " + rule.name().toLowerCase(Locale.ROOT);
    StringBuilder kept = new StringBuilder();
    boolean found = false;
    for (String line : source.split("\n", -1)) {
      if (line.endsWith(mark)) {
        found = true;
      } else {
        kept.append(line).append('\n');
      }
    }
    if (!found) {
      throw new IllegalStateException("no line is marked " + mark);
    }
    return kept.toString();
  }

  private static String replaced(String source, String before, String after) {
    if (!source.contains(before)) {
      throw new IllegalStateException("the library does not say " + before);
    }
    return source.replace(before, after);
  }
}
