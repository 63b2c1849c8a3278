package dev.lastword.faults.servers;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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

  /** It has no indexes of its own but unique ones. */
  @Test
  void whatIsFoundByAnIndexIsWhatThereIs() {
    Random random = new Random(5);
    Map<Integer, Long> model = new HashMap<>();
    try (MongoClient client = MongoClients.create(MongoProcess.shared().fresh())) {
      MongoCollection<Document> all = client.getDatabase("indexed").getCollection("all");
      all.createIndex(new Document("value", 1).append("flag", 1));
      for (int i = 0; i < 300; i++) {
        int id = random.nextInt(30);
        long value = random.nextInt(4);
        Document one = new Document("_id", id);
        switch (random.nextInt(3)) {
          case 0 -> {
            all.deleteOne(one);
            model.remove(id);
          }
          case 1 -> {
            all.updateOne(one, new Document("$set", new Document("value", value)));
            model.computeIfPresent(id, (_, _) -> value);
          }
          default -> {
            Document next = new Document("_id", id).append("value", value).append("flag", true);
            all.replaceOne(one, next, new ReplaceOptions().upsert(true));
            model.put(id, value);
          }
        }
        Set<Integer> found = new HashSet<>();
        all.find(new Document("value", value).append("flag", true))
            .forEach(document -> found.add(document.getInteger("_id")));
        assertThat(found)
            .isEqualTo(
                model.entrySet().stream()
                    .filter(entry -> entry.getValue() == value)
                    .map(Map.Entry::getKey)
                    .collect(toSet()));
      }
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
