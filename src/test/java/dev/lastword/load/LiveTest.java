package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LiveTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A slow and bad beginning, and ten good requests in the fifth second. */
  private static Findings memes(String options) {
    Tally tally = new Tally();
    for (int request = 0; request < 5; request++) {
      tally.add(Reply.answered(402), SECOND, SECOND);
      tally.add(Reply.answered(200), SECOND, SECOND);
    }
    for (int request = 0; request < 10; request++) {
      tally.add(Reply.answered(200), SECOND / 250, 5 * SECOND - 1);
    }
    return new Findings(LoadPlanTest.plan(LoadPlanTest.MEMES, options), tally, null);
  }

  @Test
  void aLineSaysWhatHappenedLately() {
    assertThat(new Live(memes("")).line(5 * SECOND, 2 * SECOND))
        .isEqualTo("after 5 s (40 %): 5 requests/s, p50 4.02 ms, p99 4.02 ms, 5 failed");
    assertThat(new Live(memes("")).line(60 * SECOND, 2 * SECOND))
        .isEqualTo("after 60 s (40 %): 0 requests/s, p50 -, p99 -, 5 failed");
  }

  @Test
  void whatEndsARunFirstSaysHowFarItIs() {
    assertThat(new Live(memes("--duration 20s")).line(5 * SECOND, SECOND)).contains("(25 %)");
    assertThat(new Live(memes("--duration 20s")).line(25 * SECOND, SECOND)).contains("(100 %)");
    assertThat(new Live(memes("--duration 6s --quick")).line(3 * SECOND, SECOND))
        .contains("(50 %)");
  }

  @Test
  void ofStreamsItSaysWordsAndHowLateTheyCome() {
    WordTally words = new WordTally();
    for (int word = 0; word < 30; word++) {
      words.arrived(SECOND, SECOND / 100);
    }
    LoadPlan plan = LoadPlanTest.plan(LoadPlanTest.words(2L), "");

    assertThat(new Live(new Findings(plan, new Tally(), words)).line(2 * SECOND, 2 * SECOND))
        .isEqualTo("after 2 s (30 %): 15 words/s, late p50 10 ms, p99 10 ms, 0 failed");
  }

  @Test
  void aBarFillsItsLineAndNoMore() {
    Live live = new Live(memes(""));

    assertThat(live.bar(5 * SECOND, 2 * SECOND, 79))
        .hasSize(79)
        .matches(" 40 % \\[=+ +] 5 s  5 requests/s, p50 4.02 ms, p99 4.02 ms, 5 failed");
    assertThat(live.bar(5 * SECOND, 2 * SECOND, 30)).hasSize(30).startsWith(" 40 % [==   ] 5 s");
  }

  @Test
  void whereNobodyWatchesThereIsALineNowAndThen() throws InterruptedException {
    CountDownLatch lines = new CountDownLatch(3);
    StringWriter text = new StringWriter();
    PrintWriter log =
        new PrintWriter(
            new Writer() {
              @Override
              public void write(char[] characters, int from, int length) {
                text.write(characters, from, length);
              }

              @Override
              public void flush() {
                lines.countDown();
              }

              @Override
              public void close() {}
            });

    Live live = new Live(memes(""));
    try (Progress _ = Progress.lines(live, System.nanoTime(), Duration.ofMillis(1), log)) {
      assertThat(lines.await(1, TimeUnit.MINUTES)).isTrue();
    }

    assertThat(text.toString().lines()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(text.toString().lines()).allMatch(line -> line.startsWith("after 0 s (40 %): "));
  }
}
