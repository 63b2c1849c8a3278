package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages point to is there. */
final class ReadmeTest {

  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+))?`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+)\\)");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/faults.md"})
  void everyTestThatHoldsAPromiseExists(String page) throws Exception {
    String readme = Files.readString(Path.of(page));
    Matcher tests = TEST.matcher(readme);
    int found = 0;
    while (tests.find()) {
      String source = source(tests.group(1));
      if (tests.group(2) != null) {
        assertThat(source).containsPattern("(void|>) " + tests.group(2) + "\\(");
      }
      found++;
    }
    assertThat(found).isGreaterThanOrEqualTo(9);
    for (int promise = 1; promise <= 9; promise++) {
      assertThat(readme).contains("\n| " + promise + " | ");
    }
  }

  private static String source(String simpleName) throws Exception {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      List<Path> found = files.filter(file -> file.endsWith(simpleName + ".java")).toList();
      assertThat(found).as(simpleName).hasSize(1);
      return Files.readString(found.getFirst());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "docs/clients.md",
        "docs/deploying.md",
        "docs/faults.md",
        "docs/performance.md",
        "docs/pictures.md",
        "docs/redis.md"
      })
  void everyPageItLinksToExists(String page) throws Exception {
    Matcher links = LINK.matcher(Files.readString(Path.of(page)));
    while (links.find()) {
      assertThat(Path.of(page).resolveSibling(links.group(1).replaceFirst("#.*", ""))).exists();
    }
  }
}
