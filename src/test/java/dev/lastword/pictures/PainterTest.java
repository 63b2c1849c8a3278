package dev.lastword.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PainterTest {

  private static final Poster POSTER = Samples.ALL.getFirst();

  private final Painter painter = new Painter();

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, Painter.SIDE, Painter.SIDE, null, 0, Painter.SIDE);
  }

  @Test
  void theSamePosterIsDrawnTheSameByAnybodyAtAnyTime() throws Exception {
    int[] first = pixels(painter.paint(POSTER));
    List<Future<int[]>> again = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 8; i++) {
        Painter one = i % 2 == 0 ? painter : new Painter();
        again.add(threads.submit(() -> pixels(one.paint(POSTER))));
      }
    }

    assertThat(again).allMatch(one -> Arrays.equals(one.resultNow(), first));
  }

  @Test
  void anotherTextPlaceOrTopicIsAnotherPicture() {
    int[] picture = pixels(painter.paint(POSTER));
    for (Poster other :
        List.of(
            new Poster(POSTER.text() + "!", POSTER.location(), POSTER.topic()),
            new Poster(POSTER.text(), "Haifa, Haifa, Israel", POSTER.topic()),
            new Poster(POSTER.text(), null, POSTER.topic()),
            new Poster(POSTER.text(), POSTER.location(), "cats"))) {
      assertThat(Arrays.equals(pixels(painter.paint(other)), picture)).as("%s", other).isFalse();
    }
  }

  @Test
  void everySampleHasWhiteLettersWithBlackEdges() {
    for (Poster poster : Samples.ALL) {
      int white = 0;
      int black = 0;
      for (int pixel : pixels(painter.paint(poster))) {
        white += pixel == 0xffffffff ? 1 : 0;
        black += pixel == 0xff000000 ? 1 : 0;
      }
      boolean onlyEmoji = poster.text().startsWith("🎉");
      assertThat(white).as(poster.text()).isGreaterThan(onlyEmoji ? -1 : 900);
      assertThat(black).as(poster.text()).isGreaterThan(onlyEmoji ? -1 : 1_500);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pizza             | 🍕",
        "Pizzas!           | 🍕",
        "a shark           | 🦈",
        "llamas            | 🦙",
        "my 🐙 friend      | 🐙",
        "a rocket launch   | 🚀",
        "coffee            | ☕",
        "babies            | 👶",
        "חומוס             | 🧆",
        "قهوة              | ☕",
        "猫                | 🐈",
        "大きな猫          | 🐈",
        "고양이            | 🐈",
        "กาแฟ              | ☕",
        "борщ              | 🥣",
        "le cheval         | 🐎"
      })
  void theTopicChoosesTheHero(String topic, String hero) {
    for (int turn = 0; turn < 3; turn++) {
      Poster poster = new Poster("Nobody asked, " + turn, null, topic);
      Art art = Art.of(poster, EmojiTable.load(), new java.util.SplittableRandom(poster.seed()));

      assertThat(art.hero()).isEqualTo(hero);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sunnyside, New York, United States | US",
        "Singapore                          | SG",
        "610 km from Hamilton, Bermuda      | BM",
        "Zürich, Zurich, Switzerland        | CH",
        "Nowhere, Atlantis                  | none"
      })
  void theLocationNamesTheCountry(String location, String country) {
    assertThat(Art.country(location).orElse("none")).isEqualTo(country);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "beach   | Bern, Bern, Switzerland            | WAVES",
        "emails  | Zermatt, Valais, Switzerland       | PEAKS",
        "emails  | Cairo, Cairo, Egypt                | DESERT",
        "emails  | 610 km from Hamilton, Bermuda      | WAVES",
        "aliens space | Cairo, Cairo, Egypt           | SPACE"
      })
  void theSceneSuitsTheTopicAndElseThePlace(String topic, String location, Scene scene) {
    Poster poster = new Poster("No text", location, topic);

    assertThat(Scene.of(poster, new java.util.SplittableRandom(poster.seed()))).isEqualTo(scene);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Short. Text. | 1",
        "The meeting could have been an email, and the email could have been cats. | 2",
        "My cat looked at me | 1",
        "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。 | 1",
        "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で | 2",
        "a very long text that goes on and on without a comma or a stop and does not want to end | 2"
      })
  void longTextsAreCutInTwo(String text, int parts) {
    List<String> halves = Painter.halves(text);

    assertThat(halves).hasSize(parts);
    assertThat(String.join("", halves)).isEqualTo(text);
  }
}
