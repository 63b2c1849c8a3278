package dev.lastword.pictures;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fonts that come with the program, the best for a caption first. Immutable and safe for use by
 * many threads.
 *
 * <p>Java asks the machine for its fonts before it reads any, and fails where there are none or no
 * libfontconfig. It does not ask when it is given a list of them: an empty one will do.
 */
final class Faces {

  /** The size of {@link #of}'s fonts, in points. */
  static final float SIZE = 100;

  private static final String LIST = "sun.awt.fontconfig";
  private static final String EMPTY_LIST =
      """
      version=1
      allfonts.latin=none
      sequence.allfonts=latin
      """;

  /**
   * A file, and what its capitals, or the letters of scripts without capitals, are to be enlarged
   * by to look as large as the others'.
   */
  private record Source(String file, double enlarged) {}

  private static final List<Source> SOURCES =
      List.of(
          new Source("Anton_400Regular", 0.84),
          new Source("SofiaSansExtraCondensed_900Black", 1.04),
          new Source("NotoSans_900Black", 0.98),
          new Source("NotoSansArabic_900Black", 1.02),
          new Source("NotoSansHebrew_900Black", 1.08),
          new Source("NotoSansDevanagari_900Black", 1),
          new Source("NotoSansBengali_900Black", 1),
          new Source("NotoSansGurmukhi_900Black", 1),
          new Source("NotoSansGujarati_900Black", 1),
          new Source("NotoSansTamil_900Black", 0.95),
          new Source("NotoSansTelugu_900Black", 0.95),
          new Source("NotoSansKannada_900Black", 0.95),
          new Source("NotoSansMalayalam_900Black", 0.95),
          new Source("NotoSansSinhala_900Black", 0.95),
          new Source("NotoSansThai_900Black", 1.05),
          new Source("NotoSansLao_900Black", 1.05),
          new Source("NotoSansMyanmar_900Black", 0.95),
          new Source("NotoSansKhmer_900Black", 0.95),
          new Source("NotoSansGeorgian_900Black", 1),
          new Source("NotoSansArmenian_900Black", 1),
          new Source("NotoSansEthiopic_900Black", 1),
          new Source("NotoSansSC_900Black_common", 0.9),
          new Source("NotoSansKR_900Black_common", 0.9),
          new Source("NotoSansMath_400Regular_common", 1),
          new Source("NotoSansSymbols2_400Regular_common", 1));

  private final List<Font> fonts;

  private Faces(List<Font> fonts) {
    this.fonts = fonts;
  }

  /** Reads the fonts; an {@link IllegalStateException} if one is missing or damaged. */
  static Faces load() {
    try {
      System.setProperty("java.awt.headless", "true");
      if (System.getProperty(LIST) == null) {
        Path list = Files.createTempFile("lastword-no-fonts", ".properties");
        try {
          Files.writeString(list, EMPTY_LIST);
          System.setProperty(LIST, list.toString());
          return read();
        } finally {
          System.clearProperty(LIST);
          Files.delete(list);
        }
      }
      return read();
    } catch (IOException | FontFormatException e) {
      throw new IllegalStateException("the fonts cannot be read: " + e.getMessage(), e);
    }
  }

  private static Faces read() throws IOException, FontFormatException {
    List<Font> fonts = new ArrayList<>(SOURCES.size());
    for (Source source : SOURCES) {
      String file = "fonts/" + source.file() + ".ttf";
      try (InputStream resource = Faces.class.getResourceAsStream(file)) {
        if (resource == null) {
          throw new IOException(file + " is missing");
        }
        fonts.add(
            Font.createFont(Font.TRUETYPE_FONT, resource)
                .deriveFont((float) (SIZE * source.enlarged())));
      }
    }
    return new Faces(List.copyOf(fonts));
  }

  /** The font of captions. */
  Font base() {
    return fonts.getFirst();
  }

  /** The first font that has all of these characters, {@link #SIZE} large. */
  Optional<Font> of(String cluster) {
    return fonts.stream().filter(font -> font.canDisplayUpTo(cluster) < 0).findFirst();
  }
}
