package dev.lastword.faults;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.MongoProcess;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A real system of record that several nodes share, and that can be away. */
interface SystemOfRecord extends AutoCloseable {

  /** What tells a node where it is. */
  Map<String, String> settings();

  void leave();

  void comeBack();

  Book book() throws SQLException;

  @Override
  void close();

  /** A MariaDB, which is killed when it is to be away. */
  static SystemOfRecord mysql() {
    DatabaseServer server = DatabaseServer.own();
    String dsn = server.fresh();
    return new SystemOfRecord() {
      @Override
      public Map<String, String> settings() {
        return Map.of("DSN", dsn);
      }

      @Override
      public void leave() {
        server.kill();
      }

      @Override
      public void comeBack() {
        server.start();
      }

      @Override
      public Book book() throws SQLException {
        try (Connection connection = server.connect(DatabaseServer.name(dsn))) {
          return Book.of(connection);
        }
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  /** A server of MongoDB's protocol, in memory; when it is to be away it closes its port. */
  static SystemOfRecord mongo() {
    MongoProcess server = MongoProcess.own();
    String uri = server.fresh();
    MongoClient client = MongoClients.create(uri);
    return new SystemOfRecord() {
      @Override
      public Map<String, String> settings() {
        return Map.of("MONGODB_URI", uri);
      }

      @Override
      public void leave() {
        server.down();
      }

      @Override
      public void comeBack() {
        server.up();
      }

      @Override
      public Book book() {
        return Book.of(client.getDatabase(URI.create(uri).getPath().substring(1)));
      }

      @Override
      public void close() {
        client.close();
        server.close();
      }
    };
  }
}
