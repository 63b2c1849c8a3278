package dev.lastword.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

final class BenchCommandTest {

  @TempDir private Path folder;

  private record Ran(int exit, String out, String err) {}

  private static Ran bench(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new BenchCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(Lastword::explain)
            .execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  @Test
  void anUnknownRowIsSaidWithThoseThereAre() {
    Ran ran = bench("--only", "bear");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("there is no row bear; there are bare, netty,");
  }

  @Test
  void badEffortsAreRefused() {
    assertThat(bench("--rounds", "0").err()).contains("--rounds must be 1 to 1000");
    assertThat(bench("--seconds", "0").err()).contains("--seconds must be 0.1 to 600");
    assertThat(bench("--seconds", "NaN").err()).contains("--seconds must be 0.1 to 600");
  }

  @Test
  void theListSaysWhatEachRowAnswers() {
    Ran ran = bench("--list");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out().lines()).anyMatch(line -> line.matches("bare +POST /memes in full.*"));
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidAtOnce() {
    Ran ran = bench("--only", "bare", "--json", folder.resolve("not/there.json").toString());

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("there.json");
  }

  /** Both contenders answer as they should, and the books agree; the numbers mean nothing here. */
  @Test
  void aRowIsPrintedAndWritten() throws Exception {
    Path json = folder.resolve("bench.json");

    Ran ran = bench("--only", "bare", "--rounds", "1", "--seconds", "1", "--json", json.toString());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .contains("fsync take")
        .containsPattern("\nbare +requests/s +lastword +\\S+ \\(\\S+\\) +helidon ")
        .containsPattern("\nbare +p99 ms ");
    assertThat(ran.exit()).isZero();
    Map<String, Object> written = new Yaml().load(Files.readString(json));
    assertThat((List<?>) written.get("rows")).hasSize(1);
    assertThat(written.get("rows").toString()).contains("row=bare").doesNotContain("failure");
  }
}
