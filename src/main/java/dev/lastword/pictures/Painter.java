package dev.lastword.pictures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws posters: a scene, on it the art, over both the text, its first half above and its second
 * below as on a classic meme, and the place in small letters. Reads fonts and emoji when it draws
 * first, which takes half a second. Safe for use by many threads.
 */
final class Painter {

  /** The sides of every picture, in pixels. */
  static final int SIDE = Canvas.SIDE;

  private static final double AXIS = SIDE / 2.0;
  private static final double MARGIN = 24;
  private static final double WIDTH = SIDE - 2 * MARGIN;
  private static final double LARGEST = 92;
  private static final double SMALLEST = 17;
  private static final double PLACE_SIZE = 23;

  /** Below it the text gets more room, and the art less. */
  private static final double LEGIBLE = 44;

  private static final double LARGEST_ART = 380;
  private static final double SMALLEST_ART = 170;

  /** Shorter texts than that, in code points, stand in one piece. */
  private static final int MIN_SPLIT = 34;

  /** Longer ones are cut between any two words, where no clause ends. */
  private static final int LONG = 70;

  private record Materials(Faces faces, EmojiTable emoji) {}

  private volatile @Nullable Materials materials;

  /** Draws a poster; the same one is always drawn the same. */
  BufferedImage paint(Poster poster) {
    Materials known = materials();
    RandomGenerator random = new SplittableRandom(poster.seed());
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      Art art = Art.of(poster, known.emoji(), random);
      Scene.of(poster, random).paint(new Canvas(graphics, random));
      Layout layout = layout(poster, art, known);
      paint(art, layout, known.emoji(), random, graphics);
      layout.paint(graphics);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private synchronized Materials materials() {
    Materials known = materials;
    if (known == null) {
      known = new Materials(Faces.load(), EmojiTable.load());
      materials = known;
    }
    return known;
  }

  /** Where the texts are; null where there is none. All in pixels. */
  private record Layout(@Nullable Caption above, @Nullable Caption below, @Nullable Caption place) {

    double top() {
      return above == null ? MARGIN : MARGIN * 0.75 + above.height();
    }

    private double placeTop() {
      return place == null ? SIDE - MARGIN * 0.75 : SIDE - MARGIN * 0.6 - place.height();
    }

    double bottom() {
      return below == null ? placeTop() : placeTop() - MARGIN * 0.25 - below.height();
    }

    void paint(Graphics2D graphics) {
      if (above != null) {
        above.paint(graphics, AXIS, MARGIN * 0.75);
      }
      if (below != null) {
        below.paint(graphics, AXIS, bottom());
      }
      if (place != null) {
        place.paint(graphics, AXIS, placeTop());
      }
    }
  }

  private static Layout layout(Poster poster, Art art, Materials known) {
    List<String> halves = halves(poster.text());
    Optional<Typesetter> above = typesetter(halves.getFirst(), known);
    Optional<Typesetter> below =
        halves.size() > 1 ? typesetter(halves.get(1), known) : Optional.<Typesetter>empty();
    String location = poster.location();
    Caption place =
        location == null
            ? null
            : typesetter((art.flag() == null ? "📍 " : art.flag() + " ") + location, known)
                .map(one -> one.fit(WIDTH, 2.6 * PLACE_SIZE, 12, PLACE_SIZE))
                .orElse(null);
    double room = SIDE - 2 * MARGIN - (place == null ? 0 : place.height());
    double share = halves.size() > 1 ? 0.29 : 0.42;
    double size = size(above, below, room * share);
    if (size < LEGIBLE) {
      size = Math.min(LEGIBLE, size(above, below, room * (halves.size() > 1 ? 0.48 : 0.94)));
    }
    double common = size;
    return new Layout(
        above.map(one -> one.at(common, WIDTH)).orElse(null),
        below.map(one -> one.at(common, WIDTH)).orElse(null),
        place);
  }

  /** The largest size at which both fit, each into that height. */
  private static double size(
      Optional<Typesetter> above, Optional<Typesetter> below, double height) {
    double first =
        above.map(one -> one.fit(WIDTH, height, SMALLEST, LARGEST).size()).orElse(LARGEST);
    double second =
        below.map(one -> one.fit(WIDTH, height, SMALLEST, LARGEST).size()).orElse(LARGEST);
    return Math.min(first, second);
  }

  private static Optional<Typesetter> typesetter(String text, Materials known) {
    Script script = Script.of(text, known.faces(), known.emoji());
    return script.text().isEmpty() ? Optional.empty() : Optional.of(new Typesetter(script));
  }

  /**
   * A text as it is, or cut behind a sentence or a clause, as near to its middle as there is one.
   */
  static List<String> halves(String text) {
    int length = text.length();
    if (text.codePointCount(0, length) < MIN_SPLIT) {
      return List.of(text);
    }
    int best = nearest(text, Painter::isCut);
    if (Math.abs(best - length / 2) > length * 3 / 8 && length > LONG) {
      best = nearest(text, (all, at) -> Character.isWhitespace(all.charAt(at)));
    }
    return Math.abs(best - length / 2) > length * 3 / 8
        ? List.of(text)
        : List.of(text.substring(0, best), text.substring(best));
  }

  private interface Cut {
    boolean isAt(String text, int at);
  }

  /** The cut that is nearest to the middle; 0 if there is none. */
  private static int nearest(String text, Cut cut) {
    int middle = text.length() / 2;
    for (int away = 0; away < middle; away++) {
      if (cut.isAt(text, middle - away)) {
        return middle - away;
      }
      if (cut.isAt(text, middle + away)) {
        return middle + away;
      }
    }
    return 0;
  }

  /** Whether a sentence or a clause ends before that. */
  private static boolean isCut(String text, int at) {
    char last = text.charAt(at - 1);
    return "。！？".indexOf(last) >= 0
        || (".?!:;,،؛؟।…—".indexOf(last) >= 0 && Character.isWhitespace(text.charAt(at)));
  }

  private static void paint(
      Art art, Layout layout, EmojiTable emoji, RandomGenerator random, Graphics2D graphics) {
    double free = layout.bottom() - layout.top();
    double size = Math.clamp(free * 0.96, SMALLEST_ART, LARGEST_ART);
    double middle = (layout.top() + layout.bottom()) / 2;
    double side = size * 0.52;
    double away = size / 2 + side * 0.42;
    for (int i = 0; i < art.companions().size() && AXIS + away + side / 2 < SIDE; i++) {
      double x = AXIS + (i == 0 ? away : -away);
      double lean = (random.nextDouble() - 0.5) * 0.4;
      stand(emoji, art.companions().get(i), x, middle + size * 0.24, side, lean, graphics);
    }
    stand(emoji, art.hero(), AXIS, middle, size, (random.nextDouble() - 0.5) * 0.12, graphics);
  }

  /** An emoji around a point, with its shadow. */
  private static void stand(
      EmojiTable emoji,
      String which,
      double x,
      double y,
      double size,
      double lean,
      Graphics2D graphics) {
    emoji
        .drawing(which)
        .ifPresent(drawing -> {
          shadow(x, y + size * 0.5, size, graphics);
          AffineTransform before = graphics.getTransform();
          graphics.rotate(lean, x, y);
          drawing.paint(graphics, x - size / 2, y - size / 2, size);
          graphics.setTransform(before);
        });
  }

  private static void shadow(double x, double y, double size, Graphics2D graphics) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.scale(1, 0.16);
    double radius = size * 0.5;
    graphics.setPaint(
        new RadialGradientPaint(
            new Point2D.Double(),
            (float) radius,
            new float[] {0.2f, 1},
            new Color[] {new Color(0, 0, 0, 110), new Color(0, 0, 0, 0)}));
    graphics.fill(new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius));
    graphics.setTransform(before);
  }
}
