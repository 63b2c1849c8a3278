package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see of their charges. */
final class ReceiptsTest {

  private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");

  @TempDir private Path folder;
  private RunningService server;
  private String ann;
  private String ben;

  /** Ann's charges, oldest first: meme, words, meme, words, meme. */
  private final List<String> ids = new ArrayList<>();

  @BeforeEach
  void start() {
    server = RunningService.start(folder);
    ann = server.user("ann", 10, 100, "ai");
    ben = server.user("ben", 10, 100);
    for (int round = 0; round < 5; round++) {
      Answer answer =
          round % 2 == 0 ? server.meme(ann) : server.words(ann, "{\"max_words\":" + round + "}");
      assertThat(answer.status()).isEqualTo(200);
      ids.add(answer.header("Lastword-Charge"));
    }
    server.meme(ben);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aReceiptSaysWhatWasPaidForAndHowItEnded() {
    Answer receipt = get("/v1/charges/" + ids.get(3), ann);

    assertThat(receipt.status()).isEqualTo(200);
    assertThat(receipt.member("id")).isEqualTo(ids.get(3));
    assertThat(receipt.member("meter")).isEqualTo("words");
    assertThat(receipt.member("product")).isEqualTo("words");
    assertThat(receipt.number("amount")).isEqualTo(3);
    assertThat(receipt.member("outcome")).isEqualTo("completed");
    assertThat(Instant.parse(receipt.member("created_at")))
        .isBeforeOrEqualTo(Instant.parse(receipt.member("closed_at")));
    assertThat(get("/v1/charges/" + ids.get(0), ann).member("product")).isEqualTo("ai_meme");
  }

  @Test
  void anothersReceiptIsNotThere() {
    Answer refused = get("/v1/charges/" + ids.get(0), ben);
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.member("code")).isEqualTo("not_found");
    assertThat(get("/v1/charges/" + ids.get(0), server.operator()).status()).isEqualTo(404);
    assertThat(ids(get("/v1/charges", ben))).hasSize(1).doesNotContainAnyElementsOf(ids);
    assertThat(get("/v1/charges.csv", ben).body()).doesNotContain(ids.get(0));
    assertThat(ids(get("/v1/charges?cursor=" + ids.get(4), ben))).isEmpty();
  }

  @Test
  void receiptsComeNewestFirstInPages() {
    assertThat(ids(get("/v1/charges", ann))).isEqualTo(ids.reversed());
    assertThat(get("/v1/charges", ann).member("next_cursor")).isEqualTo("null");

    List<String> seen = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      Answer page = get("/v1/charges?limit=2" + cursor, ann);
      assertThat(ids(page)).hasSizeBetween(1, 2);
      seen.addAll(ids(page));
      cursor = "&cursor=" + page.member("next_cursor");
      pages++;
    } while (!cursor.endsWith("null"));
    assertThat(seen).isEqualTo(ids.reversed());
    assertThat(pages).isEqualTo(3);
    assertThat(get("/v1/charges?limit=5", ann).member("next_cursor")).isEqualTo("null");
    assertThat(get("/v1/charges?limit=4", ann).member("next_cursor")).isEqualTo(ids.get(1));
    assertThat(ids(get("/v1/charges?limit=1000", ann))).hasSize(5);
  }

  @Test
  void aNewReceiptDoesNotMoveThePagesThatFollow() {
    String cursor = get("/v1/charges?limit=2", ann).member("next_cursor");
    server.meme(ann);
    assertThat(ids(get("/v1/charges?limit=2&cursor=" + cursor, ann)))
        .containsExactly(ids.get(2), ids.get(1));
  }

  @Test
  void oneMetersReceiptsCanBeAskedFor() {
    assertThat(ids(get("/v1/charges?meter=words", ann))).containsExactly(ids.get(3), ids.get(1));
    assertThat(ids(get("/v1/charges?meter=tokens&limit=2", ann)))
        .containsExactly(ids.get(4), ids.get(2));
    assertThat(ids(get("/v1/charges?meter=tokens&limit=2&cursor=" + ids.get(2), ann)))
        .containsExactly(ids.get(0));
  }

  @Test
  void theExportHasALineAReceipt() {
    Answer csv = get("/v1/charges.csv", ann);

    assertThat(csv.header("Content-Type")).isEqualTo("text/csv; charset=utf-8");
    assertThat(csv.header("Content-Disposition")).contains("charges.csv");
    List<String> lines = List.of(csv.body().split("\r\n", -1));
    assertThat(lines).hasSize(7);
    assertThat(lines.getFirst()).isEqualTo("id,meter,product,amount,outcome,created_at,closed_at");
    assertThat(lines.getLast()).isEmpty();
    Answer newest = get("/v1/charges/" + ids.get(4), ann);
    assertThat(lines.get(1))
        .isEqualTo(
            String.join(
                ",",
                ids.get(4),
                "tokens",
                "ai_meme",
                "2",
                "completed",
                newest.member("created_at"),
                newest.member("closed_at")));
    assertThat(get("/v1/charges.csv?meter=words", ann).body().split("\r\n", -1)).hasSize(4);
    assertThat(get("/v1/charges.csv", server.operator()).body().split("\r\n", -1)).hasSize(2);
  }

  @Test
  void theAmountsOfTheReceiptsAreWhatIsSpent() {
    Answer stats = server.stats(ann);
    assertThat(sum("tokens"))
        .isEqualTo(stats.number("total_tokens") - stats.number("tokens_left"))
        .isEqualTo(6);
    assertThat(sum("words"))
        .isEqualTo(stats.number("total_words") - stats.number("words_left"))
        .isEqualTo(4);
  }

  private long sum(String meter) {
    return get("/v1/charges.csv?meter=" + meter, ann)
        .body()
        .lines()
        .skip(1)
        .mapToLong(line -> Long.parseLong(line.split(",", -1)[3]))
        .sum();
  }

  private Answer get(String path, String token) {
    return server.send("GET", path, token, "");
  }

  private static List<String> ids(Answer page) {
    assertThat(page.status()).as(page.body()).isEqualTo(200);
    return ID.matcher(page.body()).results().map(found -> found.group(1)).toList();
  }
}
