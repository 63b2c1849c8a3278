package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do to accounts. */
final class UsersTest {

  @TempDir private Path folder;
  private RunningService server;

  @BeforeEach
  void start() {
    server = RunningService.start(folder);
  }

  @AfterEach
  void stop() {
    assertThat(server.audit().discrepancies()).isEmpty();
    server.close();
  }

  @Test
  void aUserIsCreatedAsAskedAndShownAsCreated() {
    Answer made =
        post(
            "/users",
            "{\"user_id\":\"ann\",\"email\":\"ann@example.com\",\"permissions\":[\"ai\",\"admin\"],"
                + "\"tokens\":50,\"words\":7}");

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body())
        .startsWith(
            "{\"user_id\":\"ann\",\"email\":\"ann@example.com\","
                + "\"permissions\":[\"admin\",\"generate_llm_meme\"],\"status\":\"active\","
                + "\"words_left\":7,\"total_words\":7,\"tokens_left\":50,\"total_tokens\":50,"
                + "\"created_at\":\"20");
    assertThat(get("/users/ann").body()).isEqualTo(made.body());
    assertThat(get("/users").body())
        .isEqualTo("{\"users\":[" + made.body() + "],\"next_cursor\":null}");
  }

  @Test
  void aUserOfWhomNothingIsSaidHasAMillionWordsAndNoTokens() {
    Answer made = post("/users", "{\"user_id\":\"ann\"}");

    assertThat(made.number("words_left")).isEqualTo(1_000_000);
    assertThat(made.number("total_words")).isEqualTo(1_000_000);
    assertThat(made.number("tokens_left")).isZero();
    assertThat(made.body()).contains("\"permissions\":[]").doesNotContain("email");
    assertThat(server.stats(server.token("ann")).body())
        .isEqualTo(
            "{\"user_id\":\"ann\",\"words_left\":1000000,\"total_words\":1000000,"
                + "\"tokens_left\":0,\"total_tokens\":0}");
  }

  @Test
  void anIdIsTakenOnceHoweverManyAskAtATime() throws Exception {
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        answers.add(
            threads.submit(() -> post("/users", "{\"user_id\":\"ann\",\"tokens\":5}").status()));
      }
    }
    assertThat(answers.stream().map(Future::resultNow).filter(status -> status == 201)).hasSize(1);
    assertThat(answers.stream().map(Future::resultNow)).containsOnly(201, 409);
    assertThat(get("/users/ann").number("tokens_left")).isEqualTo(5);
  }

  @Test
  void creationWithAKeyHappensOnce() {
    String body = "{\"user_id\":\"ann\",\"tokens\":5}";
    String key = RunningService.newKey();
    Answer first = post("/users", body, "Idempotency-Key", key);
    put("/users/ann/tokens", "{\"tokens\":3}");
    Answer again = post("/users", body, "Idempotency-Key", key);
    Answer other = post("/users", "{\"user_id\":\"ben\"}", "Idempotency-Key", key);
    Answer otherKey = post("/users", body, "Idempotency-Key", RunningService.newKey());

    assertThat(first.header("Idempotent-Replayed")).isEmpty();
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.member("created_at")).isEqualTo(first.member("created_at"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.member("code")).isEqualTo("key_reused");
    assertThat(otherKey.status()).isEqualTo(409);
    assertThat(get("/users/ben").status()).isEqualTo(404);
  }

  @Test
  void aCreditWithItsKeyCountsOnce() throws Exception {
    server.user("ann", 1, 0);
    String body = "{\"meter\":\"tokens\",\"amount\":10}";
    String key = RunningService.newKey();
    Answer first = post("/users/ann/credits", body, "Idempotency-Key", key);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        answers.add(threads.submit(() -> post("/users/ann/credits", body, "Idempotency-Key", key)));
      }
    }

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.member("meter")).isEqualTo("tokens");
    assertThat(first.number("amount")).isEqualTo(10);
    assertThat(first.number("total")).isEqualTo(11);
    assertThat(first.header("Idempotent-Replayed")).isEmpty();
    for (Future<Answer> again : answers) {
      assertThat(again.resultNow().status()).isEqualTo(201);
      assertThat(again.resultNow().body()).isEqualTo(first.body());
      assertThat(again.resultNow().header("Idempotent-Replayed")).isEqualTo("true");
    }
    assertThat(get("/users/ann").number("tokens_left")).isEqualTo(11);
    assertThat(
            post("/users/ann/credits", body.replace("10", "11"), "Idempotency-Key", key).status())
        .isEqualTo(422);
    assertThat(
            post("/users/ann/credits", body, "Idempotency-Key", RunningService.newKey()).status())
        .isEqualTo(201);
    assertThat(get("/users/ann").number("total_tokens")).isEqualTo(21);
  }

  @Test
  void aKeyBelongsToWhomeverSentIt() {
    server.user("ann", 0, 0);
    String chief = server.user("chief", 0, 0, "admin");
    String key = RunningService.newKey();
    String body = "{\"meter\":\"words\",\"amount\":10}";
    post("/users/ann/credits", body, "Idempotency-Key", key);
    Answer other = server.send("POST", "/users/ann/credits", chief, body, "Idempotency-Key", key);

    assertThat(other.status()).isEqualTo(201);
    assertThat(other.header("Idempotent-Replayed")).isEmpty();
    assertThat(get("/users/ann").number("words_left")).isEqualTo(20);
  }

  @Test
  void balancesAreSetUpAndDownAndBothLeaveATrace() {
    String ann = server.user("ann", 10, 100);

    Answer down = put("/users/ann/tokens", "{\"tokens\":4}");
    assertThat(down.status()).isEqualTo(200);
    assertThat(down.number("tokens_left")).isEqualTo(4);
    assertThat(down.number("total_tokens")).isEqualTo(10);
    Answer up = put("/users/ann/tokens", "{\"tokens\":9}");
    assertThat(up.number("tokens_left")).isEqualTo(9);
    assertThat(up.number("total_tokens")).isEqualTo(15);
    assertThat(put("/users/ann/words", "{\"words\":0}").number("words_left")).isZero();
    assertThat(put("/users/ann/words", "{\"words\":250}").number("total_words")).isEqualTo(350);
    assertThat(put("/users/ann/words", "{\"words\":250}").number("total_words")).isEqualTo(350);

    Answer charges = server.send("GET", "/v1/charges", ann, "");
    assertThat(charges.body().split("\"outcome\":\"adjusted\"", -1)).hasSize(3);
    assertThat(charges.body()).contains("\"meter\":\"tokens\"").contains("\"amount\":6,");
    assertThat(charges.body()).contains("\"meter\":\"words\"").contains("\"amount\":100,");
  }

  @Test
  void whatIsSetCanBeSpentAndNoMore() {
    String ann = server.user("ann", 0, 0);
    assertThat(server.meme(ann).status()).isEqualTo(402);
    put("/users/ann/tokens", "{\"tokens\":1}");
    assertThat(server.meme(ann).status()).isEqualTo(200);
    assertThat(server.meme(ann).status()).isEqualTo(402);
    assertThat(server.words(ann, "{\"max_words\":2}").status()).isEqualTo(402);
    put("/users/ann/words", "{\"words\":2}");
    assertThat(server.words(ann, "{\"max_words\":5}").body().split(" ", -1)).hasSize(3);
    assertThat(server.words(ann, "{\"max_words\":2}").status()).isEqualTo(402);
  }

  @Test
  void permissionsHaveAShortNameAndAreSetAsAWhole() {
    server.user("ann", 0, 0, "admin");

    assertThat(put("/users/ann/permissions", "{\"permissions\":[\"ai\"]}").body())
        .contains("\"permissions\":[\"generate_llm_meme\"]");
    assertThat(
            put("/users/ann/permissions", "{\"permissions\":[\"ai\",\"generate_llm_meme\"]}")
                .body())
        .contains("\"permissions\":[\"generate_llm_meme\"]");
    assertThat(put("/users/ann/permissions", "{\"permissions\":[]}").body())
        .contains("\"permissions\":[]");
    assertThat(get("/users/ann").body()).contains("\"permissions\":[]");
  }

  @Test
  void usersComeInPagesInTheOrderOfTheirIds() {
    List<String> ids = List.of("a", "b", "b/c", "b c", "d&e=f", "z", "\u00fc", "\ud83d\ude00");
    ids.forEach(
        id -> assertThat(post("/users", "{\"user_id\":\"" + id + "\"}").status()).isEqualTo(201));

    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      Answer page = get("/users?limit=3" + (cursor.isEmpty() ? "" : "&cursor=" + encode(cursor)));
      assertThat(page.status()).isEqualTo(200);
      page.body()
          .lines()
          .flatMap(line ->
              java.util.regex.Pattern.compile("\"user_id\":\"([^\"]*)\"").matcher(line).results())
          .forEach(found -> seen.add(found.group(1)));
      cursor = page.member("next_cursor");
    } while (!cursor.equals("null"));

    assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(get("/users?limit=8").member("next_cursor")).isEqualTo("null");
    assertThat(get("/users?limit=7").member("next_cursor")).isEqualTo(seen.get(6));
    assertThat(get("/users?cursor=zzz&limit=1000").status()).isEqualTo(200);
  }

  @Test
  void everyIdThatCanBeCreatedCanBeNamedInAPath() {
    for (String id :
        List.of(
            "a/b",
            "/",
            "//",
            "a b",
            "\u00fcml\u00e4ut",
            "100%",
            "%2F",
            "%zz",
            "a+b",
            "a;b=c",
            "a?b",
            "a#b",
            "..",
            ".",
            "a\\b",
            "\"",
            "{id}",
            "\ud83d\ude00",
            "tokens",
            "a/tokens",
            "credits",
            "llm@example.com",
            "x".repeat(255),
            "\ud83d\ude00".repeat(255))) {
      String json = id.replace("\\", "\\\\").replace("\"", "\\\"");
      String path = "/users/" + encode(id);
      assertThat(post("/users", "{\"user_id\":\"" + json + "\",\"tokens\":1}").status())
          .as(id)
          .isEqualTo(201);
      assertThat(get(path).member("user_id")).as(id).isEqualTo(json);
      assertThat(put(path + "/tokens", "{\"tokens\":2}").number("tokens_left")).isEqualTo(2);
      assertThat(put(path + "/words", "{\"words\":2}").number("words_left")).isEqualTo(2);
      assertThat(put(path + "/permissions", "{\"permissions\":[\"ai\"]}").status()).isEqualTo(200);
      assertThat(put(path + "/status", "{\"status\":\"suspended\"}").member("status"))
          .isEqualTo("suspended");
      assertThat(
              post(
                      path + "/credits",
                      "{\"meter\":\"tokens\",\"amount\":1}",
                      "Idempotency-Key",
                      RunningService.newKey())
                  .number("total"))
          .isEqualTo(3);
      assertThat(server.send("DELETE", path, server.operator(), "").status()).isEqualTo(204);
      assertThat(get(path).status()).as(id).isEqualTo(404);
    }
  }

  @Test
  void whatIsDeletedIsGoneAndItsReceiptsStayInTheAudit() {
    String ann = server.user("ann", 5, 0);
    server.meme(ann);

    Answer deleted = server.send("DELETE", "/users/ann", server.operator(), "");

    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    assertThat(server.send("DELETE", "/users/ann", server.operator(), "").status()).isEqualTo(404);
    assertThat(get("/users").body()).isEqualTo("{\"users\":[],\"next_cursor\":null}");
    assertThat(put("/users/ann/tokens", "{\"tokens\":1}").status()).isEqualTo(404);
    assertThat(server.meme(ann).status()).isEqualTo(403);
    assertThat(server.audit().receipts()).isEqualTo(1);
  }

  @Test
  void theLargestBalanceIsTheLargestTotal() {
    long maximum = dev.lastword.accounts.Balance.MAXIMUM;
    server.user("ann", maximum, 0);

    Answer credit =
        post(
            "/users/ann/credits",
            "{\"meter\":\"tokens\",\"amount\":1}",
            "Idempotency-Key",
            RunningService.newKey());
    assertThat(credit.status()).isEqualTo(400);
    assertThat(credit.body()).contains("\"field\":\"amount\"");
    assertThat(put("/users/ann/tokens", "{\"tokens\":" + maximum + "}").status()).isEqualTo(200);
    assertThat(put("/users/ann/tokens", "{\"tokens\":0}").number("tokens_left")).isZero();
    Answer set = put("/users/ann/tokens", "{\"tokens\":1}");
    assertThat(set.status()).isEqualTo(400);
    assertThat(set.body()).contains("\"field\":\"tokens\"");
    assertThat(get("/users/ann").number("total_tokens")).isEqualTo(maximum);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Answer get(String path) {
    return server.send("GET", path, server.operator(), "");
  }

  private Answer put(String path, String body) {
    return server.send("PUT", path, server.operator(), body);
  }

  private Answer post(String path, String body, String... headers) {
    return server.send("POST", path, server.operator(), body, headers);
  }
}
