package dev.lastword.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.font.TextLayout;
import java.awt.geom.Rectangle2D;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TypesetterTest {

  private static final double WIDTH = 750;
  private static final double HEIGHT = 300;

  private final Faces faces = Faces.load();
  private final EmojiTable emoji = EmojiTable.load();

  private Script script(String text) {
    return Script.of(text, faces, emoji);
  }

  private Caption fit(String text) {
    return new Typesetter(script(text)).fit(WIDTH, HEIGHT, 8, 92);
  }

  private static List<String> lines(Caption caption) {
    return caption.lines().stream()
        .map(line -> caption.script().text().substring(line.begin(), line.end()).strip())
        .toList();
  }

  @Test
  void everyTextFitsItsBox() {
    for (Poster poster : Samples.ALL) {
      Caption caption = fit(poster.text());

      assertThat(caption.height()).as(poster.text()).isLessThanOrEqualTo(HEIGHT);
      for (Caption.Line line : caption.lines()) {
        Rectangle2D bounds = line.layout().getBounds();
        assertThat(bounds.getWidth() * caption.size() / Faces.SIZE)
            .as(poster.text())
            .isLessThanOrEqualTo(WIDTH + 2);
      }
      assertThat(String.join("", lines(caption)).replace(" ", ""))
          .as("nothing is left out")
          .isEqualTo(caption.script().text().replace(" ", ""));
    }
  }

  @Test
  void anythingCanBeSet() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 60; round++) {
      StringBuilder text = new StringBuilder("x");
      int length = 1 + random.nextInt(120);
      for (int i = 0; i < length; i++) {
        int plane = random.nextInt(4);
        text.appendCodePoint(
            switch (plane) {
              case 0 -> random.nextInt(0x800);
              case 1 -> random.nextInt(0x10000);
              case 2 -> 0x1f000 + random.nextInt(0x1000);
              default -> random.nextInt(0x110000);
            });
      }

      Caption caption = fit(text.toString());

      assertThat(caption.lines()).as(text.toString()).isNotEmpty();
    }
  }

  @Test
  void aShortTextIsLargeAndALongOneSmall() {
    assertThat(fit("X").size()).isGreaterThan(91);
    assertThat(fit("word ".repeat(100)).size()).isBetween(20.0, 60.0);
  }

  @Test
  void linesAreAboutEquallyLong() {
    Caption caption = fit("one two three four five six seven eight nine ten eleven twelve");

    assertThat(caption.lines()).hasSizeGreaterThan(1);
    List<Float> widths =
        caption.lines().stream().map(line -> line.layout().getVisibleAdvance()).toList();
    assertThat(widths).allMatch(width -> width > Collections.max(widths) * 0.6);
  }

  @Test
  void wordsAreKeptWholeAsLongAsTheyCanBeRead() {
    assertThat(lines(fit("internationalization considered harmful")))
        .allMatch(line ->
            List.of(line.split(" ")).stream()
                .allMatch(word ->
                    List.of("INTERNATIONALIZATION", "CONSIDERED", "HARMFUL").contains(word)));
    assertThat(lines(fit("a".repeat(300)))).hasSizeGreaterThan(1);
  }

  @Test
  void whatBelongsTogetherIsKeptSoWhereAWordIsBroken() {
    for (String letter : List.of("Q\u0323\u0307", "\u0915\u093F", "\u0E01\u0E33")) {
      List<String> lines = lines(fit(letter.repeat(200)));

      assertThat(lines).hasSizeGreaterThan(1);
      assertThat(lines).allMatch(line -> line.startsWith(letter) && line.endsWith(letter));
    }
  }

  @Test
  void rightToLeftIsLaidOutSo() {
    TextLayout hebrew = fit("שלום עולם").lines().getFirst().layout();
    TextLayout arabic = fit("مرحبا بالعالم").lines().getFirst().layout();
    TextLayout english = fit("hello world").lines().getFirst().layout();

    assertThat(hebrew.isLeftToRight()).isFalse();
    assertThat(arabic.isLeftToRight()).isFalse();
    assertThat(english.isLeftToRight()).isTrue();
    // The first letter stands on the right.
    assertThat(hebrew.getLogicalHighlightShape(0, 1).getBounds2D().getMinX())
        .isGreaterThan(hebrew.getLogicalHighlightShape(5, 6).getBounds2D().getMinX());
  }

  @Test
  void arabicLettersAreJoined() {
    // Isolated letters are wider than the forms that they have in a word.
    double word = fit("بببب").lines().getFirst().layout().getAdvance();
    double alone = fit("ب ب ب ب").lines().getFirst().layout().getAdvance();
    double space =
        new TextLayout(
                " ",
                faces.of("ب").orElseThrow(),
                new java.awt.font.FontRenderContext(null, true, true))
            .getAdvance();

    assertThat(word).isLessThan((alone - 3 * space) * 0.8);
  }

  @Test
  void emojiAreMarksAndDigitsAreNot() {
    assertThat(script("1 🐕 2").marks()).hasSize(1);
    assertThat(script("👨‍👩‍👧‍👦👍🏽🇺🇦1️⃣❤️").text().strip()).isEqualTo("\uFFFC".repeat(5));
    assertThat(script("👨‍👩‍👧‍👦👍🏽🇺🇦1️⃣❤️").marks().values())
        .allMatch(mark -> mark.drawing() != null);
    assertThat(script("#1 (c) * ™").marks()).isEmpty();
  }

  @Test
  void whatNoFontHasIsABox() {
    Script script = script("a\uE000b");

    assertThat(script.text()).isEqualTo("A\uFFFCB");
    assertThat(script.marks().values()).singleElement().matches(mark -> mark.drawing() == null);
  }

  @Test
  void capitalsAreMadeWhereThereAreSome() {
    assertThat(script("straße éclair мир Ήλιος იყო").text())
        .isEqualTo("STRASSE ÉCLAIR МИР ΗΛΙΟΣ იყო");
  }

  @Test
  void whatCannotBeSeenIsLeftOut() {
    assertThat(script(" a\u0000\n\u202Eb\u200B\uFEFF \t c\uD800 ").text()).isEqualTo("A B C");
    assertThat(script("\u0007 \n").text()).isEmpty();
  }

  @Test
  void commonTextOfManyScriptsNeedsNoBox() {
    for (String text :
        List.of(
            "Příliš žluťoučký kůň, Ångström, Việt Nam, łódź, ğ ı İ, ñ, þ, ß, œ",
            "Съешь же ещё этих мягких французских булок; ґанок, ђ, ј",
            "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
            "اللغة العربية، پارسی، اردو ٹ ڈ",
            "עִבְרִית ויידיש",
            "हिन्दी বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ் తెలుగు ಕನ್ನಡ മലയാളം සිංහල",
            "ไทย ລາວ မြန်မာ ខ្មែរ",
            "ქართული հայերեն አማርኛ",
            "中文简体 繁體中文 日本語 カタカナ 한국어",
            "→ ∞ ≠ ♥ ½ ™ € £ ₪ ₽ ₹ • … — „“ «»")) {
      assertThat(script(text).marks()).as(text).isEmpty();
    }
  }
}
