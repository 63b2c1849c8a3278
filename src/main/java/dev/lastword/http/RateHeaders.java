package dev.lastword.http;

import dev.lastword.limit.Admission;
import dev.lastword.metering.WordSales;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the rate limit says of a request, in headers. Immutable. */
final class RateHeaders {

  private static final HeaderName POLICY = HeaderNames.create("RateLimit-Policy");
  private static final HeaderName LIMIT = HeaderNames.create("RateLimit");
  private static final HeaderName REQUESTS = HeaderNames.create("x-ratelimit-limit-requests");
  private static final HeaderName REMAINING = HeaderNames.create("x-ratelimit-remaining-requests");
  private static final HeaderName RESET = HeaderNames.create("x-ratelimit-reset-requests");

  private final String requests;
  private final String policy;

  RateHeaders(int requests, Duration window) {
    this.requests = Integer.toString(requests);
    this.policy = "\"requests\";q=" + requests + ";w=" + window.toSeconds();
  }

  /** Adds those of the draft standard; none if the limit was not asked. */
  void add(Exchange exchange, @Nullable Admission admission) {
    if (admission != null) {
      exchange
          .with(POLICY, policy)
          .with(
              LIMIT,
              "\"requests\";r="
                  + admission.remaining()
                  + ";t="
                  + WordSales.seconds(admission.resetNanos()));
    }
  }

  /** Adds those and the ones that clients of OpenAI's API look at. */
  void addAll(Exchange exchange, @Nullable Admission admission) {
    add(exchange, admission);
    if (admission != null) {
      exchange
          .with(REQUESTS, requests)
          .with(REMAINING, Integer.toString(admission.remaining()))
          .with(RESET, WordSales.seconds(admission.resetNanos()) + "s");
    }
  }
}
