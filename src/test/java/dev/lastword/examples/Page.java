package dev.lastword.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page for people, as its examples. */
record Page(Path path, List<Block> blocks) {

  private static final Pattern FENCE = Pattern.compile("```(\\w*)(?: (\\w+))?");
  private static final Pattern EXCUSE = Pattern.compile("\\*Not run by the tests: (.{10,})\\.\\*");

  /** All that have examples. */
  static List<Page> all() throws IOException {
    try (Stream<Path> pages = Files.list(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), pages.sorted())
          .filter(page -> page.toString().endsWith(".md"))
          .map(Page::read)
          .filter(page -> !page.blocks().isEmpty())
          .toList();
    }
  }

  static Page read(Path path) {
    try {
      return parse(path, Files.readAllLines(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Page parse(Path path, List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    String said = "";
    int next = 0;
    while (next < lines.size()) {
      String line = lines.get(next++);
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        int end = next + lines.subList(next, lines.size()).indexOf("```");
        Matcher excuse = EXCUSE.matcher(said);
        blocks.add(
            new Block(
                next,
                fence.group(1),
                fence.group(2) == null ? "" : fence.group(2),
                excuse.matches() ? excuse.group(1) : "",
                said.equals("```"),
                lines.subList(next, end)));
        next = end + 1;
        said = "```";
      } else if (line.startsWith("    ") && said.isEmpty()) {
        throw new AssertionError(path + ":" + next + ": an example stands between fences");
      } else if (!line.isBlank() || !said.equals("```")) {
        said = line.isBlank() && EXCUSE.matcher(said).matches() ? said : line;
      }
    }
    return new Page(path, blocks);
  }

  /** What a page shows as the output of one of its blocks. */
  Optional<Block> outputOf(Block block) {
    return blocks.stream()
        .skip(blocks.indexOf(block) + 1L)
        .limit(1)
        .filter(next -> next.follows() && next.language().equals("text"))
        .findFirst();
  }

  String where(Block block) {
    return path + ":" + block.line();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
