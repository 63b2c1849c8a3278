package dev.lastword.faults;

import dev.lastword.faults.Fault.Outcome;
import java.util.List;
import java.util.Locale;

/** One fault's line in the report. */
public record Row(String fault, String description, Outcome outcome) {

  private static final String FORMAT = "%-20s %7s %9s %5s %8s %10s %7s %9s %9s  %s";

  /** Whether everything was as promised. */
  public boolean good() {
    Verdict verdict = outcome.verdict();
    return verdict.breaches().isEmpty()
        && verdict.lost() + verdict.doubled() + verdict.overspent() + verdict.leaked() == 0;
  }

  /** What was not as promised. */
  public List<String> breaches() {
    return outcome.verdict().breaches();
  }

  /** The heading over the rows. */
  public static String heading() {
    return FORMAT.formatted(
        "fault",
        "rounds",
        "acked",
        "lost",
        "doubled",
        "overspent",
        "leaked",
        "beyond",
        "recovery",
        "");
  }

  @Override
  public String toString() {
    Verdict verdict = outcome.verdict();
    return FORMAT
        .formatted(
            fault,
            outcome.rounds(),
            verdict.acknowledged(),
            verdict.lost(),
            verdict.doubled(),
            verdict.overspent(),
            verdict.leaked(),
            verdict.beyond(),
            outcome.recoverySeconds() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f s", outcome.recoverySeconds()),
            good() ? outcome.note() : "BREACH " + outcome.note())
        .stripTrailing();
  }
}
