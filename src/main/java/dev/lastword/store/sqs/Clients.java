package dev.lastword.store.sqs;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Two clients: acts are answered soon or have failed, polls wait for messages.
 *
 * <p>A call is tried twice at most. A second attempt sends the same message under the same id,
 * which the queue takes for one; and it cannot overtake anything of its group, because the group's
 * next message is not sent before this call has ended.
 */
record Clients(SqsClient acts, SqsClient polls) implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ATTEMPT = Duration.ofMillis(1_500);
  private static final Duration CALL = Duration.ofSeconds(3);
  private static final Duration START = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(3);

  /**
   * For a start, where nobody waits for an answer yet, and the first call of a machine is a slow
   * one.
   *
   * @throws IllegalStateException if no region is configured
   */
  static SqsClient patient(Optional<URI> endpoint) {
    return configured(() -> client(endpoint, START, START.multipliedBy(2), 2));
  }

  /**
   * @param longestPoll how long the queue may take to say that there is nothing
   * @throws IllegalStateException if no region is configured
   */
  static Clients of(Optional<URI> endpoint, Duration longestPoll) {
    Duration poll = longestPoll.plus(GRACE);
    return configured(
        () -> new Clients(client(endpoint, ATTEMPT, CALL, 2), client(endpoint, poll, poll, 1)));
  }

  private static <T> T configured(Supplier<T> clients) {
    try {
      return clients.get();
    } catch (SdkException e) {
      throw new IllegalStateException("SQS cannot be used: " + e.getMessage(), e);
    }
  }

  private static SqsClient client(
      Optional<URI> endpoint, Duration attempt, Duration call, int attempts) {
    return SqsClient.builder()
        .applyMutation(builder -> endpoint.ifPresent(builder::endpointOverride))
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(attempt))
        .overrideConfiguration(settings ->
            settings
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(call)
                .retryStrategy(StandardRetryStrategy.builder().maxAttempts(attempts).build()))
        .build();
  }

  @Override
  public void close() {
    acts.close();
    polls.close();
  }
}
