package dev.lastword.upstream;

import java.time.Duration;

/**
 * What is borne from an upstream.
 *
 * @param connect for the connection, TLS included
 * @param first from the request to the first piece of text of a streamed answer
 * @param silence between two words of a streamed answer
 * @param whole from the request to the last byte of an answer that is not streamed
 * @param answerBytes of an answer that is not streamed, and of a streamed one between two words
 * @param lineBytes of one line of a streamed answer
 * @param calls at once
 * @param breaker when asking stops
 */
public record Limits(
    Duration connect,
    Duration first,
    Duration silence,
    Duration whole,
    int answerBytes,
    int lineBytes,
    int calls,
    Breaking breaker) {

  /**
   * When the circuit breaker opens: at half of the last calls failed.
   *
   * @param lastCalls are looked at
   * @param leastCalls must have been made before it can open
   * @param rest is not asked for that long
   * @param trials are let through after that, to see whether it works again
   */
  public record Breaking(int lastCalls, int leastCalls, Duration rest, int trials) {}

  /** What suits a model that may have to be loaded first. */
  public static Limits usual() {
    return new Limits(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        256 * 1024,
        64 * 1024,
        1_000,
        new Breaking(20, 5, Duration.ofSeconds(10), 3));
  }
}
