package dev.lastword.load;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Says how a run goes until it is closed. */
interface Progress extends AutoCloseable {

  Duration BETWEEN_LINES = Duration.ofSeconds(10);
  Duration BETWEEN_BARS = Duration.ofMillis(500);

  @Override
  void close();

  /**
   * A bar on the error stream of a terminal, and where nobody watches a line now and then.
   *
   * @param startNanos when the run began, by {@link System#nanoTime}
   */
  static Progress of(Live live, long startNanos, PrintWriter lines) {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
        ? bar(live, startNanos)
        : lines(live, startNanos, BETWEEN_LINES, lines);
  }

  private static Progress bar(Live live, long startNanos) {
    // Half a second alone would jump.
    long span = 4 * BETWEEN_BARS.toNanos();
    ProgressBar bar =
        new ProgressBarBuilder()
            .setRenderer((_, width) -> live.bar(System.nanoTime() - startNanos, span, width))
            .setUpdateIntervalMillis((int) BETWEEN_BARS.toMillis())
            .continuousUpdate()
            .build();
    return bar::close;
  }

  /** A line each time that so much has passed. */
  static Progress lines(Live live, long startNanos, Duration between, PrintWriter lines) {
    long span = between.toNanos();
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("load-progress").factory());
    ScheduledFuture<?> _ =
        clock.scheduleAtFixedRate(
            () -> {
              lines.println(live.line(System.nanoTime() - startNanos, span));
              lines.flush();
            },
            span,
            span,
            TimeUnit.NANOSECONDS);
    return clock::close;
  }
}
