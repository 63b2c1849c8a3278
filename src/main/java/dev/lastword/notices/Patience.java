package dev.lastword.notices;

import java.time.Duration;

/**
 * How notices are sent.
 *
 * @param look how long the outbox is left alone when there is nothing to do
 * @param answer until the head of the receiver's answer is there; longer counts as failed
 * @param firstPause before a notice that failed is sent again; each further one is twice as long
 * @param longestPause between two attempts; there is no last one
 * @param atOnce how many are sent side by side, while the receiver answers
 */
public record Patience(
    Duration look, Duration answer, Duration firstPause, Duration longestPause, int atOnce) {

  /** What suits a receiver anywhere. */
  public static Patience usual() {
    return new Patience(
        Duration.ofSeconds(1),
        Duration.ofSeconds(15),
        Duration.ofSeconds(2),
        Duration.ofMinutes(10),
        8);
  }
}
