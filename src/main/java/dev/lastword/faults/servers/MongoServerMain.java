package dev.lastword.faults.servers;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Cursor;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryParameters;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server that keeps everything in memory, also while it is told to be away. */
public final class MongoServerMain {

  private MongoServerMain() {}

  /** Stays for the next server. */
  private static final class Backend extends MemoryBackend {

    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
      return new Database(name, getCursorRegistry());
    }

    @Override
    public void close() {
      // Nothing to let go of.
    }
  }

  private static final class Database extends MemoryDatabase {

    private final CursorRegistry cursors;

    Database(String name, CursorRegistry cursors) {
      super(name, cursors);
      this.cursors = cursors;
    }

    @Override
    protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
      return new WholeReads(this, name, options, cursors);
    }

    @Override
    protected Index<Integer> openOrCreateSecondaryIndex(
        String collection, String index, List<IndexKey> keys, boolean sparse) {
      return new EqualityIndex(index, keys);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(
        String collection, String index, List<IndexKey> keys, boolean sparse) {
      return new UniqueIndex(index, keys, sparse);
    }
  }

  /** Also helps where a query asks for more than its keys; all that it finds is matched anyway. */
  private static final class UniqueIndex extends MemoryUniqueIndex {

    UniqueIndex(String name, List<IndexKey> keys, boolean sparse) {
      super(name, keys, sparse);
    }

    @Override
    public synchronized boolean canHandle(Document query) {
      return EqualityIndex.canHandle(keys(), query) || super.canHandle(query);
    }
  }

  /**
   * Answers with copies. The library answers with the documents themselves and writes them out
   * later, so that an update in between shows half of itself; MongoDB never does.
   */
  private static final class WholeReads extends MemoryCollection {

    WholeReads(
        MemoryDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
      super(database, name, options, cursors);
    }

    @Override
    public synchronized QueryResult handleQuery(QueryParameters query) {
      QueryResult found = super.handleQuery(query);
      return new QueryResult(copies(found.collectDocuments()), found.getCursorId());
    }

    @Override
    protected Cursor createCursor(List<Document> rest) {
      return super.createCursor(copies(rest));
    }

    private static List<Document> copies(List<Document> documents) {
      return documents.stream().map(Document::cloneDeeply).toList();
    }
  }

  /** Listens on the port, and does what its input says: {@code down} or {@code up}. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    MemoryBackend backend = new Backend();
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
