package dev.lastword.pictures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Set lines of text, white with a black edge and centred one below the other. Used by one thread.
 *
 * @param lines laid out at {@link Faces#SIZE}
 * @param ascent of every line, at that size
 * @param descent of every line, at that size
 * @param size in pixels
 */
record Caption(Script script, List<Line> lines, double ascent, double descent, double size) {

  /** How thick the edge is, in parts of the size; half of it shows. */
  private static final double EDGE = 0.17;

  private static final double GAP = 0.13;

  /** A line, and where in the script it begins and ends. */
  record Line(TextLayout layout, int begin, int end) {}

  /** How high so many lines are, in pixels. */
  static double height(int lines, double ascent, double descent, double size) {
    return (lines * (ascent + descent) / Faces.SIZE + (lines - 1) * GAP + EDGE) * size;
  }

  /** In pixels, edges included. */
  double height() {
    return height(lines.size(), ascent, descent, size);
  }

  /** Draws the lines around a vertical axis, from {@code top} downwards; all in pixels. */
  void paint(Graphics2D graphics, double axis, double top) {
    double scale = size / Faces.SIZE;
    double baseline = top + size * EDGE / 2 + ascent * scale;
    for (Line line : lines) {
      Rectangle2D bounds = line.layout().getBounds();
      AffineTransform place =
          new AffineTransform(scale, 0, 0, scale, axis - bounds.getCenterX() * scale, baseline);
      paint(graphics, line, place);
      baseline += (ascent + descent) * scale + GAP * size;
    }
  }

  private void paint(Graphics2D graphics, Line line, AffineTransform place) {
    Shape letters = line.layout().getOutline(place);
    graphics.setColor(Color.BLACK);
    graphics.setStroke(
        new BasicStroke((float) (size * EDGE), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(letters);
    graphics.setColor(Color.WHITE);
    graphics.fill(letters);
    for (int at : script.marks().subMap(line.begin(), line.end()).keySet()) {
      int within = at - line.begin();
      Rectangle2D cell = line.layout().getLogicalHighlightShape(within, within + 1).getBounds2D();
      Rectangle2D square =
          place.createTransformedShape(Mark.square(cell.getMinX(), 0)).getBounds2D();
      paint(graphics, script.markAt(at), square);
    }
  }

  private void paint(Graphics2D graphics, @Nullable Mark mark, Rectangle2D square) {
    Drawing drawing = mark == null ? null : mark.drawing();
    if (drawing != null) {
      drawing.paint(graphics, square.getX(), square.getY(), square.getWidth());
      return;
    }
    double inset = square.getWidth() * 0.2;
    Rectangle2D box =
        new Rectangle2D.Double(
            square.getX() + inset,
            square.getY() + square.getHeight() * 0.14,
            square.getWidth() - 2 * inset,
            square.getHeight() * 0.74);
    graphics.setColor(Color.BLACK);
    graphics.setStroke(new BasicStroke((float) (size * (EDGE + 0.08))));
    graphics.draw(box);
    graphics.setColor(Color.WHITE);
    graphics.setStroke(new BasicStroke((float) (size * 0.08)));
    graphics.draw(box);
  }
}
