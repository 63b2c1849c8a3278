package dev.lastword.store.redis;

import dev.lastword.store.sqs.QueueServer;
import dev.lastword.store.sqs.SqsAddress;
import java.util.Optional;

/** Nodes that settle through a queue, with a worker in each. */
class NodesWithQueueTest extends NodesContract {

  @Override
  Optional<SqsAddress> queue() {
    return Optional.of(QueueServer.running().fresh());
  }
}
