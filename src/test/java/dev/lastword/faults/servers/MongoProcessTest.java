package dev.lastword.faults.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** What every test on this server takes for granted. */
final class MongoProcessTest {

  private static final int WRITES = 1_000;
  private static final int FIELDS = 30;
  private static final Document ID = new Document("_id", 1);

  /** A read that was half of an update once cost an account a credit. */
  @Test
  void aDocumentIsReadAsOneUpdateLeftIt() throws Exception {
    try (MongoClient client = MongoClients.create(MongoProcess.shared().fresh());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      MongoCollection<Document> one = client.getDatabase("whole").getCollection("one");
      write(one, 0);
      List<Future<?>> readers = new ArrayList<>();
      Future<?> writer =
          threads.submit(() -> {
            for (int i = 1; i <= WRITES; i++) {
              write(one, i);
            }
          });
      for (int i = 0; i < 3; i++) {
        readers.add(
            threads.submit(() -> {
              while (!writer.isDone()) {
                Document read = one.find(ID).first();
                assertThat(read.values().stream().skip(1).distinct()).hasSize(1);
              }
            }));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
      writer.get();
      assertThat(one.find(ID).first()).containsEntry("f0", WRITES);
    }
  }

  private static void write(MongoCollection<Document> collection, int value) {
    Document all = new Document();
    for (int i = 0; i < FIELDS; i++) {
      all.append("f" + i, value);
    }
    collection.updateOne(ID, new Document("$set", all), new UpdateOptions().upsert(true));
  }
}
