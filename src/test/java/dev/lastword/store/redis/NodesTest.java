package dev.lastword.store.redis;

import dev.lastword.store.sqs.SqsAddress;
import java.util.Optional;

/** Nodes that settle straight into the database. */
class NodesTest extends NodesContract {

  @Override
  Optional<SqsAddress> queue() {
    return Optional.empty();
  }
}
