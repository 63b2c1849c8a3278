package dev.lastword.pictures;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RadialGradientPaint;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** What scenes are made of, on a square with sides of {@link #SIDE} pixels. Used by one thread. */
record Canvas(Graphics2D graphics, RandomGenerator random) {

  static final int SIDE = 800;

  static Color rgb(int rgb) {
    return new Color(rgb);
  }

  static Color faint(int rgb, int alpha) {
    return new Color(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, alpha);
  }

  /** The colour that lies so far, 0 to 1, from the first to the second. */
  static int between(int first, int second, double far) {
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = first >> shift & 255;
      int to = second >> shift & 255;
      colour |= (int) Math.round(from + (to - from) * far) << shift;
    }
    return colour;
  }

  void sky(int above, int below) {
    gradient(0, SIDE, above, below);
  }

  /** From one height to another, over the whole width. */
  void gradient(double top, double bottom, int above, int below) {
    gradientBox(0, top, SIDE, bottom - top, above, below);
  }

  void gradientBox(double x, double y, double width, double height, int above, int below) {
    graphics.setPaint(
        new GradientPaint(0, (float) y, rgb(above), 0, (float) (y + height), rgb(below)));
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  void disc(double x, double y, double radius, Color colour) {
    graphics.setPaint(colour);
    graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  void box(double x, double y, double width, double height, Color colour) {
    graphics.setPaint(colour);
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  /** A light around a point that fades to nothing. */
  void glow(double x, double y, double radius, int rgb, int alpha) {
    graphics.setPaint(
        new RadialGradientPaint(
            new Point2D.Double(x, y),
            (float) radius,
            new float[] {0, 1},
            new Color[] {faint(rgb, alpha), faint(rgb, 0)}));
    graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  /** Rays from a point to beyond the edges, every other one. */
  void rays(double x, double y, int count, Color colour) {
    graphics.setPaint(colour);
    double turn = random.nextDouble() * Math.PI;
    for (int ray = 0; ray < count; ray++) {
      double begin = turn + 2 * Math.PI * ray / count;
      double end = begin + Math.PI / count;
      Path2D path = new Path2D.Double();
      path.moveTo(x, y);
      path.lineTo(x + 2 * SIDE * Math.cos(begin), y + 2 * SIDE * Math.sin(begin));
      path.lineTo(x + 2 * SIDE * Math.cos(end), y + 2 * SIDE * Math.sin(end));
      path.closePath();
      graphics.fill(path);
    }
  }

  /** Ground that rises and falls around a height. */
  void hills(double height, double rise, double length, int above, int below) {
    double shift = random.nextDouble() * 2 * Math.PI;
    double other = random.nextDouble() * 2 * Math.PI;
    Path2D ground = new Path2D.Double();
    ground.moveTo(0, SIDE);
    for (int x = 0; x <= SIDE; x += 8) {
      double wave = Math.sin(x / length + shift) * 0.7 + Math.sin(x / length * 2.3 + other) * 0.3;
      ground.lineTo(x, height - rise * wave);
    }
    ground.lineTo(SIDE, SIDE);
    ground.closePath();
    graphics.setPaint(
        new GradientPaint(0, (float) (height - rise), rgb(above), 0, (float) SIDE, rgb(below)));
    graphics.fill(ground);
  }

  void clouds(int count, double lowest, int alpha) {
    for (int cloud = 0; cloud < count; cloud++) {
      double x = random.nextDouble() * SIDE;
      double y = 60 + random.nextDouble() * (lowest - 60);
      double size = 22 + random.nextDouble() * 26;
      Area area = new Area();
      for (int puff = -2; puff <= 2; puff++) {
        double radius = size * (1.25 - Math.abs(puff) * 0.28);
        area.add(
            new Area(
                new Ellipse2D.Double(
                    x + puff * size * 0.95 - radius, y - radius, 2 * radius, 2 * radius)));
      }
      area.subtract(
          new Area(new Rectangle2D.Double(x - 6 * size, y + size * 0.35, 12 * size, 3 * size)));
      graphics.setPaint(faint(0xffffff, alpha));
      graphics.fill(area);
    }
  }

  void stars(int count, double lowest) {
    for (int star = 0; star < count; star++) {
      disc(
          random.nextDouble() * SIDE,
          random.nextDouble() * lowest,
          0.8 + random.nextDouble() * random.nextDouble() * 2.6,
          faint(0xffffff, 120 + random.nextInt(136)));
    }
  }

  /** A row of houses on a height, with windows where some are lit. */
  void houses(double ground, double highest, int rgb, int lit) {
    double x = -20 - random.nextDouble() * 30;
    while (x < SIDE) {
      double width = 44 + random.nextDouble() * 70;
      double height = highest * (0.35 + 0.65 * random.nextDouble());
      box(x, ground - height, width, SIDE - ground + height, rgb(rgb));
      if (random.nextInt(4) == 0) {
        box(x + width / 2 - 2, ground - height - 34, 4, 34, rgb(rgb));
      }
      for (double row = ground - height + 14; row < ground - 10; row += 22) {
        for (double window = x + 10; window < x + width - 14; window += 18) {
          if (random.nextInt(3) == 0) {
            box(window, row, 9, 12, faint(lit, 210));
          }
        }
      }
      x += width + 2 + random.nextDouble() * 8;
    }
  }

  /** A mountain with snow on it. */
  void peak(double x, double top, double foot, double width, int rock, int snow) {
    graphics.setPaint(rgb(rock));
    graphics.fill(triangle(x - width / 2, foot, x, top, x + width / 2, foot));
    graphics.setPaint(rgb(between(rock, 0x000000, 0.18)));
    graphics.fill(triangle(x, top, x + width / 2, foot, x + width * 0.08, foot));
    double line = top + (foot - top) * 0.3;
    double half = width * 0.15;
    Path2D cap = new Path2D.Double();
    cap.moveTo(x, top);
    cap.lineTo(x + half, line);
    cap.lineTo(x + half * 0.5, line - (line - top) * 0.2);
    cap.lineTo(x + half * 0.1, line + (line - top) * 0.12);
    cap.lineTo(x - half * 0.45, line - (line - top) * 0.16);
    cap.lineTo(x - half, line);
    cap.closePath();
    graphics.setPaint(rgb(snow));
    graphics.fill(cap);
  }

  /** A fir of three tiers, its foot at that point. */
  void fir(double x, double foot, double height, int rgb) {
    box(x - height * 0.04, foot - height * 0.16, height * 0.08, height * 0.16, rgb(0x4a3327));
    graphics.setPaint(rgb(rgb));
    for (int tier = 0; tier < 3; tier++) {
      double bottom = foot - height * (0.12 + tier * 0.26);
      double half = height * (0.26 - tier * 0.06);
      graphics.fill(triangle(x - half, bottom, x, bottom - height * 0.42, x + half, bottom));
    }
  }

  static Polygon triangle(double x1, double y1, double x2, double y2, double x3, double y3) {
    Polygon triangle = new Polygon();
    triangle.addPoint((int) Math.round(x1), (int) Math.round(y1));
    triangle.addPoint((int) Math.round(x2), (int) Math.round(y2));
    triangle.addPoint((int) Math.round(x3), (int) Math.round(y3));
    return triangle;
  }
}
