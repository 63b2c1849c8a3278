package dev.lastword.store.redis;

import dev.lastword.Configuration;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.RedisCluster;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqs.SqsAddress;
import java.util.List;
import java.util.Optional;

/** Three nodes on a Redis Cluster of three masters, and a MariaDB. */
final class NodesOnClusterTest extends NodesContract {

  @Override
  List<RedisServer> masters() {
    return new RedisCluster().masters();
  }

  @Override
  Configuration.Store store() {
    return new Configuration.Store.Mysql(MysqlAddress.parse(DatabaseServer.shared().fresh()));
  }

  @Override
  Optional<SqsAddress> queue() {
    return Optional.empty();
  }
}
