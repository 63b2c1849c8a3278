package dev.lastword.load;

import java.io.Console;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a run has come, on the error stream of a terminal. Thread-safe. */
interface Progress extends AutoCloseable {

  /** Shows nothing. */
  Progress NONE = _ -> {};

  void stepBy(long steps);

  default void step() {
    stepBy(1);
  }

  @Override
  default void close() {}

  /** A bar where somebody watches. */
  static Progress of(LoadPlan plan) {
    if (!Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)) {
      return NONE;
    }
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(task(plan))
            .setInitialMax(plan.bounded() ? plan.requests() * stepsEach(plan) : -1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(500)
            .build());
  }

  private static String task(LoadPlan plan) {
    return stepsEach(plan) == 1 ? "requests" : "words";
  }

  private static long stepsEach(LoadPlan plan) {
    return plan.product() instanceof LoadPlan.Product.Words words && words.maxWords() != null
        ? words.maxWords()
        : 1;
  }

  /** The bar. */
  record Bar(ProgressBar bar) implements Progress {
    @Override
    public void stepBy(long steps) {
      bar.stepBy(steps);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
