package dev.lastword.store.redis;

import dev.lastword.Configuration;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.sqs.Queues;
import dev.lastword.store.sqs.SqsAddress;
import java.util.Optional;

/** Nodes that settle through a queue into MongoDB, with a worker in each. */
class NodesWithQueueTest extends NodesContract {

  @Override
  Configuration.Store store() {
    return new Configuration.Store.Mongo(MongoAddress.parse(MongoProcess.shared().fresh()));
  }

  @Override
  Optional<SqsAddress> queue() {
    return Optional.of(Queues.fresh());
  }
}
