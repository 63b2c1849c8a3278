package dev.lastword.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One load on one server. Says what it finds while it runs and afterwards. */
public final class Load implements AutoCloseable {

  private final URI server;
  private final Wires wires;
  private final Clock clock;
  private final PrintWriter out;
  private final PrintWriter progress;

  /**
   * Prepares a load.
   *
   * @param out what is found is said there
   * @param progress how it goes is said there, now and then, where no terminal shows it
   * @throws IllegalArgumentException if the server does not speak plain HTTP
   * @throws UnknownHostException if there is no such host
   */
  public Load(URI server, Clock clock, PrintWriter out, PrintWriter progress)
      throws UnknownHostException {
    this.server = server;
    this.wires = new Wires(server);
    this.clock = clock;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Asks for memes.
   *
   * @param tokens of the users that ask in turn
   * @param report null for none
   * @return whether no criterion was missed
   * @throws IOException if the report cannot be written; the rest was said then
   */
  public boolean memes(LoadPlan plan, List<String> tokens, @Nullable ReportFile report)
      throws IOException, InterruptedException {
    Findings findings = new Findings(plan, new Tally(), null);
    return run(findings, new MemeErrand(wires, tokens), System.nanoTime(), report);
  }

  /**
   * Asks for streams, and checks every word's time and every charge.
   *
   * @param tokens of the users that ask in turn
   * @param firstSeed the first request's seed; the next ones follow it
   * @param report null for none
   * @return whether no criterion was missed
   * @throws IOException if the report cannot be written; the rest was said then
   */
  public boolean words(
      LoadPlan plan,
      LoadPlan.Product.Words words,
      List<String> tokens,
      long firstSeed,
      @Nullable ReportFile report)
      throws IOException, InterruptedException {
    WordTally tally = new WordTally();
    long startNanos = System.nanoTime();
    WordErrand errand = new WordErrand(wires, tokens, words, firstSeed, tally, startNanos);
    return run(new Findings(plan, new Tally(), tally), errand, startNanos, report);
  }

  private boolean run(
      Findings findings, Errand errand, long startNanos, @Nullable ReportFile report)
      throws IOException, InterruptedException {
    ZonedDateTime began = ZonedDateTime.now(clock);
    try (Progress _ = Progress.of(new Live(findings), startNanos, progress)) {
      new LoadRun(findings.plan(), errand, findings.tally(), startNanos).run();
    }
    LoadSummary.of(findings).forEach(this::say);
    List<Criterion.Verdict> verdicts = Criterion.judge(findings);
    verdicts.forEach(verdict -> say(LoadSummary.of(verdict)));
    if (report != null) {
      Occasion occasion = Occasion.here(report.command(), began, server);
      report.write(HtmlReport.page(findings, verdicts, occasion));
      say(new LoadSummary.Line("report", report.toString()));
    }
    return verdicts.stream().noneMatch(Criterion.Verdict.Missed.class::isInstance);
  }

  private void say(LoadSummary.Line line) {
    out.printf("%-11s %s%n", line.name(), line.text());
    out.flush();
  }

  @Override
  public void close() {
    wires.close();
  }
}
