package dev.lastword.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a load run does.
 *
 * @param requests at most so many; {@link Long#MAX_VALUE} where only time ends the run
 * @param duration no request starts after it; null where only the number of requests ends the run
 * @param users how many accounts the requests are spread over
 */
public record LoadPlan(
    Product product, Loop loop, long requests, @Nullable Duration duration, int users) {

  /** Connections at once: what 20,000 open files allow a process. */
  public static final int MAX_WORKERS = 19_000;

  /** The longest that a stream lasts by default. */
  private static final Duration STREAM_MAXIMUM = Duration.ofSeconds(60);

  /** What is asked for. */
  public sealed interface Product {
    record Memes() implements Product {}

    /**
     * Streams.
     *
     * @param maxWords null for as many as fit into a stream's time
     * @param minimumDelayMillis the server's shortest wait before a word
     * @param maximumDelayMillis the server's longest wait before a word
     */
    record Words(@Nullable Long maxWords, long minimumDelayMillis, long maximumDelayMillis)
        implements Product {}
  }

  /** What starts a request. */
  public sealed interface Loop {
    /**
     * The end of the one before.
     *
     * @param startsPerSecond how fast the workers begin; 0 for all at the same moment
     */
    record Closed(int workers, Duration pause, int startsPerSecond) implements Loop {}

    /**
     * The clock, whatever became of the ones before.
     *
     * @param workers requests at a time; what finds them busy waits, and its wait is counted
     */
    record Open(double requestsPerSecond, int workers) implements Loop {}
  }

  /** How long a request takes at the least, on average, however fast the server is. */
  double meanSeconds() {
    return switch (product) {
      case Product.Memes _ -> 0;
      case Product.Words words ->
          seconds(words, (words.minimumDelayMillis() + words.maximumDelayMillis()) / 2.0);
    };
  }

  /** How long the shortest request takes. */
  private double shortestSeconds() {
    return switch (product) {
      case Product.Memes _ -> 0;
      case Product.Words words -> seconds(words, (double) words.minimumDelayMillis());
    };
  }

  private static double seconds(Product.Words words, double delayMillis) {
    double longest = STREAM_MAXIMUM.toSeconds();
    Long maxWords = words.maxWords();
    if (maxWords == null) {
      return delayMillis == 0 ? 0 : longest - delayMillis / 2_000;
    }
    return Math.min(maxWords * delayMillis / 1_000, longest);
  }

  /** More requests a second than this no server can answer; infinite where nothing limits them. */
  double mostRequestsPerSecond() {
    double each = meanSeconds();
    return switch (loop) {
      case Loop.Open(double rate, int workers) ->
          Math.min(
              bounded() ? Math.min(rate, requests / ((requests - 1) / rate + each)) : rate,
              workers / each);
      case Loop.Closed(int workers, Duration pause, int startsPerSecond) -> {
        double between = seconds(pause);
        if (!bounded()) {
          yield workers / (each + between);
        }
        double rounds = Math.ceil((double) requests / workers);
        double ramp = startsPerSecond == 0 ? 0 : (workers - 1.0) / startsPerSecond;
        yield requests / Math.max(ramp + each, rounds * each + (rounds - 1) * between);
      }
    };
  }

  /** More requests than this do not start within a minute. */
  double mostRequestsPerMinute() {
    double started =
        switch (loop) {
          case Loop.Open(double rate, int workers) ->
              Math.min(60 * rate + 1, startedPerMinute(workers, shortestSeconds()));
          case Loop.Closed(int workers, Duration pause, int _) ->
              startedPerMinute(workers, shortestSeconds() + seconds(pause));
        };
    return Math.min(started, (double) requests);
  }

  private static double startedPerMinute(int workers, double secondsBetween) {
    return workers * (Math.floor(60 / secondsBetween) + 1);
  }

  public boolean bounded() {
    return requests != Long.MAX_VALUE;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** In words, for people. */
  public String description() {
    StringBuilder text = new StringBuilder();
    text.append(bounded() ? "%,d requests".formatted(requests) : "requests");
    if (duration != null) {
      text.append(" for %.1f s".formatted(seconds(duration)));
    }
    switch (loop) {
      case Loop.Open(double rate, int workers) -> {
        text.append(", %,.1f a second whatever happens".formatted(rate));
        if (workers < MAX_WORKERS) {
          text.append(", %,d at a time".formatted(workers));
        }
      }
      case Loop.Closed(int workers, Duration pause, int startsPerSecond) -> {
        text.append(", %,d at a time".formatted(workers));
        if (startsPerSecond > 0) {
          text.append(" (%,d more a second at the start)".formatted(startsPerSecond));
        }
        if (!pause.isZero()) {
          text.append(", %.1f s between two of a worker".formatted(seconds(pause)));
        }
      }
    }
    text.append(", %,d user%s".formatted(users, users == 1 ? "" : "s"));
    if (product instanceof Product.Words words) {
      text.append(words.maxWords() == null ? "" : ", %,d words each".formatted(words.maxWords()));
      text.append(
          ", %d to %d ms before a word"
              .formatted(words.minimumDelayMillis(), words.maximumDelayMillis()));
    }
    return text.toString();
  }
}
