package dev.lastword.pictures;

import java.awt.font.FontRenderContext;
import java.awt.font.LineBreakMeasurer;
import java.awt.font.TextLayout;
import java.awt.geom.Rectangle2D;
import java.text.AttributedCharacterIterator;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the largest size at which a text fits into a box, and lines of about equal length. Words
 * are broken only where they must be. Bidirectional text is laid out by the Unicode algorithm, its
 * base direction that of its first letter. Used by one thread.
 */
final class Typesetter {

  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  /** A word is rather set smaller than broken, where this size in pixels is small enough for it. */
  private static final double COMFORTABLE = 40;

  private static final double STEP = 0.5;

  private final Script script;
  private final AttributedCharacterIterator letters;
  private final LineBreakMeasurer measurer;
  private final BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
  private final double ascent;
  private final double descent;

  /** For a text that is not empty. */
  Typesetter(Script script) {
    this.script = script;
    this.letters = script.attributed().getIterator();
    this.measurer = new LineBreakMeasurer(letters, script.breaks(), CONTEXT);
    clusters.setText(script.text());
    Rectangle2D bounds = new TextLayout(letters, CONTEXT).getBounds();
    this.ascent = Math.max(Faces.SIZE * 0.72, -bounds.getMinY());
    this.descent = Math.max(0, bounds.getMaxY());
  }

  /**
   * The largest caption that fits; all in pixels. At the smallest size it is allowed to be higher
   * than the box.
   */
  Caption fit(double width, double height, double minimum, double maximum) {
    boolean mayBreak = ends(width, COMFORTABLE, false) == null;
    double low = minimum;
    double high = maximum;
    while (high - low > STEP) {
      double middle = (low + high) / 2;
      if (fits(width, height, middle, mayBreak)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return at(fits(width, height, high, mayBreak) ? high : low, width);
  }

  /** The same text at that size in pixels, however high it gets. */
  Caption at(double size, double width) {
    List<Integer> ends = ends(width, size, true);
    if (ends == null) {
      throw new IllegalStateException("lines that may be broken anywhere must end");
    }
    double narrow = 0;
    double wide = width;
    while (ends.size() > 1 && wide - narrow > width / 100) {
      double middle = (narrow + wide) / 2;
      List<Integer> narrower = ends(middle, size, false);
      if (narrower != null && narrower.size() == ends.size()) {
        wide = middle;
        ends = narrower;
      } else {
        narrow = middle;
      }
    }
    return new Caption(script, lines(ends), ascent, descent, size);
  }

  private boolean fits(double width, double height, double size, boolean mayBreak) {
    List<Integer> ends = ends(width, size, mayBreak || size < COMFORTABLE);
    return ends != null && Caption.height(ends.size(), ascent, descent, size) <= height;
  }

  /** Where lines end; null if a word would have to be broken and may not. */
  private @Nullable List<Integer> ends(double width, double size, boolean mayBreak) {
    float room = (float) (width / size * Faces.SIZE);
    int length = script.text().length();
    List<Integer> ends = new ArrayList<>();
    measurer.setPosition(0);
    while (measurer.getPosition() < length) {
      int begin = measurer.getPosition();
      int end = measurer.nextOffset(room, length, true);
      if (end <= begin) {
        if (!mayBreak) {
          return null;
        }
        end = measurer.nextOffset(room, length, false);
        if (!clusters.isBoundary(end)) {
          end = clusters.preceding(end);
        }
        if (end <= begin) {
          end = clusters.following(begin);
        }
      }
      ends.add(end);
      measurer.setPosition(end);
    }
    return ends;
  }

  private List<Caption.Line> lines(List<Integer> ends) {
    List<Caption.Line> lines = new ArrayList<>(ends.size());
    measurer.setPosition(0);
    for (int end : ends) {
      int begin = measurer.getPosition();
      TextLayout layout = measurer.nextLayout(Float.MAX_VALUE, end, false);
      lines.add(new Caption.Line(layout, begin, end));
    }
    return lines;
  }
}
