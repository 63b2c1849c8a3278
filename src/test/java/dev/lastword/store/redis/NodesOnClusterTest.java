package dev.lastword.store.redis;

import dev.lastword.faults.servers.RedisCluster;
import dev.lastword.faults.servers.RedisServer;
import java.util.List;

/** The same on a Redis Cluster of three masters. */
final class NodesOnClusterTest extends NodesTest {

  @Override
  List<RedisServer> masters() {
    return new RedisCluster().masters();
  }
}
