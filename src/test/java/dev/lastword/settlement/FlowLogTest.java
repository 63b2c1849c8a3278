package dev.lastword.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Quarantined;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.Settled;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import dev.lastword.telemetry.LoggedLines;
import dev.lastword.telemetry.Telemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The lines that operators and their alarms look for, word by word. */
final class FlowLogTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Settlement SETTLEMENT =
      new Settlement(
          "p17",
          4,
          List.of(new Snapshot(7, Meter.TOKENS, 2, 2)),
          List.of(receipt("CHARGE1"), receipt("CHARGE2")));

  private final Telemetry telemetry = new Telemetry();
  private final FlowLog flow = new FlowLog(telemetry);

  private static Receipt receipt(String id) {
    return new Receipt(
        id, 7, "n", Meter.TOKENS, "meme", 1, Outcome.COMPLETED, NOW, NOW, 1, null, null);
  }

  private List<String> linesAt(Level level) {
    try (LoggedLines log = LoggedLines.of(FlowLog.class, level)) {
      flow.deducted("p17", "CHARGE1", 1);
      flow.published(SETTLEMENT, 1);
      flow.consumed(SETTLEMENT);
      flow.settled(SETTLEMENT, Settled.DURABLE, Duration.ofMillis(20));
      flow.sealed("p17", 4, 3);
      flow.settled(SETTLEMENT, Settled.REFUSED, Duration.ofMillis(20));
      flow.postponed("p17", Duration.ofSeconds(4), new IllegalStateException("busy"));
      flow.queueFailed(FlowObserver.Act.HAND_IN, new QueueFailure("it is away"));
      flow.quarantined(
          new Quarantined("M1", "p17", "{", "it is no JSON", NOW, Quarantined.State.WAITING));
      flow.holding(1);
      flow.waiting(12);
      return List.copyOf(log.lines());
    }
  }

  @Test
  void everyStepOfEveryChargeIsALineWithItsId() {
    assertThat(linesAt(Level.FINE))
        .startsWith(
            "FINE flow deducted charge=CHARGE1 group=p17 units=1",
            "FINE flow published update-tokens charge=CHARGE1 group=p17",
            "FINE flow published update-tokens charge=CHARGE2 group=p17",
            "FINE flow consumed update-tokens charge=CHARGE1 group=p17",
            "FINE flow consumed update-tokens charge=CHARGE2 group=p17",
            "FINE flow settled charge=CHARGE1 group=p17",
            "FINE flow settled charge=CHARGE2 group=p17",
            "FINE flow sealed group=p17 epoch=4 closed=3");
  }

  @Test
  void whatSomebodyShouldLookAtIsSaidWithoutBeingAskedFor() {
    assertThat(linesAt(Level.INFO))
        .containsExactly(
            "INFO late: 2 receipts of p17 belong to epoch 4, which is sealed; they were never"
                + " answered, or are settled already",
            "WARNING could not settle p17, trying again in 4 s: java.lang.IllegalStateException:"
                + " busy",
            "WARNING the queue: it is away",
            "SEVERE QUARANTINE: message M1 of p17 cannot be read: it is no JSON. Everything behind"
                + " it waits until an operator has decided: lastword settle --quarantined");
  }

  @Test
  void everyMetricOfThePageIsThere() throws Exception {
    telemetry.showQueue();
    linesAt(Level.OFF);
    String page = Files.readString(Path.of("docs", "sqs.md"));
    List<String> names =
        Pattern.compile("`(lastword_[a-z_]+)")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(names)
        .hasSize(7)
        .allSatisfy(name -> assertThat(telemetry.scrape()).contains("\n" + name));
  }

  @Test
  void everyStepIsCounted() {
    telemetry.showQueue();
    linesAt(Level.OFF);
    assertThat(telemetry.scrape())
        .contains("lastword_queue_sent_total 1.0")
        .contains("lastword_settlement_receipts_total{late=\"false\"} 2.0")
        .contains("lastword_settlement_receipts_total{late=\"true\"} 2.0")
        .contains("lastword_settlement_postponed_total 1.0")
        .contains("lastword_queue_failures_total{act=\"hand_in\"} 1.0")
        .contains("lastword_quarantine_messages 1.0")
        .contains("lastword_queue_messages 12.0");
  }
}
