package dev.lastword.bench.client;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a load is put on.
 *
 * @param port on this machine
 * @param requests what is asked
 * @param answers what must come back
 */
public record Target(int port, Requests requests, Answers answers) {

  /** Requests, ready to be sent. Used by one thread. */
  public interface Requests {
    /**
     * The next request of a connection, whole, to be written from its position to its limit; not
     * written to.
     *
     * @param connection 0 or more
     */
    ByteBuffer next(int connection);
  }

  /** For each connection requests of its own, over and over. */
  public static Requests eachItsOwn(List<List<ByteBuffer>> requests) {
    int[] next = new int[requests.size()];
    return connection -> {
      List<ByteBuffer> own = requests.get(connection);
      ByteBuffer request = own.get(next[connection]);
      next[connection] = (next[connection] + 1) % own.size();
      return request;
    };
  }

  /** These requests over and over, whatever connection takes them. */
  public static Requests inTurn(List<ByteBuffer> requests) {
    return new Requests() {
      private int next;

      @Override
      public ByteBuffer next(int connection) {
        ByteBuffer request = requests.get(next);
        next = next + 1 == requests.size() ? 0 : next + 1;
        return request;
      }
    };
  }
}
