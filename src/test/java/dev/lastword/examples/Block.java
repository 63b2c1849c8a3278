package dev.lastword.examples;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands between two fences on a page.
 *
 * @param line where it begins, from 1
 * @param language the first word behind its fence; empty for none
 * @param how the word after that: {@code serves}, or the test that runs it; empty for none
 * @param excuse why no test runs it, as the reader is told right before it; empty if one does
 * @param follows whether nothing but empty lines stands between the block before it and this one
 */
record Block(
    int line, String language, String how, String excuse, boolean follows, List<String> lines) {

  private static final Pattern COMMAND =
      Pattern.compile(
          "(\\w+=\\S* )*(\\./lastword|curl|make|docker|kubectl|npm|node|java|scripts/).*");
  private static final Pattern FILE = Pattern.compile("(?://|#) (\\w+\\.\\w+)");

  String text() {
    return String.join("\n", lines) + "\n";
  }

  boolean isShell() {
    return language.equals("sh");
  }

  boolean isExcused() {
    return !excuse.isEmpty();
  }

  boolean serves() {
    return how.equals("serves");
  }

  /** Whether a test of its own takes it from the page. */
  boolean hasItsTest() {
    return how.endsWith("Test");
  }

  boolean isSource() {
    return List.of("java", "javascript", "python").contains(language);
  }

  /** The name that a source says it has, in a comment on its first line. */
  String file() {
    Matcher name = FILE.matcher(lines.getFirst());
    if (!name.matches()) {
      throw new AssertionError("line " + line + ": a source begins with a comment that names it");
    }
    return name.group(1);
  }

  boolean holdsCommands() {
    return lines.stream().anyMatch(one -> COMMAND.matcher(one).matches());
  }
}
