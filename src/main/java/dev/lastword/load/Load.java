package dev.lastword.load;

import java.io.PrintWriter;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** One load on one server. Says what it finds while it runs and afterwards. */
public final class Load implements AutoCloseable {

  private final Wires wires;
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
  public Load(URI server, PrintWriter out, PrintWriter progress) throws UnknownHostException {
    this.wires = new Wires(server);
    this.out = out;
    this.progress = progress;
  }

  /**
   * Asks for memes.
   *
   * @param tokens of the users that ask in turn
   * @return whether no criterion was missed
   */
  public boolean memes(LoadPlan plan, List<String> tokens) throws InterruptedException {
    Findings findings = new Findings(plan, new Tally(), null);
    return run(findings, new MemeErrand(wires, tokens), System.nanoTime());
  }

  /**
   * Asks for streams, and checks every word's time and every charge.
   *
   * @param tokens of the users that ask in turn
   * @param firstSeed the first request's seed; the next ones follow it
   * @return whether no criterion was missed
   */
  public boolean words(
      LoadPlan plan, LoadPlan.Product.Words words, List<String> tokens, long firstSeed)
      throws InterruptedException {
    WordTally tally = new WordTally();
    long startNanos = System.nanoTime();
    WordErrand errand = new WordErrand(wires, tokens, words, firstSeed, tally, startNanos);
    return run(new Findings(plan, new Tally(), tally), errand, startNanos);
  }

  private boolean run(Findings findings, Errand errand, long startNanos)
      throws InterruptedException {
    try (Progress _ = Progress.of(new Live(findings), startNanos, progress)) {
      new LoadRun(findings.plan(), errand, findings.tally(), startNanos).run();
    }
    LoadSummary.of(findings).forEach(this::say);
    List<Criterion.Verdict> verdicts = Criterion.judge(findings);
    verdicts.forEach(verdict -> say(LoadSummary.of(verdict)));
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
