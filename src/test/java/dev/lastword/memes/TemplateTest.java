package dev.lastword.memes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateTest {

  @ParameterizedTest
  @ValueSource(strings = {"{place}", "{query}", "$1 \\1 ${x}", "%s %n", "{", "}", "", "😀\u0000\n"})
  void whatFillsASlotComesOutAsTyped(String typed) {
    Template template = Template.parse("{query} in {place}, {query}!");
    assertThat(template.fill(typed, "Bath")).isEqualTo(typed + " in Bath, " + typed + "!");
    assertThat(template.fill("tea", typed)).isEqualTo("tea in " + typed + ", tea!");
  }

  @Test
  void slotsMayTouch() {
    assertThat(Template.parse("{query}{place}").fill("a", "b")).isEqualTo("ab");
  }

  @Test
  void aMisspelledSlotIsFoundAtTheStart() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Template.parse("Where is {plaec}?"))
        .withMessageContaining("{plaec}");
  }

  @Test
  void aPlaceThatIsNeededCannotBeMissing() {
    assertThatNullPointerException().isThrownBy(() -> Template.parse("{place}").fill("a", null));
  }
}
