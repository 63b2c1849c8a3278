package dev.lastword.faults.servers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A Redis Cluster of three masters. */
public final class RedisCluster implements AutoCloseable {

  private static final int SLOTS = 16_384;

  private final List<RedisServer> masters = new ArrayList<>();

  public RedisCluster() {
    for (int i = 0; i < 3; i++) {
      masters.add(RedisServer.own("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
    }
    for (int i = 0; i < 3; i++) {
      int from = SLOTS * i / 3;
      int to = SLOTS * (i + 1) / 3 - 1;
      masters
          .get(i)
          .command(redis -> redis.clusterAddSlots(IntStream.rangeClosed(from, to).toArray()));
      if (i > 0) {
        masters.get(i).command(redis -> redis.clusterMeet("127.0.0.1", masters.getFirst().port()));
      }
    }
    for (RedisServer master : masters) {
      Local.await(
          Duration.ofSeconds(30),
          "the cluster agrees",
          () -> master.command(redis -> redis.clusterInfo()).contains("cluster_state:ok"));
    }
  }

  public String url() {
    return masters.getFirst().url();
  }

  public List<RedisServer> masters() {
    return List.copyOf(masters);
  }

  @Override
  public void close() {
    masters.forEach(RedisServer::close);
  }
}
