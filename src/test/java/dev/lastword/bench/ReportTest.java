package dev.lastword.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

final class ReportTest {

  private static final Row ROW = new Row("some-row", "how much is it?", effort -> List.of());
  private static final Line LINE =
      new Line(
          "requests/s",
          new Line.Side("lastword", new Series(List.of(40_000.0, 41_234.5, 20_000.0))),
          new Line.Side("helidon", new Series(List.of(50_000.0, 51_000.0, 50_000.0))));

  private static Report report(Report.Found found) {
    Report report =
        new Report(new Effort(3, Duration.ofMillis(500)), Map.of("machine", "a \"small\" one"));
    report.add(found);
    return report;
  }

  @Test
  void aMeasureIsOneLineWithMediansSpreadsAndTheRatio() {
    Report report = report(new Report.Found(ROW, List.of(LINE), Optional.empty()));

    assertThat(report.newest())
        .singleElement()
        .asString()
        .matches(
            "some-row +requests/s +lastword +40,000 \\(20,000\\.\\.41,235\\) +helidon +50,000"
                + " \\(50,000\\.\\.51,000\\) +0\\.80 \\(0\\.40\\.\\.0\\.81\\)");
    assertThat(report.heading())
        .anyMatch(line -> line.matches("machine +a \"small\" one"))
        .anyMatch(line -> line.startsWith("rounds   3 of each side in turn, 0.50 s each"))
        .anyMatch(line -> line.matches("row +measure +A +B +A / B"));
    assertThat(report.whole()).isTrue();
  }

  @Test
  void jsonHasEveryRound() {
    Report report = report(new Report.Found(ROW, List.of(LINE), Optional.empty()));

    Map<String, Object> json = new Yaml().load(report.json());

    assertThat(json)
        .containsEntry("facts", Map.of("machine", "a \"small\" one"))
        .containsEntry("rounds", 3)
        .containsEntry("seconds", 0.5);
    Map<?, ?> row = (Map<?, ?>) ((List<?>) json.get("rows")).getFirst();
    assertThat(row.get("row")).isEqualTo("some-row");
    assertThat(row.containsKey("failure")).isFalse();
    Map<?, ?> measure = (Map<?, ?>) ((List<?>) row.get("measures")).getFirst();
    assertThat(measure.get("a"))
        .isEqualTo(
            Map.of(
                "name",
                "lastword",
                "median",
                40_000.0,
                "minimum",
                20_000.0,
                "maximum",
                41_234.5,
                "rounds",
                List.of(40_000.0, 41_234.5, 20_000.0)));
    assertThat(((Map<?, ?>) measure.get("ratio")).get("median")).isEqualTo(0.8);
  }

  @Test
  void aRowThatFailsHasNoNumbers() {
    Report report = report(new Report.Found(ROW, List.of(), Optional.of("not 200")));

    assertThat(report.newest()).containsExactly("some-row     FAILED: not 200");
    assertThat(report.json()).contains("\"failure\":\"not 200\"").contains("\"measures\":[]");
    assertThat(report.whole()).isFalse();
  }

  @Test
  void numbersHaveThreeDigits() {
    assertThat(
            List.of(
                Report.number(123_456.7),
                Report.number(99.96),
                Report.number(12.34),
                Report.number(1.234),
                Report.number(0.12345),
                Report.number(0.012345)))
        .containsExactly("123,457", "100", "12.3", "1.23", "0.12", "0.0123");
  }

  @Test
  void effortHasLimits() {
    assertThatThrownBy(() -> new Effort(0, Duration.ofSeconds(1))).hasMessageContaining("--rounds");
    assertThatThrownBy(() -> new Effort(1, Duration.ofMillis(99)))
        .hasMessageContaining("--seconds must be 0.1 to 600");
    assertThatThrownBy(() -> new Effort(1, Duration.ofMinutes(11)))
        .hasMessageContaining("--seconds must be 0.1 to 600");
  }
}
