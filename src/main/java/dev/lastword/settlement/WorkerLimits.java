package dev.lastword.settlement;

import java.time.Duration;

/**
 * How a worker goes about it.
 *
 * @param receivers threads that take messages
 * @param batches at most so many takings are in hand at a time
 * @param hidden for how long taken messages are hidden from others; renewed while they are in hand
 * @param backOff after a first failure, whole seconds; doubled with each further one
 * @param longestBackOff whole seconds
 * @param held how soon to look again at messages that wait behind one in quarantine, whole seconds
 * @param look how often to look at the quarantine and the queue's size
 */
public record WorkerLimits(
    int receivers,
    int batches,
    Duration hidden,
    Duration backOff,
    Duration longestBackOff,
    Duration held,
    Duration look) {

  public static WorkerLimits usual() {
    return new WorkerLimits(
        4,
        16,
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5));
  }

  /** The same, with what a worker took hidden from the others for another time. */
  public WorkerLimits hiding(Duration time) {
    return new WorkerLimits(receivers, batches, time, backOff, longestBackOff, held, look);
  }

  /** How long to wait after that many attempts, 1 or more. */
  Duration after(int attempts) {
    Duration wait = backOff.multipliedBy(1L << Math.clamp(attempts - 1L, 0, 20));
    return wait.compareTo(longestBackOff) < 0 ? wait : longestBackOff;
  }
}
