package dev.lastword.store.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.faults.servers.DatabaseServer;
import dev.lastword.faults.servers.RedisServer;
import dev.lastword.store.sqs.Queues;
import dev.lastword.store.sqs.SqsAddress;
import dev.lastword.upstream.ModelServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of a finished stream in {@code requests.data}, from a request to the row. */
@Timeout(120)
final class StoredTextTest {

  /** Characters of one, two, three and four bytes. */
  private static final String MANY = "a ä € 😀";

  @TempDir private Path folder;

  private final DatabaseServer server = DatabaseServer.shared();
  private final MysqlAddress address = MysqlAddress.parse(server.fresh());

  private UnaryOperator<Configuration> storing(boolean text) {
    return one -> RunningService.store(one, new Configuration.Store.Mysql(address, text));
  }

  private List<String> rows(String column) {
    return server.query(address.database(), "SELECT " + column + " FROM requests ORDER BY id");
  }

  private static String sold(RunningService service, String token, String... headers) {
    return sold(service, token, 7, headers);
  }

  private static String sold(RunningService service, String token, int words, String... headers) {
    Answer answer = service.words(token, "{\"max_words\":" + words + "}", headers);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body().strip();
  }

  @Test
  void aFinishedStreamLeavesItsWordsWithAndWithoutAKey() {
    try (RunningService service = RunningService.start(folder, storing(true))) {
      String token = service.user("ann", 10, 100);
      String bare = sold(service, token);
      String keyed = sold(service, token, "Idempotency-Key", "k");
      Answer stopped =
          service.words(token, "{\"seed\":7,\"stop\":\"%s\"}".formatted(fourth(service, token)));
      assertThat(sold(service, token, "Idempotency-Key", "k")).isEqualTo(keyed);
      service.meme(token);

      assertThat(bare.split(" ")).hasSize(7);
      List<String> data = rows("data");
      assertThat(data.subList(0, 2)).containsExactly(bare, keyed);
      assertThat(data.getLast()).isEqualTo(stopped.body().strip());
      assertThat(data.getLast().split(" ")).hasSize(3);
      assertThat(data).hasSize(4);
      // What was sold without a key stands in one place only.
      assertThat(
              server.query(
                  address.database(),
                  "SELECT id FROM receipts WHERE request_key IS NULL AND result IS NOT NULL"))
          .isEmpty();
      assertThat(service.audit().discrepancies()).isEmpty();
    }
  }

  private static String fourth(RunningService service, String token) {
    return service.words(token, "{\"seed\":7,\"max_words\":4}").body().strip().split(" ")[3];
  }

  @Test
  void nothingIsKeptWhereItIsSwitchedOff() {
    try (RunningService service = RunningService.start(folder, storing(false))) {
      String token = service.user("ann", 0, 100);
      sold(service, token);
      String keyed = sold(service, token, "Idempotency-Key", "k");
      assertThat(sold(service, token, "Idempotency-Key", "k")).isEqualTo(keyed);
      assertThat(rows("COALESCE(data, 'nothing')")).containsExactly("nothing", "nothing");
      assertThat(rows("duration")).doesNotContainNull();
    }
  }

  @Test
  void aTextIsCutToWhatTheColumnHolds() {
    try (RunningService service = RunningService.start(folder, storing(true))) {
      String token = service.user("ann", 0, 20_000);
      String text = sold(service, token, 20_000);
      assertThat(text.length()).isGreaterThan(65_535);
      assertThat(rows("data")).containsExactly(text.substring(0, 65_535));
      assertThat(service.audit().discrepancies()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAModelSaidIsKeptToo(boolean keyed) {
    try (ModelServer model = new ModelServer();
        RunningService service =
            RunningService.start(
                folder,
                one ->
                    RunningService.model(
                        storing(true).apply(one), model.endpoint(ModelServer.limits())))) {
      model.does(line -> line.events().delta(MANY).done());
      String token = service.user("ann", 0, 100);
      String text = keyed ? sold(service, token, "Idempotency-Key", "k") : sold(service, token);
      assertThat(text).isEqualTo(MANY);
      assertThat(rows("data")).containsExactly(MANY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "VARCHAR(5) CHARACTER SET utf8mb4, a ä €",
    "TINYTEXT CHARACTER SET latin1, a ä € ?",
    "INT, nothing",
  })
  void anAdoptedColumnNeverHoldsUpASettlement(String type, String kept) {
    try (ModelServer model = new ModelServer()) {
      try (RunningService service = RunningService.start(folder, storing(true))) {
        service.user("ann", 0, 100);
      }
      server.execute(address.database(), "ALTER TABLE requests MODIFY data " + type);
      try (RunningService service =
          RunningService.start(
              folder,
              one ->
                  RunningService.model(
                      storing(true).apply(one), model.endpoint(ModelServer.limits())))) {
        model.does(line -> line.events().delta(MANY).done());
        assertThat(sold(service, service.token("ann"))).isEqualTo(MANY);
        assertThat(rows("COALESCE(data, 'nothing')")).containsExactly(kept);
        assertThat(service.failure.get()).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nodesOnRedisStoreThemDirectlyAndThroughAQueue(boolean queued) {
    Optional<SqsAddress> queue = queued ? Optional.of(Queues.fresh()) : Optional.empty();
    try (RedisServer redis = RedisServer.own()) {
      Configuration.Ledger ledger =
          new Configuration.Ledger.Redis(redis.url(), Duration.ofSeconds(1), queue);
      UnaryOperator<Configuration> node =
          one -> RunningService.books(one, new Configuration.Store.Mysql(address), ledger);
      try (RunningService first = RunningService.start(folder, node);
          RunningService second = RunningService.start(folder, node)) {
        String token = first.user("ann", 0, 100);
        List<String> texts = new ArrayList<>();
        texts.add(sold(first, token));
        texts.add(sold(second, token));
        texts.add(sold(second, token, "Idempotency-Key", "k"));
        assertThat(sold(first, token, "Idempotency-Key", "k")).isEqualTo(texts.getLast());
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> assertThat(rows("data")).containsExactlyInAnyOrderElementsOf(texts));
        assertThat(first.audit().discrepancies()).isEmpty();
      }
    }
  }

  @Test
  void aCharacterIsNeverHalved() {
    for (int bytes = 0; bytes <= MANY.getBytes(StandardCharsets.UTF_8).length; bytes++) {
      String cut = Texts.cut(MANY, bytes);
      assertThat(MANY).startsWith(cut);
      assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(bytes - 3, bytes);
      assertThat(cut).doesNotEndWith("\ud83d");
    }
    assertThat(Texts.cut(MANY, 100)).isEqualTo(MANY);
  }
}
