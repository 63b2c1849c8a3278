package dev.lastword.memes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.places.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextMemesTest {

  private static final Place SUNNYSIDE =
      new Place("Sunnyside", "New York", "United States", 40.73982, -73.93542, 1.02);
  private static final Place HAMILTON =
      new Place("Hamilton", "Hamilton city", "Bermuda", 32.2949, -64.78303, 610);

  private final Stock stock = Stock.load("text-memes.txt");
  private final TextMemes memes = TextMemes.load();

  @Test
  void theStockIsLargeAndHalfOfItKnowsThePlace() {
    List<Template> all = Stream.concat(stock.plain().stream(), stock.placed().stream()).toList();
    assertThat(all).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    assertThat(stock.placed()).hasSizeGreaterThanOrEqualTo(30);
    assertThat(stock.plain()).hasSizeGreaterThanOrEqualTo(30);
  }

  @Test
  void everyTemplateMentionsTheQueryAndThePlace() {
    assertThat(stock.plain())
        .allSatisfy(template -> assertThat(template.fill("<food>", null)).contains("<food>"));
    assertThat(stock.placed())
        .allSatisfy(
            template -> assertThat(template.fill("<food>", "<Bath>")).contains("<food>", "<Bath>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"food", "{place}", "{query}", "$1", "\\", "%s", "Straße 😀", "a\nb", ""})
  void aMemeMentionsTheQueryAsTypedAndThePlace(String query) {
    assertThat(memes.generate(query, null)).contains(query);
    assertThat(memes.generate(query, SUNNYSIDE)).contains(query).contains("Sunnyside");
    assertThat(memes.generate(query, HAMILTON)).contains(query).contains("Hamilton");
  }

  /** When this fails, the stock or the choice has changed: known requests give other memes. */
  @Test
  void theSameRequestGivesTheSameMemeOnEveryMachine() {
    assertThat(memes.generate("food", null))
        .isEqualTo("Today I was productive: I moved food from today's list to tomorrow's.");
    assertThat(memes.generate("food", SUNNYSIDE))
        .isEqualTo(
            "I told my boss I was sick. My boss saw me in Sunnyside, holding food with both hands.");
  }

  @Test
  void everyTemplateIsUsed() {
    Set<String> plain = new HashSet<>();
    Set<String> placed = new HashSet<>();
    for (int i = 10_000; i < 15_000; i++) {
      plain.add(memes.generate(i + "", null).replace(i + "", "{query}"));
      placed.add(memes.generate(i + "", SUNNYSIDE).replace(i + "", "{query}"));
    }
    assertThat(plain).hasSameSizeAs(stock.plain());
    assertThat(placed).hasSameSizeAs(stock.placed());
  }
}
