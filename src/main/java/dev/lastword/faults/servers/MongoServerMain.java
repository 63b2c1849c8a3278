package dev.lastword.faults.servers;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A server that keeps everything in memory, also while it is told to be away. */
public final class MongoServerMain {

  private MongoServerMain() {}

  /** Listens on the port, and does what its input says: {@code down} or {@code up}. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    MemoryBackend backend =
        new MemoryBackend() {
          @Override
          public void close() {
            // It stays for the next server.
          }
        };
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", port);
    System.out.println("up");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String order;
    while ((order = input.readLine()) != null) {
      if (order.equals("down")) {
        server.shutdownNow();
      } else {
        server = new MongoServer(backend);
        server.bind("127.0.0.1", port);
      }
      System.out.println(order);
    }
    // Whoever started it is gone.
    Runtime.getRuntime().halt(0);
  }
}
