package dev.lastword.pictures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.List;

/** A drawing of flat figures, one over the other, on a square with sides of {@link #SIDE}. */
record Drawing(List<Figure> figures) {

  static final double SIDE = 36;

  /** A figure in one colour; the path is not to be changed. */
  record Figure(Color colour, Path2D path) {}

  /** Draws it into a square; {@code size} in pixels. */
  void paint(Graphics2D graphics, double left, double top, double size) {
    AffineTransform place = AffineTransform.getTranslateInstance(left, top);
    place.scale(size / SIDE, size / SIDE);
    for (Figure figure : figures) {
      graphics.setColor(figure.colour());
      graphics.fill(place.createTransformedShape(figure.path()));
    }
  }
}
