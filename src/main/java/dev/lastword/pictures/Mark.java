package dev.lastword.pictures;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.GraphicAttribute;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.jspecify.annotations.Nullable;

/**
 * A place in a line of text for what is no letter: an emoji, or the box of a character that no font
 * has. It is as wide as high. The line leaves it free; {@link Caption} paints it.
 */
final class Mark extends GraphicAttribute {

  private static final double SIZE = Faces.SIZE * 0.94;
  private static final double BELOW = Faces.SIZE * 0.12;
  private static final double SPACE = Faces.SIZE * 0.08;

  private final @Nullable Drawing drawing;

  /** A mark that is a box where there is no drawing. */
  Mark(@Nullable Drawing drawing) {
    super(ROMAN_BASELINE);
    this.drawing = drawing;
  }

  /** Null for a box. */
  @Nullable Drawing drawing() {
    return drawing;
  }

  /** Where it is, when its place in the line begins there, on the baseline. */
  static Rectangle2D square(double left, double baseline) {
    return new Rectangle2D.Double(left + SPACE, baseline + BELOW - SIZE, SIZE, SIZE);
  }

  @Override
  public float getAscent() {
    return (float) (SIZE - BELOW);
  }

  @Override
  public float getDescent() {
    return (float) BELOW;
  }

  @Override
  public float getAdvance() {
    return (float) (SIZE + 2 * SPACE);
  }

  @Override
  public Rectangle2D getBounds() {
    return square(0, 0);
  }

  @Override
  public Shape getOutline(@Nullable AffineTransform transform) {
    return new Path2D.Double();
  }

  @Override
  public void draw(Graphics2D graphics, float x, float y) {}
}
