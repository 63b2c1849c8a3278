package dev.lastword.pictures;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The emoji that come with the program, as drawings, and the words that call for them. Immutable
 * and safe for use by many threads. {@code scripts/make-pictures.sh} makes its resource, a gzip
 * file of big-endian values:
 *
 * <pre>
 * int     0x4C574531
 * int     number of emoji; of each:
 *   string  the emoji, without variation selectors, as DataOutput.writeUTF does
 *   string  its words in lower case with spaces between them, those of its name behind an {@code =}
 *   int     number of bytes of its drawing:
 *     short   number of figures; of each:
 *       int     colour, 0xAARRGGBB
 *       byte    winding rule, as in PathIterator
 *       bytes   segments: their kind as in PathIterator, then their points; 255 at the end
 * int     number of bytes of the words of other languages, in UTF-8 and in the order of the bytes:
 *         lines of a word and, behind spaces, the numbers of the emoji that it calls for, each with
 *         an {@code !} where it is the emoji's name, an {@code =} where it is a part of that, else
 *         an {@code x}
 * </pre>
 *
 * <p>A coordinate is a number as in the table of places, in hundredths of a unit, less the one of
 * the point before.
 */
final class EmojiTable {

  private static final String RESOURCE = "emoji.bin.gz";
  private static final int MAGIC = 0x4C574531;
  private static final int END = 255;
  private static final char WHOLE_NAME = '!';
  private static final char PART_OF_NAME = '=';
  private static final double UNITS = 100;

  /** An emoji that a word calls for. */
  record Called(String emoji, int nameWords, boolean byName) {}

  private final Map<String, byte[]> drawings = new HashMap<>();
  private final Map<String, List<Called>> byWord = new HashMap<>();
  private final String[] names;

  /** Words of other languages, a line each, in the order of their bytes. */
  private final byte[] others;

  private EmojiTable(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("does not begin like a table of emoji");
    }
    names = new String[in.readInt()];
    for (int i = 0; i < names.length; i++) {
      String emoji = in.readUTF();
      names[i] = emoji;
      String[] words = in.readUTF().split(" ", -1);
      byte[] drawing = new byte[in.readInt()];
      in.readFully(drawing);
      drawings.put(emoji, drawing);
      int nameWords = 0;
      for (String word : words) {
        nameWords += word.startsWith("=") ? 1 : 0;
      }
      for (String word : words) {
        boolean byName = word.startsWith("=");
        byWord
            .computeIfAbsent(byName ? word.substring(1) : word, key -> new ArrayList<>())
            .add(new Called(emoji, nameWords, byName));
      }
    }
    others = new byte[in.readInt()];
    in.readFully(others);
  }

  /** The table beside this class; an {@link IllegalStateException} if it is missing or damaged. */
  static EmojiTable load() {
    try (InputStream resource = EmojiTable.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      byte[] bytes = new GZIPInputStream(resource, 1 << 16).readAllBytes();
      return new EmojiTable(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " is damaged: " + e.getMessage(), e);
    }
  }

  /** What a character, with all that belongs to it, is drawn as; in any tone of skin. */
  Optional<Drawing> drawing(String emoji) {
    byte[] drawing = drawings.get(plain(emoji));
    return drawing == null ? Optional.empty() : Optional.of(read(drawing));
  }

  boolean has(String emoji) {
    return drawings.containsKey(plain(emoji));
  }

  /** The emoji that an English word in lower case calls for, in an order that does not change. */
  List<Called> called(String word) {
    return byWord.getOrDefault(word, List.of());
  }

  /** The same for a word of another language. */
  List<Called> calledElsewhere(String word) {
    byte[] wanted = (word + " ").getBytes(UTF_8);
    int low = 0;
    int high = others.length;
    while (low < high) {
      int begin = lineStart((low + high) >>> 1);
      int compared =
          Arrays.compareUnsigned(
              others,
              begin,
              Math.min(begin + wanted.length, others.length),
              wanted,
              0,
              wanted.length);
      if (compared == 0) {
        return line(begin + wanted.length);
      }
      if (compared < 0) {
        low = lineEnd(begin) + 1;
      } else {
        high = begin;
      }
    }
    return List.of();
  }

  private int lineStart(int at) {
    int begin = at;
    while (begin > 0 && others[begin - 1] != '\n') {
      begin--;
    }
    return begin;
  }

  private int lineEnd(int at) {
    int end = at;
    while (others[end] != '\n') {
      end++;
    }
    return end;
  }

  private List<Called> line(int begin) {
    List<Called> called = new ArrayList<>();
    for (String entry : new String(others, begin, lineEnd(begin) - begin, UTF_8).split(" ", -1)) {
      String emoji = names[Integer.parseInt(entry, 0, entry.length() - 1, 10)];
      called.add(
          switch (entry.charAt(entry.length() - 1)) {
            case WHOLE_NAME -> new Called(emoji, 1, true);
            case PART_OF_NAME -> new Called(emoji, 2, true);
            default -> new Called(emoji, 2, false);
          });
    }
    return called;
  }

  private static String plain(String emoji) {
    StringBuilder plain = new StringBuilder(emoji.length());
    emoji
        .codePoints()
        .filter(character -> character != 0xfe0f && !isSkinTone(character))
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  private static boolean isSkinTone(int character) {
    return character >= 0x1f3fb && character <= 0x1f3ff;
  }

  private static Drawing read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int count = in.readUnsignedShort();
      List<Drawing.Figure> figures = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Color colour = new Color(in.readInt(), true);
        figures.add(new Drawing.Figure(colour, path(in)));
      }
      return new Drawing(List.copyOf(figures));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " is damaged", e);
    }
  }

  private static Path2D path(DataInputStream in) throws IOException {
    Path2D path = new Path2D.Double(in.readUnsignedByte());
    int[] last = new int[2];
    for (int kind = in.readUnsignedByte(); kind != END; kind = in.readUnsignedByte()) {
      switch (kind) {
        case PathIterator.SEG_MOVETO -> path.moveTo(next(in, last, 0), next(in, last, 1));
        case PathIterator.SEG_LINETO -> path.lineTo(next(in, last, 0), next(in, last, 1));
        case PathIterator.SEG_QUADTO ->
            path.quadTo(next(in, last, 0), next(in, last, 1), next(in, last, 0), next(in, last, 1));
        case PathIterator.SEG_CUBICTO ->
            path.curveTo(
                next(in, last, 0),
                next(in, last, 1),
                next(in, last, 0),
                next(in, last, 1),
                next(in, last, 0),
                next(in, last, 1));
        case PathIterator.SEG_CLOSE -> path.closePath();
        default -> throw new IOException("did not expect a segment " + kind);
      }
    }
    return path;
  }

  private static double next(DataInputStream in, int[] last, int axis) throws IOException {
    int coded = 0;
    int shift = 0;
    int octet = in.readUnsignedByte();
    while (octet > 127) {
      coded |= (octet & 127) << shift;
      shift += 7;
      octet = in.readUnsignedByte();
    }
    coded |= octet << shift;
    last[axis] += (coded >>> 1) ^ -(coded & 1);
    return last[axis] / UNITS;
  }
}
