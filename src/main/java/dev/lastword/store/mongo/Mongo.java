package dev.lastword.store.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.lastword.accounts.AccountsFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.bson.Document;

/**
 * The connection and the collections. Whatever the address says, a write is acknowledged by the
 * majority and in its journal, and a read sees what a majority has, on the primary. Thread-safe.
 *
 * <p>The driver may send a write a second time after a failover (its retryable writes): the server
 * knows it again by its number; and every update here names the state it was computed from, so that
 * a second one would find nothing.
 */
final class Mongo implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration START_PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONG_PATIENCE = Duration.ofHours(1);
  private static final int DUPLICATE = 11000;
  private static final long LONGEST_PAUSE_MILLIS = 8;

  private final MongoClient client;
  private final MongoDatabase database;
  private final MongoAddress address;

  Mongo(MongoAddress address) {
    this.address = address;
    this.client =
        failing(
            "cannot reach " + address,
            () ->
                MongoClients.create(
                    MongoClientSettings.builder()
                        .applyConnectionString(new ConnectionString(address.uri()))
                        .applicationName("lastword")
                        .writeConcern(WriteConcern.MAJORITY.withJournal(true))
                        .readConcern(ReadConcern.MAJORITY)
                        .readPreference(ReadPreference.primary())
                        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .applyToClusterSettings(
                            cluster -> cluster.serverSelectionTimeout(2, TimeUnit.SECONDS))
                        .applyToSocketSettings(socket -> socket.connectTimeout(2, TimeUnit.SECONDS))
                        .build()));
    this.database = client.getDatabase(address.database());
  }

  /** Makes the indexes that are not there yet; waits a while for a server that is busy or away. */
  void prepare() {
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    failing(
        "cannot reach " + address,
        () -> {
          while (true) {
            try {
              return makeIndexes();
            } catch (MongoTimeoutException e) {
              if (System.nanoTime() - end > 0) {
                throw e;
              }
            }
          }
        });
  }

  private boolean makeIndexes() {
    users().createIndex(new Document("id", 1).append("life", 1), new IndexOptions().unique(true));
    users().createIndex(new Document("unfiled", 1), new IndexOptions().sparse(true));
    users().createIndex(new Document("holder", 1).append("epoch", 1));
    users().createIndex(new Document("changedAt", 1));
    receipts().createIndex(new Document("incarnation", 1).append("_id", -1));
    receipts().createIndex(new Document("incarnation", 1).append("key", 1));
    receipts().createIndex(new Document("open", 1), new IndexOptions().sparse(true));
    credits().createIndex(new Document("incarnation", 1));
    keys().createIndex(new Document("createdAt", 1));
    notices().createIndex(new Document("due", 1), new IndexOptions().sparse(true));
    notices().createIndex(new Document("at", 1), new IndexOptions().sparse(true));
    notices().createIndex(new Document("incarnation", 1));
    return true;
  }

  MongoCollection<Document> users() {
    return database.getCollection("users");
  }

  MongoCollection<Document> receipts() {
    return database.getCollection("receipts");
  }

  MongoCollection<Document> credits() {
    return database.getCollection("credits");
  }

  MongoCollection<Document> keys() {
    return database.getCollection("keys");
  }

  MongoCollection<Document> notices() {
    return database.getCollection("notices");
  }

  MongoCollection<Document> quarantine() {
    return database.getCollection("quarantine");
  }

  MongoCollection<Document> ahead() {
    return database.getCollection("receipts_ahead");
  }

  MongoCollection<Document> nodes() {
    return database.getCollection("nodes");
  }

  /** Holds the holders' document, when they were leased, and the counter of incarnations. */
  MongoCollection<Document> ledger() {
    return database.getCollection("ledger");
  }

  /** The same collection for work that takes as long as it takes. */
  static MongoCollection<Document> patient(MongoCollection<Document> collection) {
    return collection.withTimeout(LONG_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The server's clock; the old name of the command is understood by all versions. */
  Instant now() {
    return database.runCommand(new Document("isMaster", 1)).getDate("localTime").toInstant();
  }

  /** Does something, and says what fails as the port does. */
  static <T> T failing(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (MongoException e) {
      throw new AccountsFailure(doing + ": " + e.getMessage(), e);
    }
  }

  static boolean isDuplicate(MongoException failure) {
    return failure.getCode() == DUPLICATE;
  }

  static boolean isDuplicate(int code) {
    return code == DUPLICATE;
  }

  /** Somebody else was faster: lets them go ahead. */
  static void giveWay() {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS)));
  }

  @Override
  public void close() {
    client.close();
  }
}
