package dev.lastword.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML that is well-formed XML too. Every text and every attribute's value is escaped here,
 * so nothing that is shown can become a part of the page. Not safe for use by several threads.
 */
final class Markup {

  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder text = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names, each before its value
   */
  Markup open(String name, String... attributes) {
    tag(name, attributes).append('>');
    open.push(name);
    return this;
  }

  /** Ends the element that was begun last. */
  Markup close() {
    text.append("</").append(open.pop()).append(">\n");
    return this;
  }

  Markup text(String content) {
    content.codePoints().forEach(this::escape);
    return this;
  }

  /** A whole element with nothing but a text in it. */
  Markup element(String name, String content, String... attributes) {
    return open(name, attributes).text(content).close();
  }

  /** One of the elements that have neither content nor an end. */
  Markup empty(String name, String... attributes) {
    tag(name, attributes).append("/>\n");
    return this;
  }

  private StringBuilder tag(String name, String... attributes) {
    text.append('<').append(name);
    for (int index = 0; index < attributes.length; index += 2) {
      text.append(' ').append(attributes[index]).append("=\"");
      text(attributes[index + 1]);
      text.append('"');
    }
    return text;
  }

  private void escape(int codePoint) {
    switch (codePoint) {
      case '&' -> text.append("&amp;");
      case '<' -> text.append("&lt;");
      case '>' -> text.append("&gt;");
      case '"' -> text.append("&quot;");
      case '\n', '\t' -> text.append((char) codePoint);
      default -> text.appendCodePoint(isCharacter(codePoint) ? codePoint : REPLACEMENT);
    }
  }

  /** Whether a page may contain it at all. */
  private static boolean isCharacter(int codePoint) {
    return !Character.isISOControl(codePoint)
        && Character.getType(codePoint) != Character.SURROGATE
        && (codePoint & 0xFFFE) != 0xFFFE;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
