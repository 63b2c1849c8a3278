package dev.lastword.store.redis;

import dev.lastword.Configuration;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqs.SqsAddress;
import java.util.Optional;

/** Nodes that settle straight into a real MariaDB. */
class NodesTest extends NodesContract {

  @Override
  Configuration.Store store() {
    return new Configuration.Store.Mysql(MysqlAddress.parse(DatabaseServer.shared().fresh()));
  }

  @Override
  Optional<SqsAddress> queue() {
    return Optional.empty();
  }
}
