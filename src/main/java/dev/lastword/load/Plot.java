package dev.lastword.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws what was measured as a figure: an inline SVG with a legend in HTML above it. Colours come
 * from the page's styles by name. Not safe for use by several threads.
 */
final class Plot {

  private static final int WIDTH = 480;
  private static final int HEIGHT = 280;
  private static final int LEFT = 72;
  private static final int RIGHT = 24;
  private static final int TOP = 30;
  private static final int BOTTOM = 46;

  /** From a place on the axis beside it to a text. */
  private static final int GAP = 7;

  private final Scale x;
  private final Scale y;
  private final List<Layer> layers = new ArrayList<>();

  private record Layer(String form, String style, String name, String path) {}

  /** A point of a line; there is none where y is not a number, and the line has a gap. */
  record Point(double x, double y) {}

  /** A column, which stands on another one if it does not begin at 0. */
  record Column(double fromX, double toX, double fromY, double toY) {}

  Plot(Scale x, Scale y) {
    this.x = x;
    this.y = y;
  }

  /** Adds a line through points in the order of their x. */
  Plot line(String style, String name, List<Point> points) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (Point point : points) {
      boolean there = !Double.isNaN(point.y());
      if (there) {
        // A line of no length is a dot, so that a point between gaps is seen.
        String to = horizontal(point.x()) + " " + vertical(point.y());
        path.append(drawing ? "L" + to : "M" + to + "h0");
      }
      drawing = there;
    }
    return layer("line", style, name, path);
  }

  Plot columns(String style, String name, List<Column> columns) {
    StringBuilder path = new StringBuilder();
    for (Column column : columns) {
      if (column.toY() > column.fromY()) {
        path.append('M').append(horizontal(column.fromX()));
        path.append(' ').append(vertical(column.fromY()));
        path.append('V').append(vertical(column.toY()));
        path.append('H').append(horizontal(column.toX()));
        path.append('V').append(vertical(column.fromY())).append('Z');
      }
    }
    return layer("columns", style, name, path);
  }

  private Plot layer(String form, String style, String name, StringBuilder path) {
    layers.add(new Layer(form, style, name, path.toString()));
    return this;
  }

  private String horizontal(double value) {
    return number(LEFT + x.at(value) * (WIDTH - LEFT - RIGHT));
  }

  private String vertical(double value) {
    return number(up(y.at(value)));
  }

  private static double up(double place) {
    return HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM);
  }

  /** To a tenth, which is less than anybody sees. */
  private static String number(double coordinate) {
    long tenths = Math.round(10 * coordinate);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  /** Writes it into a page. */
  void draw(Markup page, String title, String explanation) {
    page.open("figure");
    page.open("figcaption").element("strong", title).text(" ").element("span", explanation).close();
    page.open("ul", "class", "legend");
    for (Layer layer : layers) {
      page.open("li");
      page.element("span", "", "class", "swatch " + layer.form() + " " + layer.style());
      page.text(layer.name()).close();
    }
    page.close();
    String box = "0 0 " + WIDTH + " " + HEIGHT;
    page.open("svg", "viewBox", box, "role", "img", "aria-label", title);
    axes(page);
    for (Layer layer : layers) {
      String style = layer.form() + " " + layer.style();
      page.open("path", "class", style, "d", layer.path()).close();
    }
    page.close().close();
  }

  private void axes(Markup page) {
    String bottom = number(HEIGHT - BOTTOM);
    for (Scale.Mark mark : y.marks()) {
      String at = number(up(mark.place()));
      String across = "M" + LEFT + " " + at + "H" + (WIDTH - RIGHT);
      page.open("path", "class", "grid", "d", across).close();
      text(page, "end", LEFT - GAP, up(mark.place()) + 4, mark.text());
    }
    for (Scale.Mark mark : x.marks()) {
      double at = LEFT + mark.place() * (WIDTH - LEFT - RIGHT);
      String upwards = "M" + number(at) + " " + bottom + "V" + TOP;
      page.open("path", "class", "grid", "d", upwards).close();
      text(page, "middle", at, HEIGHT - BOTTOM + 17, mark.text());
    }
    text(page, "start", GAP, TOP - 14, y.title());
    text(page, "end", WIDTH - RIGHT, HEIGHT - 6, x.title());
  }

  private static void text(Markup page, String anchor, double x, double y, String content) {
    page.element("text", content, "x", number(x), "y", number(y), "text-anchor", anchor);
  }
}
