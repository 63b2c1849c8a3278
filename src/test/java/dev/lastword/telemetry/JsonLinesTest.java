package dev.lastword.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {

  @Test
  void aRecordIsOneLineOfJsonWhateverItSays() {
    LogRecord record = new LogRecord(Level.INFO, "a \"quoted\" \\ line\nand\u0001 {0}");
    record.setLoggerName("dev.lastword.X");
    record.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));

    assertThat(new JsonLines().format(record))
        .isEqualTo(
            "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"INFO\","
                + "\"logger\":\"dev.lastword.X\","
                + "\"message\":\"a \\\"quoted\\\" \\\\ line\\nand\\u0001 {0}\"}\n");
  }
}
