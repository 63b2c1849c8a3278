package dev.lastword.upstream;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/** Stops asking an upstream that fails, and tries it again after a rest. Thread-safe. */
final class Breaker {

  private static final System.Logger LOG = System.getLogger(Breaker.class.getName());

  private final CircuitBreaker breaker;
  private final Limits.Breaking limits;
  private final LongSupplier nanoTime;
  private volatile long openedNanos;

  Breaker(Limits.Breaking limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.breaker =
        CircuitBreaker.of(
            "upstream",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(limits.lastCalls())
                .minimumNumberOfCalls(limits.leastCalls())
                .failureRateThreshold(50)
                .waitDurationInOpenState(limits.rest())
                .permittedNumberOfCallsInHalfOpenState(limits.trials())
                // Trials whose clients all left say nothing; others are let through then.
                .maxWaitDurationInHalfOpenState(limits.rest())
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(event -> {
          State now = event.getStateTransition().getToState();
          if (now == State.OPEN) {
            openedNanos = nanoTime.getAsLong();
          }
          LOG.log(
              now == State.OPEN ? Level.WARNING : Level.INFO,
              switch (now) {
                case OPEN -> "the model failed too often, and is not asked for a while";
                case HALF_OPEN -> "the model is tried again";
                default -> "the model is asked as usual";
              });
        });
  }

  /**
   * Asks whether a call may be made; the call must then end in one of the three ways below.
   *
   * @throws UpstreamFailure if the upstream is to be left alone
   */
  void enter() throws UpstreamFailure {
    if (!breaker.tryAcquirePermission()) {
      long left = limits.rest().toNanos() - (nanoTime.getAsLong() - openedNanos);
      long seconds = NANOSECONDS.toSeconds(left + SECONDS.toNanos(1) - 1);
      throw new UpstreamFailure(
          UpstreamFailure.Kind.RESTING, Math.clamp(seconds, 1, Upstream.MAX_RETRY_SECONDS));
    }
  }

  void succeeded(long nanos) {
    breaker.onSuccess(nanos, NANOSECONDS);
  }

  void failed(long nanos, Throwable why) {
    breaker.onError(nanos, NANOSECONDS, why);
  }

  /** Nothing was learnt. */
  void left() {
    breaker.releasePermission();
  }

  /** 0 while calls are made, 1 while some are tried, 2 while none are. */
  int state() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> 2;
      case HALF_OPEN -> 1;
      case CLOSED, DISABLED, METRICS_ONLY -> 0;
    };
  }
}
