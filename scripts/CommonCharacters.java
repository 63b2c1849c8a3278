import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;

/**
 * Prints the characters of a subset of a large font, the space among them. {@code han}: kana, and the ideographs that the
 * national standards of China, Japan and Taiwan call common (the first levels of GB 2312, JIS X
 * 0208 and Big5). {@code hangul}: the syllables of KS X 1001. {@code symbols}: arrows, operators,
 * shapes and other marks of the basic plane.
 */
final class CommonCharacters {

  public static void main(String[] arguments) {
    TreeSet<Integer> characters = new TreeSet<>();
    characters.add(0x20);
    switch (arguments[0]) {
      case "han" -> {
        range(characters, 0x3000, 0x30ff);
        range(characters, 0xff01, 0xff9f);
        rows(characters, "GB2312", 0xb0, 0xd7, 0xa1, 0xfe);
        rows(characters, "EUC-JP", 0xb0, 0xcf, 0xa1, 0xfe);
        rows(characters, "Big5", 0xa4, 0xc6, 0x40, 0x7e);
        rows(characters, "Big5", 0xa4, 0xc6, 0xa1, 0xfe);
      }
      case "hangul" -> {
        range(characters, 0x3131, 0x318e);
        rows(characters, "EUC-KR", 0xb0, 0xc8, 0xa1, 0xfe);
      }
      case "symbols" -> {
        range(characters, 0x2010, 0x2bff);
        characters.add(0xfffd);
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    StringBuilder text = new StringBuilder();
    characters.forEach(text::appendCodePoint);
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(text);
  }

  private static void range(TreeSet<Integer> characters, int first, int last) {
    for (int character = first; character <= last; character++) {
      characters.add(character);
    }
  }

  private static void rows(
      TreeSet<Integer> characters, String charset, int row, int lastRow, int cell, int lastCell) {
    for (int lead = row; lead <= lastRow; lead++) {
      for (int trail = cell; trail <= lastCell; trail++) {
        String text = new String(new byte[] {(byte) lead, (byte) trail}, Charset.forName(charset));
        if (text.codePointCount(0, text.length()) == 1 && text.codePointAt(0) != 0xfffd) {
          characters.add(text.codePointAt(0));
        }
      }
    }
  }
}
