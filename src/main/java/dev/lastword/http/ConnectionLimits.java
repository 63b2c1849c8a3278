package dev.lastword.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How many connections there may be at once, and how long each may keep the server waiting. None of
 * these ends a stream that its client reads, however long it is.
 *
 * @param maxConnections more are closed as soon as they come
 * @param idle between two requests, or before the first
 * @param idleWhenShort the same, when more than three quarters of the connections are in use
 * @param head from the first byte of a request's head to its last; for the handshake of TLS, too
 * @param body from the end of the head to the end of the body
 * @param write until what is written has left
 * @param lookEvery how often all this is looked at, and so how late it may be noticed
 */
public record ConnectionLimits(
    int maxConnections,
    Duration idle,
    Duration idleWhenShort,
    Duration head,
    Duration body,
    Duration write,
    Duration lookEvery) {

  private static final int MAX_CONNECTIONS = 50_000;

  /**
   * One of ten descriptors that the process may open is kept for files, but not more than these.
   */
  private static final int KEPT_FOR_FILES = 800;

  /** The limits of a server; as many connections as this process may have descriptors for. */
  public static ConnectionLimits usual() {
    return new ConnectionLimits(
        connectionsOfThisProcess(),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofMillis(500));
  }

  private static int connectionsOfThisProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? connectionsFor(system.getMaxFileDescriptorCount())
        : MAX_CONNECTIONS;
  }

  /** The same with so many descriptors left to something else, but never more than half of them. */
  public ConnectionLimits leaving(int descriptors) {
    return new ConnectionLimits(
        Math.max(maxConnections - descriptors, (maxConnections + 1) / 2),
        idle,
        idleWhenShort,
        head,
        body,
        write,
        lookEvery);
  }

  static int connectionsFor(long descriptors) {
    if (descriptors < 0) {
      // Unlimited.
      return MAX_CONNECTIONS;
    }
    return Math.clamp(descriptors - Math.min(descriptors / 10, KEPT_FOR_FILES), 1, MAX_CONNECTIONS);
  }
}
