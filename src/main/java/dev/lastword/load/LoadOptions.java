package dev.lastword.load;

import dev.lastword.Durations;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that memes and words have in common. */
public final class LoadOptions {

  private static final int QUICK_REQUESTS = 50;
  private static final int QUICK_WORKERS = 10;
  private static final int FULL_REQUESTS = 5_000;
  private static final int FULL_WORKERS = 100;

  /** Requests a user and minute: the server's default limit, less what two clocks may differ by. */
  private static final int REQUESTS_A_MINUTE = 90;

  private static final int MAX_USERS = 10_000;
  private static final int MAX_DEFAULT_USERS = 1_000;
  private static final int MAX_RATE = 100_000;

  @Option(
      names = "--quick",
      description = "50 requests by 10 workers; the default where nothing else is given")
  private boolean quick;

  @Option(names = "--full", description = "5,000 requests by 100 workers")
  private boolean full;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "so many requests a second, whether or not the ones before were answered")
  private @Nullable Double rate;

  @Option(
      names = "--duration",
      paramLabel = "D",
      description = "no request starts after this, as in 30s or 5m")
  private @Nullable String duration;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "requests at a time; all: as many as there are requests")
  private @Nullable String workers;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "spread over so many users (default: as many as the rate limit asks for)")
  private @Nullable Integer users;

  @Option(
      names = "--pause",
      paramLabel = "D",
      description = "between two requests of a worker (default: none)")
  private @Nullable String pause;

  @Option(
      names = "--ramp",
      paramLabel = "N",
      defaultValue = "1000",
      description = {
        "workers that begin each second at the start; 0: all at the same moment",
        "(default: ${DEFAULT-VALUE})"
      })
  private int ramp;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "write a page with plots there, in one file that needs no network")
  private @Nullable Path report;

  /**
   * The plan that these options make.
   *
   * @throws IllegalArgumentException if they make none
   */
  public LoadPlan plan(LoadPlan.Product product) {
    if (quick && full) {
      throw new IllegalArgumentException("--quick and --full exclude each other");
    }
    Duration time = duration == null ? null : Durations.parse(duration);
    long requests = requests();
    if (rate != null && time != null) {
      requests = Math.min(requests, (long) Math.ceil(rate * time.toNanos() / 1e9));
    }
    LoadPlan.Loop loop = rate == null ? closed(requests) : open(rate, requests);
    LoadPlan plan = new LoadPlan(product, loop, requests, time, 1);
    return new LoadPlan(product, loop, requests, time, users(plan));
  }

  private long requests() {
    if (full) {
      return FULL_REQUESTS;
    }
    return quick || duration == null ? QUICK_REQUESTS : Long.MAX_VALUE;
  }

  /** Where the report goes; null if none is asked for. */
  public @Nullable Path report() {
    return report;
  }

  private LoadPlan.Loop open(double requestsPerSecond, long requests) {
    if (!(requestsPerSecond > 0 && requestsPerSecond <= MAX_RATE)) {
      throw new IllegalArgumentException("--rate must be more than 0 and at most " + MAX_RATE);
    }
    if (pause != null) {
      throw new IllegalArgumentException("--rate goes by the clock: without --pause");
    }
    int most = workers == null ? LoadPlan.MAX_WORKERS : (int) workers(requests);
    return new LoadPlan.Loop.Open(requestsPerSecond, most);
  }

  private LoadPlan.Loop closed(long requests) {
    if (ramp < 0) {
      throw new IllegalArgumentException("--ramp must be 0 or more");
    }
    Duration between = pause == null ? Duration.ZERO : Durations.parse(pause);
    return new LoadPlan.Loop.Closed((int) Math.min(workers(requests), requests), between, ramp);
  }

  private long workers(long requests) {
    if (workers == null) {
      return full ? FULL_WORKERS : QUICK_WORKERS;
    }
    if (workers.equals("all")) {
      if (requests > LoadPlan.MAX_WORKERS) {
        throw new IllegalArgumentException("--workers all needs --quick or --full");
      }
      return requests;
    }
    try {
      int number = Integer.parseInt(workers);
      if (number >= 1 && number <= LoadPlan.MAX_WORKERS) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "--workers must be 1 to " + LoadPlan.MAX_WORKERS + ", or all");
  }

  private int users(LoadPlan plan) {
    if (users != null) {
      if (users < 1 || users > MAX_USERS) {
        throw new IllegalArgumentException("--users must be 1 to " + MAX_USERS);
      }
      return users;
    }
    return switch (plan.product()) {
      case LoadPlan.Product.Memes _ -> 1;
      case LoadPlan.Product.Words _ ->
          (int)
              Math.min(
                  MAX_DEFAULT_USERS, Math.ceil(plan.mostRequestsPerMinute() / REQUESTS_A_MINUTE));
    };
  }
}
