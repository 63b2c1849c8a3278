package dev.lastword.pictures;

import java.awt.Font;
import java.awt.font.TextAttribute;
import java.text.AttributedString;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A text made ready to be set: one font for every letter, marks for emoji and for what no font has,
 * capitals where scripts have them. What belongs together, a letter and its accents, is never
 * parted.
 *
 * @param text with U+FFFC in the place of each mark; empty if nothing is to be seen
 * @param base the font of what has no other one: marks, and spaces beside them
 * @param fonts the font of each part, by where it begins
 * @param marks by where they are
 */
record Script(
    String text, Font base, SortedMap<Integer, Font> fonts, SortedMap<Integer, Mark> marks) {

  private static final char OBJECT = '\uFFFC';
  private static final int JOINER = 0x200d;
  private static final int NON_JOINER = 0x200c;
  private static final int EMOJI_STYLE = 0xfe0f;
  private static final int KEYCAP = 0x20e3;

  /** More accents than that on one letter are left out. */
  private static final int MAX_CLUSTER_CODE_POINTS = 12;

  static Script of(String said, Faces faces, EmojiTable emoji) {
    StringBuilder text = new StringBuilder(said.length());
    SortedMap<Integer, Font> fonts = new TreeMap<>();
    SortedMap<Integer, Mark> marks = new TreeMap<>();
    Font last = null;
    for (String cluster : clusters(said)) {
      int at = text.length();
      Optional<Drawing> drawing =
          meansEmoji(cluster) ? emoji.drawing(cluster) : Optional.<Drawing>empty();
      String letters = drawing.isPresent() ? "" : letters(cluster);
      if (drawing.isEmpty() && letters.isBlank()) {
        if (!letters.isEmpty() && at > 0 && text.charAt(at - 1) != ' ') {
          text.append(' ');
        }
        continue;
      }
      Font font = drawing.isPresent() ? null : faces.of(visible(letters)).orElse(null);
      if (font == null) {
        Mark mark = new Mark(drawing.or(() -> emoji.drawing(cluster)).orElse(null));
        marks.put(at, mark);
        text.append(OBJECT);
      } else {
        if (!font.equals(last) || marks.containsKey(at - 1)) {
          fonts.put(at, font);
          last = font;
        }
        text.append(letters);
      }
    }
    String stripped = text.toString().strip();
    // A line of marks alone has no font, and Java would ask the machine for one.
    boolean onlyMarks = fonts.isEmpty() && !stripped.isEmpty();
    return new Script(onlyMarks ? stripped + " " : stripped, faces.base(), fonts, marks);
  }

  /** The same for the machinery that lays lines out. */
  AttributedString attributed() {
    AttributedString attributed = new AttributedString(text);
    // Java would take any other font from the machine.
    attributed.addAttribute(TextAttribute.FONT, base);
    List<Integer> begins = new ArrayList<>(fonts.keySet());
    for (int i = 0; i < begins.size(); i++) {
      int end = i + 1 < begins.size() ? begins.get(i + 1) : text.length();
      Font font = fonts.get(begins.get(i));
      if (begins.get(i) < end && font != null) {
        attributed.addAttribute(TextAttribute.FONT, font, begins.get(i), end);
      }
    }
    marks.forEach(
        (at, mark) -> attributed.addAttribute(TextAttribute.CHAR_REPLACEMENT, mark, at, at + 1));
    return attributed;
  }

  /** Where lines may be broken. Thai has no spaces: its words are in a dictionary. */
  BreakIterator breaks() {
    boolean thai =
        text.codePoints()
            .anyMatch(
                character -> Character.UnicodeScript.of(character) == Character.UnicodeScript.THAI);
    return BreakIterator.getLineInstance(thai ? Locale.of("th") : Locale.ROOT);
  }

  /** What a reader takes for the characters of a text, one by one. */
  static List<String> clusters(String text) {
    List<String> clusters = new ArrayList<>();
    BreakIterator boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
    boundaries.setText(text);
    int begin = boundaries.first();
    for (int end = boundaries.next(); end != BreakIterator.DONE; end = boundaries.next()) {
      clusters.add(text.substring(begin, end));
      begin = end;
    }
    return clusters;
  }

  /** Whether a cluster is to be a picture where there is one, and not a letter or a digit. */
  static boolean meansEmoji(String cluster) {
    int first = cluster.codePointAt(0);
    boolean styled = cluster.indexOf(EMOJI_STYLE) > 0 || cluster.indexOf(JOINER) > 0;
    return Character.isEmojiPresentation(first)
        || (styled && Character.isEmoji(first))
        || cluster.indexOf(KEYCAP) > 0;
  }

  /** One cluster, in capitals; empty if nothing of it is to be seen, a space for any white one. */
  private static String letters(String cluster) {
    StringBuilder letters = new StringBuilder();
    cluster
        .codePoints()
        .limit(MAX_CLUSTER_CODE_POINTS)
        .forEach(character -> {
          if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
            letters.append(' ');
          } else if (isShown(character)) {
            letters.append(capital(character));
          }
        });
    String capitals = letters.toString();
    return capitals.length() > 1 && capitals.isBlank() ? " " : capitals;
  }

  private static boolean isShown(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL, Character.SURROGATE -> false;
      case Character.FORMAT -> character == JOINER || character == NON_JOINER;
      default -> !isStyle(character);
    };
  }

  private static String capital(int character) {
    String letter = Character.toString(character);
    return switch (Character.UnicodeScript.of(character)) {
      case LATIN, CYRILLIC -> letter.toUpperCase(Locale.ROOT);
      // Whose capitals have no accents, but for the two points.
      case GREEK ->
          Normalizer.normalize(
              Normalizer.normalize(letter, Normalizer.Form.NFD)
                  .replaceAll("[\\p{M}&&[^\u0308]]", "")
                  .toUpperCase(Locale.ROOT),
              Normalizer.Form.NFC);
      default -> letter;
    };
  }

  /** What a font must have: joiners and styles say how to draw, and are not drawn. */
  private static String visible(String letters) {
    StringBuilder visible = new StringBuilder(letters.length());
    letters
        .codePoints()
        .filter(character -> character != JOINER && character != NON_JOINER && !isStyle(character))
        .forEach(visible::appendCodePoint);
    return visible.toString();
  }

  private static boolean isStyle(int character) {
    return character >= 0xfe00 && character <= 0xfe0f;
  }

  @Nullable Mark markAt(int at) {
    return marks.get(at);
  }
}
