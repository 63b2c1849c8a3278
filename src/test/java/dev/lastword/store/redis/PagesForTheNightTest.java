package dev.lastword.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.faults.servers.MongoProcess;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.settlement.SettlementQueue.Parcel;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.sqs.Queues;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.store.sqs.SqsQueue;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The pages for operators: what they tell to type is taken from them and answered by a service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PagesForTheNightTest {

  private static final Pattern SHELL =
      Pattern.compile("```sh PagesForTheNightTest\n(.*?)```", Pattern.DOTALL);
  private static final Pattern QUERY =
      Pattern.compile(
          "```js PagesForTheNightTest\ndb\\.runCommand\\((\\{.*?\\})\\)\n```", Pattern.DOTALL);

  private final MongoAddress database = MongoAddress.parse(MongoProcess.shared().fresh());
  private RedisServer redis;
  private RunningService service;

  @BeforeAll
  void start(@TempDir Path folder) {
    redis = RedisServer.own();
    SqsAddress address = Queues.fresh();
    Configuration.Ledger ledger =
        new Configuration.Ledger.Redis(redis.url(), Duration.ofSeconds(1), Optional.of(address));
    service =
        RunningService.start(
            folder,
            one -> RunningService.books(one, new Configuration.Store.Mongo(database), ledger));
    try (SqsQueue queue = SqsQueue.open(address)) {
      queue.handIn(new Parcel("p0", "nonsense", "update-tokens", "nonsense"));
    }
    String token = service.user("ann", 10, 100);
    assertThat(service.meme(token).status()).isEqualTo(200);
    assertThat(service.words(token, "{\"max_words\":3}").status()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            service.audit().receipts() == 2
                && service.audit().discrepancies().isEmpty()
                && service
                    .send("GET", "/metrics", "", "")
                    .body()
                    .contains("\nlastword_quarantine_messages 1.0\n"));
  }

  @AfterAll
  void stop() {
    service.close();
    redis.close();
  }

  private static String page(String name) {
    try {
      return Files.readString(Path.of("docs", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyCommandOfTheRedisPageIsAnswered() {
    List<String> commands =
        SHELL
            .matcher(page("redis.md"))
            .results()
            .flatMap(found -> found.group(1).lines())
            .filter(line -> !line.startsWith("#"))
            .toList();
    assertThat(commands).hasSizeGreaterThan(7).allMatch(line -> line.startsWith("redis-cli "));
    assertThat(page("redis.md")).contains("ann's is " + Partition.of("ann").number());
    for (String command : commands) {
      String answer = answered(command.substring("redis-cli ".length()));
      if (command.contains("HGETALL '{p51}:epoch'")) {
        assertThat(answer).as(command).contains("epoch", "life");
      } else if (command.contains("HMGET")) {
        assertThat(answer).as(command).contains("10, 1, 100, 3");
      } else if (command.contains("SMEMBERS")) {
        // A charge is not known to be safe for as long as the queue has it.
        assertThat(answer).as(command).startsWith("[");
      } else {
        assertThat(answer).as(command).isNotEqualTo("[]");
      }
    }
  }

  /** What redis-cli would show, behind {@code | grep} if there is one. */
  private String answered(String line) {
    String[] piped = line.split(" \\| grep ", 2);
    List<String> words =
        List.of(piped[0].split(" ")).stream().map(word -> word.replace("'", "")).toList();
    List<Object> answer =
        redis.command(commands -> {
          CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
          words.subList(1, words.size()).forEach(arguments::add);
          return commands.dispatch(
              new Word(words.getFirst()), new NestedMultiOutput<>(StringCodec.UTF8), arguments);
        });
    String text = answer.toString();
    if (piped.length == 1) {
      return text;
    }
    assertThat(text).contains(piped[1]);
    return text.lines().filter(one -> one.contains(piped[1])).toList().toString();
  }

  private record Word(String word) implements ProtocolKeyword {
    @Override
    public byte[] getBytes() {
      return word.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Test
  void everyQueryOfTheMongoPageIsAnswered() {
    List<String> queries =
        QUERY.matcher(page("mongodb.md")).results().map(found -> found.group(1)).toList();
    assertThat(queries).hasSizeGreaterThan(9);
    try (MongoClient client = MongoClients.create(database.uri())) {
      MongoDatabase books = client.getDatabase(database.database());
      long incarnation = 17;
      for (String query : queries) {
        Document asked = Document.parse(query.replace("17", Long.toString(incarnation)));
        Document answer = books.runCommand(asked);
        assertThat(answer.getDouble("ok")).as(query).isEqualTo(1.0);
        if (query.contains("\"id\": \"ann\"")) {
          Document ann = rows(answer).getFirst();
          incarnation = ((Number) ann.get("_id")).longValue();
          assertThat(ann.getString("holder")).isEqualTo("p" + Partition.of("ann").number());
          assertThat(ann.get("tokens", Document.class)).containsEntry("spent", 1L);
          assertThat(ann.get("words", Document.class)).containsEntry("spent", 3L);
        } else if (query.contains("\"count\": \"users\"")) {
          assertThat(((Number) answer.get("n")).longValue()).as(query).isEqualTo(1);
        } else if (query.contains("\"open\": true")) {
          assertThat(((Number) answer.get("n")).longValue()).as(query).isZero();
        } else if (query.contains("aggregate")) {
          assertThat(rows(answer).toString()).contains("tokens", "words");
        } else if (query.contains("unfiled\": true")) {
          assertThat(rows(answer)).as(query).isEmpty();
        } else {
          assertThat(rows(answer)).as(query).isNotEmpty();
        }
      }
    }
  }

  private static List<Document> rows(Document answer) {
    return answer.get("cursor", Document.class).getList("firstBatch", Document.class);
  }
}
