import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the emoji that dev.lastword.pictures.EmojiTable reads (the format is described there). The
 * first argument is the unpacked package @twemoji/svg, the second emojilib, the third
 * cldr-annotations-full, the fourth the file to write. Skin tones are left out: a hand is a hand.
 */
final class MakeEmoji {

  private static final int UNITS = 100;
  private static final int MAX_WORDS = 40;
  private static final int MAX_WORD = 20;

  /** A word that calls for more emoji than that says nothing: face, person, woman. */
  private static final int MAX_CALLED = 20;

  private static final List<String> LANGUAGES =
      List.of(
          ("ar bn cs da de el es fa fi fr he hi hu id it ja ko nl pl pt ro ru sv th tr uk vi zh"
                  + " zh-Hant")
              .split(" "));

  /** From here on emojilib has signs and flags, which make poor heroes: no word calls for them. */
  private static final String FIRST_SYMBOL = "🏧";

  /** A figure in one colour. */
  record Figure(int argb, Shape shape) {}

  public static void main(String[] arguments) throws Exception {
    Map<String, List<Figure>> emoji = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".svg")).sorted().toList()) {
        String name = sequence(file.getFileName().toString().replace(".svg", ""));
        if (name.codePoints().noneMatch(MakeEmoji::isSkinTone)) {
          emoji.put(name, figures(file));
        }
      }
    }
    Map<String, Set<String>> words = words(Path.of(arguments[1], "dist", "emoji-en-US.json"));
    List<String> names = List.copyOf(emoji.keySet());
    byte[] others = others(Path.of(arguments[2], "annotations"), names, words.keySet());
    Path target = Path.of(arguments[3]);
    Files.createDirectories(target.getParent());
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
        DataOutputStream out = new DataOutputStream(new SmallestGzip(file))) {
      out.writeInt(0x4C574531);
      out.writeInt(emoji.size());
      for (Map.Entry<String, List<Figure>> one : emoji.entrySet()) {
        Set<String> known = words.getOrDefault(one.getKey(), Set.of());
        out.writeUTF(one.getKey());
        out.writeUTF(String.join(" ", known));
        byte[] drawing = drawing(one.getValue());
        out.writeInt(drawing.length);
        out.write(drawing);
      }
      out.writeInt(others.length);
      out.write(others);
    }
    System.out.println(emoji.size() + " emoji, " + Files.size(target) + " bytes: " + target);
  }

  private static boolean isSkinTone(int character) {
    return character >= 0x1f3fb && character <= 0x1f3ff;
  }

  private static String sequence(String hex) {
    StringBuilder name = new StringBuilder();
    for (String code : hex.split("-")) {
      int character = Integer.parseInt(code, 16);
      if (character != 0xfe0f) {
        name.appendCodePoint(character);
      }
    }
    return name.toString();
  }

  /** The words of each emoji; its name comes first, word by word and behind an equals sign. */
  private static Map<String, Set<String>> words(Path file) throws IOException {
    Map<String, Set<String>> all = new LinkedHashMap<>();
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      Set<String> words = new LinkedHashSet<>();
      String emoji = "";
      boolean first = true;
      boolean symbols = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case PROPERTY_NAME -> {
            emoji = parser.currentName().replace("\uFE0F", "");
            words = new LinkedHashSet<>();
            first = true;
            symbols |= emoji.equals(FIRST_SYMBOL);
          }
          case VALUE_STRING -> {
            for (String word : parser.getString().toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
              if (word.length() > 1 && words.size() < MAX_WORDS && !words.contains("=" + word)) {
                words.add(first ? "=" + word : word);
              }
            }
            first = false;
          }
          case END_ARRAY -> {
            if (!symbols && !words.contains("=clock") && !words.contains("=thirty")) {
              all.putIfAbsent(emoji, words);
            }
          }
          default -> {}
        }
      }
    }
    return all;
  }

  /** How an emoji is called by a word: by one of several, by a part of its name, by its name. */
  private static final String MARKS = "x=!";

  /** Lines of a word and the emoji it calls for, in the order of their bytes. */
  private static byte[] others(Path folder, List<String> names, Set<String> known)
      throws IOException {
    Map<String, Map<Integer, Integer>> all = new TreeMap<>();
    for (String language : LANGUAGES) {
      Map<String, Map<Integer, Integer>> words = new TreeMap<>();
      Path file = folder.resolve(language).resolve("annotations.json");
      annotations(file, names, known, words);
      words.forEach((word, called) -> {
        if (called.size() <= MAX_CALLED) {
          called.forEach((index, mark) ->
              all.computeIfAbsent(word, key -> new TreeMap<>()).merge(index, mark, Math::max));
        }
      });
    }
    TreeSet<byte[]> lines = new TreeSet<>(Arrays::compareUnsigned);
    all.forEach((word, called) -> {
      StringBuilder line = new StringBuilder(word);
      called.forEach((index, mark) -> line.append(' ').append(index).append(MARKS.charAt(mark)));
      lines.add((line + "\n").getBytes(UTF_8));
    });
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      bytes.write(line);
    }
    return bytes.toByteArray();
  }

  private static void annotations(
      Path file, List<String> names, Set<String> known, Map<String, Map<Integer, Integer>> words)
      throws IOException {
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      String emoji = "";
      List<String> said = new ArrayList<>();
      boolean name = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case PROPERTY_NAME -> {
            switch (parser.currentName()) {
              case "default" -> said.clear();
              case "tts" -> name = true;
              default -> {
                emoji = parser.currentName().replace("\uFE0F", "");
                said.clear();
                name = false;
              }
            }
          }
          case VALUE_STRING -> {
            int index = Collections.binarySearch(names, emoji);
            if (index >= 0 && known.contains(emoji)) {
              if (name) {
                note(index, said, parser.getString(), words);
              } else {
                said.add(parser.getString());
              }
            }
          }
          default -> {}
        }
      }
    }
  }

  private static void note(
      int index, List<String> said, String name, Map<String, Map<Integer, Integer>> words) {
    List<String> ofName = split(name);
    for (String one : said) {
      List<String> parts = split(one);
      if (parts.size() == 1) {
        note(index, parts.getFirst(), 0, words);
      }
    }
    for (String word : ofName) {
      note(index, word, ofName.size() == 1 ? 2 : 1, words);
    }
  }

  private static void note(
      int index, String word, int mark, Map<String, Map<Integer, Integer>> words) {
    boolean ideograph = Character.isIdeographic(word.codePointAt(0));
    if (word.length() < MAX_WORD && (word.length() > 1 || ideograph)) {
      words.computeIfAbsent(word, key -> new TreeMap<>()).merge(index, mark, Math::max);
    }
  }

  private static List<String> split(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static List<Figure> figures(Path file) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    Element svg = builder.parse(file.toFile()).getDocumentElement();
    if (!svg.getAttribute("viewBox").equals("0 0 36 36")) {
      throw new IOException(file + " has another view box");
    }
    List<Figure> figures = new ArrayList<>();
    collect(svg, "#000", 1, new AffineTransform(), figures);
    return figures;
  }

  private static void collect(
      Element parent, String fill, double opacity, AffineTransform place, List<Figure> figures)
      throws IOException {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (!(node instanceof Element element)) {
        continue;
      }
      String ownFill = element.hasAttribute("fill") ? element.getAttribute("fill") : fill;
      double ownOpacity =
          opacity * number(element, "opacity", 1) * number(element, "fill-opacity", 1);
      AffineTransform ownPlace = new AffineTransform(place);
      ownPlace.concatenate(transform(element.getAttribute("transform")));
      Shape shape =
          switch (element.getTagName()) {
            case "g" -> {
              collect(element, ownFill, ownOpacity, ownPlace, figures);
              yield null;
            }
            case "path" -> new SvgPath(element.getAttribute("d")).path();
            case "circle" -> {
              double radius = number(element, "r", 0);
              yield ellipse(element, radius, radius);
            }
            case "ellipse" -> ellipse(element, number(element, "rx", 0), number(element, "ry", 0));
            case "defs", "clipPath" -> null;
            default -> throw new IOException("did not expect " + element.getTagName());
          };
      if (shape != null && !ownFill.equals("none")) {
        Path2D drawn = new Path2D.Double(shape, ownPlace);
        if (element.getAttribute("fill-rule").equals("evenodd")) {
          drawn.setWindingRule(Path2D.WIND_EVEN_ODD);
        }
        figures.add(new Figure(colour(ownFill, ownOpacity), drawn));
      }
    }
  }

  private static double number(Element element, String name, double otherwise) {
    return element.hasAttribute(name) ? Double.parseDouble(element.getAttribute(name)) : otherwise;
  }

  private static Shape ellipse(Element element, double rx, double ry) {
    return new Ellipse2D.Double(
        number(element, "cx", 0) - rx, number(element, "cy", 0) - ry, 2 * rx, 2 * ry);
  }

  private static AffineTransform transform(String text) throws IOException {
    AffineTransform transform = new AffineTransform();
    for (String call : text.strip().split("(?<=\\))\\s*")) {
      if (call.isBlank()) {
        continue;
      }
      String[] parts = call.strip().split("[(),\\s]+");
      double[] n = new double[parts.length - 1];
      for (int i = 0; i < n.length; i++) {
        n[i] = Double.parseDouble(parts[i + 1]);
      }
      switch (parts[0]) {
        case "matrix" ->
            transform.concatenate(new AffineTransform(n[0], n[1], n[2], n[3], n[4], n[5]));
        case "rotate" ->
            transform.rotate(
                Math.toRadians(n[0]), n.length > 1 ? n[1] : 0, n.length > 1 ? n[2] : 0);
        default -> throw new IOException("did not expect " + call);
      }
    }
    return transform;
  }

  private static int colour(String fill, double opacity) throws IOException {
    String hex = fill.startsWith("#") ? fill.substring(1) : named(fill);
    if (hex.length() == 3) {
      hex = hex.replaceAll("(.)", "$1$1");
    }
    return (int) Math.round(opacity * 255) << 24 | Integer.parseInt(hex, 16);
  }

  private static String named(String fill) throws IOException {
    return switch (fill) {
      case "red" -> "ff0000";
      case "white" -> "ffffff";
      case "black" -> "000000";
      case "green" -> "008000";
      case "navy" -> "000080";
      case "azure" -> "f0ffff";
      default -> throw new IOException("did not expect the colour " + fill);
    };
  }

  private static byte[] drawing(List<Figure> figures) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(figures.size());
    for (Figure figure : figures) {
      out.writeInt(figure.argb());
      PathIterator path = figure.shape().getPathIterator(null);
      out.writeByte(path.getWindingRule());
      int[] last = new int[2];
      double[] points = new double[6];
      for (; !path.isDone(); path.next()) {
        int kind = path.currentSegment(points);
        out.writeByte(kind);
        int count =
            switch (kind) {
              case PathIterator.SEG_MOVETO, PathIterator.SEG_LINETO -> 2;
              case PathIterator.SEG_QUADTO -> 4;
              case PathIterator.SEG_CUBICTO -> 6;
              default -> 0;
            };
        for (int i = 0; i < count; i++) {
          int value = (int) Math.round(points[i] * UNITS);
          writeNumber(value - last[i % 2], out);
          last[i % 2] = value;
        }
      }
      out.writeByte(255);
    }
    return bytes.toByteArray();
  }

  private static void writeNumber(int value, DataOutputStream out) throws IOException {
    int rest = (value << 1) ^ (value >> 31);
    while (rest > 127) {
      out.writeByte(rest & 127 | 128);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** The path data of SVG 1.1, chapter 8.3. */
  private static final class SvgPath {
    private final String data;
    private final Path2D path = new Path2D.Double();
    private int at;
    private double x;
    private double y;
    private double startX;
    private double startY;
    private double controlX;
    private double controlY;

    SvgPath(String data) {
      this.data = data;
    }

    Path2D path() throws IOException {
      char command = 0;
      char before = 0;
      while (skip()) {
        char next = data.charAt(at);
        if (Character.isLetter(next)) {
          command = next;
          at++;
        } else if (command == 'm' || command == 'M') {
          command = command == 'm' ? 'l' : 'L';
        }
        apply(command, before);
        before = command;
      }
      return path;
    }

    private void apply(char command, char before) throws IOException {
      boolean relative = Character.isLowerCase(command);
      double fromX = relative ? x : 0;
      double fromY = relative ? y : 0;
      char last = Character.toUpperCase(before);
      switch (Character.toUpperCase(command)) {
        case 'M' -> {
          move(fromX + number(), fromY + number());
          startX = x;
          startY = y;
          path.moveTo(x, y);
        }
        case 'L' -> line(fromX + number(), fromY + number());
        case 'H' -> line(fromX + number(), y);
        case 'V' -> line(x, fromY + number());
        case 'C' ->
            curve(
                fromX + number(),
                fromY + number(),
                fromX + number(),
                fromY + number(),
                fromX + number(),
                fromY + number());
        case 'S' -> {
          boolean smooth = last == 'C' || last == 'S';
          curve(
              smooth ? 2 * x - controlX : x,
              smooth ? 2 * y - controlY : y,
              fromX + number(),
              fromY + number(),
              fromX + number(),
              fromY + number());
        }
        case 'Q' ->
            quadratic(fromX + number(), fromY + number(), fromX + number(), fromY + number());
        case 'T' -> {
          boolean smooth = last == 'Q' || last == 'T';
          quadratic(
              smooth ? 2 * x - controlX : x,
              smooth ? 2 * y - controlY : y,
              fromX + number(),
              fromY + number());
        }
        case 'A' ->
            arc(number(), number(), number(), flag(), flag(), fromX + number(), fromY + number());
        case 'Z' -> {
          path.closePath();
          move(startX, startY);
        }
        default -> throw new IOException("did not expect " + command + " in " + data);
      }
    }

    private void move(double toX, double toY) {
      x = toX;
      y = toY;
    }

    private void line(double toX, double toY) {
      path.lineTo(toX, toY);
      move(toX, toY);
    }

    private void curve(double x1, double y1, double x2, double y2, double toX, double toY) {
      path.curveTo(x1, y1, x2, y2, toX, toY);
      controlX = x2;
      controlY = y2;
      move(toX, toY);
    }

    private void quadratic(double x1, double y1, double toX, double toY) {
      path.quadTo(x1, y1, toX, toY);
      controlX = x1;
      controlY = y1;
      move(toX, toY);
    }

    /** From the end points to the centre: SVG 1.1, appendix F.6.5. */
    private void arc(
        double rx, double ry, double degrees, boolean large, boolean sweep, double toX, double toY) {
      if (rx == 0 || ry == 0) {
        line(toX, toY);
        return;
      }
      double turn = Math.toRadians(degrees);
      double cos = Math.cos(turn);
      double sin = Math.sin(turn);
      double px = cos * (x - toX) / 2 + sin * (y - toY) / 2;
      double py = -sin * (x - toX) / 2 + cos * (y - toY) / 2;
      double a = Math.abs(rx);
      double b = Math.abs(ry);
      double size = px * px / (a * a) + py * py / (b * b);
      if (size > 1) {
        a *= Math.sqrt(size);
        b *= Math.sqrt(size);
      }
      double below = a * a * py * py + b * b * px * px;
      double root =
          below == 0 ? 0 : Math.sqrt(Math.max(0, (a * a * b * b - below) / below));
      double factor = large == sweep ? -root : root;
      double cx = factor * a * py / b;
      double cy = -factor * b * px / a;
      double begin = Math.toDegrees(Math.atan2(-(py - cy) / b, (px - cx) / a));
      double end = Math.toDegrees(Math.atan2(-(-py - cy) / b, (-px - cx) / a));
      double extent = end - begin;
      if (sweep && extent > 0) {
        extent -= 360;
      } else if (!sweep && extent < 0) {
        extent += 360;
      }
      Arc2D arc = new Arc2D.Double(-a, -b, 2 * a, 2 * b, begin, extent, Arc2D.OPEN);
      AffineTransform place =
          AffineTransform.getTranslateInstance(
              cos * cx - sin * cy + (x + toX) / 2, sin * cx + cos * cy + (y + toY) / 2);
      place.rotate(turn);
      path.append(arc.getPathIterator(place), true);
      move(toX, toY);
    }

    private boolean skip() {
      while (at < data.length() && " ,\t\r\n".indexOf(data.charAt(at)) >= 0) {
        at++;
      }
      return at < data.length();
    }

    private boolean flag() {
      skip();
      return data.charAt(at++) == '1';
    }

    private double number() {
      skip();
      int begin = at;
      boolean point = false;
      if (data.charAt(at) == '-' || data.charAt(at) == '+') {
        at++;
      }
      while (at < data.length()) {
        char next = data.charAt(at);
        if (next == 'e') {
          at++;
        } else if (next == '.' && !point) {
          point = true;
        } else if (!Character.isDigit(next)) {
          break;
        }
        at++;
      }
      return Double.parseDouble(data.substring(begin, at));
    }
  }

  /** Gzip at the highest level; its header holds no time, so equal input gives equal bytes. */
  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(9);
    }
  }
}
