package dev.lastword.load;

import java.io.PrintWriter;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** One load on one server. Says what it found as it finds it. */
public final class Load implements AutoCloseable {

  private final Wires wires;
  private final PrintWriter out;

  /**
   * Prepares a load.
   *
   * @throws IllegalArgumentException if the server does not speak plain HTTP
   * @throws UnknownHostException if there is no such host
   */
  public Load(URI server, PrintWriter out) throws UnknownHostException {
    this.wires = new Wires(server);
    this.out = out;
  }

  /**
   * Asks for memes.
   *
   * @param tokens of the users that ask in turn
   * @return whether no criterion was missed
   */
  public boolean memes(LoadPlan plan, List<String> tokens) {
    Tally tally = new Tally();
    try (Progress progress = Progress.of(plan)) {
      new LoadRun(plan, new MemeErrand(wires, tokens, progress), tally).run();
    }
    LoadSummary summary = new LoadSummary(out);
    summary.requests(plan, tally);
    return judge(plan, tally, summary);
  }

  /**
   * Asks for streams, and checks every word's time and every charge.
   *
   * @param firstSeed the first request's seed; the next ones follow it
   * @return whether no criterion was missed, no word lost and nothing charged that did not come
   */
  public boolean words(
      LoadPlan plan, LoadPlan.Product.Words words, List<String> tokens, long firstSeed) {
    Tally tally = new Tally();
    WordTally wordTally = new WordTally();
    try (Progress progress = Progress.of(plan)) {
      WordErrand errand = new WordErrand(wires, tokens, words, firstSeed, wordTally, progress);
      new LoadRun(plan, errand, tally).run();
    }
    LoadSummary summary = new LoadSummary(out);
    summary.requests(plan, tally);
    summary.words(wordTally);
    boolean met = judge(plan, tally, summary);
    return met && wordTally.lost() == 0 && wordTally.misCharged() == 0;
  }

  private static boolean judge(LoadPlan plan, Tally tally, LoadSummary summary) {
    List<Criterion.Verdict> verdicts = Criterion.judge(plan, tally);
    summary.verdicts(verdicts);
    return verdicts.stream().noneMatch(Criterion.Verdict.Missed.class::isInstance);
  }

  @Override
  public void close() {
    wires.close();
  }
}
