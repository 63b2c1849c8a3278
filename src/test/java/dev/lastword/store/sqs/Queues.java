package dev.lastword.store.sqs;

import dev.lastword.faults.servers.QueueServer;
import java.time.Duration;
import java.util.Optional;

/** Queues on the real server, for tests. */
public final class Queues {

  private static final QueueServer SERVER = QueueServer.running();

  private Queues() {}

  /** The address of a queue that nobody has used. */
  public static SqsAddress fresh() {
    return new SqsAddress(SERVER.fresh(), Optional.of(SERVER.endpoint()));
  }

  static SqsQueue open(SqsAddress address) {
    return SqsQueue.open(address, Duration.ofSeconds(1));
  }
}
