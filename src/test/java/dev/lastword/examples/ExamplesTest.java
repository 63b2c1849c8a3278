package dev.lastword.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.faults.servers.Local;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example of the pages for people is run, from a page's first to its last, and prints what
 * the page shows; or the page says right before it why not. The word behind a fence says how:
 *
 * <ul>
 *   <li>{@code sh}: typed into a shell; no command fails
 *   <li>{@code sh serves}: runs beside what follows, once it accepts requests
 *   <li>{@code text} right after one of them: what it prints; {@code ...} stands for anything.
 *       Other text holds no commands
 *   <li>{@code java}, {@code javascript}, {@code python}: saved under the name in its first line,
 *       for a block that runs it
 *   <li>{@code xml}: a dependency, which the build has, too
 *   <li>a second word that names a test: that test takes the block from the page
 * </ul>
 */
@Timeout(240)
final class ExamplesTest {

  /** Where the examples expect something, and where it is here. */
  private static final List<String> PORTS = List.of("8080", "8081", "8082");

  private static final Pattern SERVER = Pattern.compile("\\./lastword (serve|demo)\\b");

  @TempDir private Path folder;

  static List<Page> pages() throws IOException {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyBlockIsRunOrSaysWhyNot(Page page) throws Exception {
    String pom = Files.readString(Path.of("pom.xml")).replaceAll("\\s", "");
    for (Block block : page.blocks()) {
      String where = page.where(block);
      if (block.isExcused()) {
        continue;
      }
      if (block.hasItsTest()) {
        assertThat(test(block.how())).as(where).contains(page.path().getFileName().toString());
        continue;
      }
      switch (block.language()) {
        case "sh" -> assertThat(block.how()).as(where).isIn("", "serves");
        case "java", "javascript", "python" ->
            assertThat(users(page, block)).as(where).isNotEmpty();
        case "xml" ->
            assertThat(pom)
                .as(where)
                .contains(block.text().replaceAll("\\s", "").replace("</dependency>", ""));
        case "text" -> assertThat(block.holdsCommands()).as(where).isFalse();
        default -> throw new AssertionError(where + ": nothing runs such a block");
      }
    }
  }

  /** The source of a test. */
  private static String test(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      List<Path> found = files.filter(file -> file.endsWith(name + ".java")).toList();
      assertThat(found).as(name).hasSize(1);
      return Files.readString(found.getFirst());
    }
  }

  /** The commands of a page that name a source. */
  private static List<Block> users(Page page, Block source) {
    return page.blocks().stream()
        .filter(Block::isShell)
        .filter(block -> block.text().contains(source.file()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyExampleRunsAndPrintsWhatThePageShows(Page page) throws Exception {
    Map<String, String> here = here();
    try (Terminal terminal = new Terminal(folder, environment(here.get("8080")))) {
      for (Block block : page.blocks()) {
        if (block.hasItsTest()) {
          continue;
        }
        String text = translated(block.text(), here);
        if (block.isSource()) {
          terminal.save(block.file(), text);
          if (block.language().equals("python")) {
            python(page, block, terminal);
          }
        } else if (block.isShell() && !block.isExcused()) {
          if (block.serves()) {
            terminal.serve(text, (int) SERVER.matcher(text).results().count());
          } else {
            check(page, block, terminal.run(text));
          }
        }
      }
    }
  }

  private static void check(Page page, Block block, Terminal.Outcome outcome) {
    String where = page.where(block);
    assertThat(outcome.failures()).as(where + "\n" + outcome.output()).isEmpty();
    page.outputOf(block)
        .ifPresentOrElse(
            shown ->
                assertThat(printed(outcome.output())).as(where).matches(pattern(shown.lines())),
            () ->
                assertThat(outcome.output())
                    .as(where)
                    .doesNotContain("\"error\":{", "\"status\":4"));
  }

  private static String printed(String output) {
    return output
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** Line by line; empty lines do not count, and three dots stand for anything. */
  private static Pattern pattern(List<String> shown) {
    return Pattern.compile(
        shown.stream()
            .filter(line -> !line.isBlank())
            .map(line ->
                line.equals("...")
                    ? "(.*\n)*"
                    : Stream.of(line.split("\\.\\.\\.", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"))
                        + "\n")
            .collect(Collectors.joining()));
  }

  /** Where there is no such library, the syntax alone. */
  private static void python(Page page, Block block, Terminal terminal) throws IOException {
    check(page, block, terminal.run("python3 -m py_compile " + block.file()));
    if (terminal.run("python3 -c 'import openai'").failures().isEmpty()) {
      check(page, block, terminal.run("python3 " + block.file()));
    }
  }

  private static Map<String, String> here() {
    Map<String, String> here = new LinkedHashMap<>();
    for (String port : PORTS) {
      here.put(port, Integer.toString(Local.freePort()));
    }
    here.put("lastword demo", "lastword demo --port " + here.get("8080"));
    return here;
  }

  private static String translated(String text, Map<String, String> here) {
    String translated = text;
    for (Map.Entry<String, String> one : here.entrySet()) {
      translated = translated.replace(one.getKey(), one.getValue());
    }
    return translated;
  }

  /** A quicker pace, and nothing kept between two pages but what was fetched. */
  private static Map<String, String> environment(String port) {
    Path java = Path.of(ProcessHandle.current().info().command().orElseThrow()).getParent();
    return Map.ofEntries(
        Map.entry("LASTWORD_PORT", port),
        Map.entry("LASTWORD_WORD_DELAY_MS", "100-150"),
        Map.entry("LASTWORD_STREAM_MAX_SECONDS", "4"),
        Map.entry("LASTWORD_DRAIN_SECONDS", "0"),
        Map.entry("PATH", java + ":" + System.getenv("PATH")),
        Map.entry("CLASSPATH", System.getProperty("java.class.path")),
        Map.entry("JDK_JAVA_OPTIONS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
        Map.entry("npm_config_cache", Path.of("target", "npm").toAbsolutePath().toString()),
        Map.entry("npm_config_prefer_offline", "true"));
  }

  @Test
  void whatIsShownIsHeldAgainstWhatIsPrinted() {
    Pattern shown = pattern(List.of("{\"id\":\"...\",\"n\":5}", "...", "end"));

    assertThat(printed("{\"id\":\"a\",\"n\":5}\n\nmore\nmore\nend\n")).matches(shown);
    assertThat(printed("{\"id\":\"a\",\"n\":5}\nend\n")).matches(shown);
    assertThat(printed("{\"id\":\"a\",\"n\":6}\nend\n")).doesNotMatch(shown);
    assertThat(printed("{\"id\":\"a\",\"n\":5}\nend\nmore\n")).doesNotMatch(shown);
  }

  @Test
  void aBlockWithoutAWordIsNamed() {
    Page page = Page.parse(Path.of("page.md"), List.of("text", "", "```", "ls", "```"));

    assertThatThrownBy(() -> everyBlockIsRunOrSaysWhyNot(page)).hasMessageContaining("page.md:3");
    assertThatThrownBy(() -> Page.parse(Path.of("page.md"), List.of("text", "", "    ls")))
        .hasMessageContaining("page.md:3");
  }
}
