package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.metering.Gate.PermissionsFrom;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, as of the next request. */
final class AccessTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path folder;
  private RunningService server;

  @AfterEach
  void stop() {
    assertThat(server.audit().discrepancies()).isEmpty();
    server.close();
  }

  private void start() {
    server = RunningService.start(folder);
  }

  private void start(PermissionsFrom from, boolean trustHeader) {
    server =
        RunningService.start(
            folder,
            one -> RunningService.identity(one, new Configuration.Keys.Own(), from, trustHeader));
  }

  @Test
  void aPermissionThatIsTakenAwayIsGoneForATokenIssuedBefore() {
    start();
    String ann = server.user("ann", 10, 0, "ai", "admin");
    assertThat(charged(server.meme(ann))).isEqualTo(2);
    assertThat(server.send("GET", "/users", ann, "").status()).isEqualTo(200);

    change("PUT", "/users/ann/permissions", "{\"permissions\":[]}");
    assertThat(charged(server.meme(ann))).isEqualTo(1);
    assertThat(server.send("GET", "/users", ann, "").status()).isEqualTo(403);

    change("PUT", "/users/ann/permissions", "{\"permissions\":[\"ai\"]}");
    assertThat(charged(server.meme(ann))).isEqualTo(2);
  }

  @Test
  void anAdminWhoTakesTheirOwnPermissionIsNoneAnyMore() {
    start();
    String ann = server.user("ann", 0, 0, "admin");
    String none = "{\"permissions\":[]}";
    assertThat(server.send("PUT", "/users/ann/permissions", ann, none).status()).isEqualTo(200);
    assertThat(server.send("PUT", "/users/ann/permissions", ann, none).status()).isEqualTo(403);
  }

  @Test
  void aSuspendedUserMayNothingUntilTheyAreActiveAgain() {
    start();
    String ann = server.user("ann", 10, 10, "admin");
    change("PUT", "/users/ann/status", "{\"status\":\"suspended\"}");

    for (Answer refused :
        List.of(
            server.meme(ann),
            server.words(ann, "{\"max_words\":1}"),
            server.stats(ann),
            server.send("GET", "/users", ann, ""),
            server.send("GET", "/v1/charges", ann, ""))) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.member("code")).isEqualTo("forbidden");
    }
    assertThat(server.send("GET", "/users/ann", server.operator(), "").number("tokens_left"))
        .isEqualTo(10);

    change("PUT", "/users/ann/status", "{\"status\":\"active\"}");
    assertThat(server.meme(ann).status()).isEqualTo(200);
  }

  @Test
  void aDeletedUserIsRefusedAndTheOldTokenIsNoneOfTheNewAccounts() {
    start();
    String old = server.user("ann", 10, 10, "ai");
    assertThat(server.meme(old).status()).isEqualTo(200);
    assertThat(server.send("DELETE", "/users/ann", server.operator(), "").status()).isEqualTo(204);

    assertThat(server.meme(old).status()).isEqualTo(403);
    assertThat(server.stats(old).status()).isEqualTo(404);

    String fresh = server.user("ann", 5, 5);
    assertThat(server.meme(old).status()).isEqualTo(401);
    assertThat(server.stats(old).status()).isEqualTo(401);
    assertThat(server.meme(fresh).status()).isEqualTo(200);
    assertThat(server.stats(fresh).number("tokens_left")).isEqualTo(4);
    assertThat(server.send("GET", "/v1/charges", fresh, "").body().split("\"id\"", -1)).hasSize(2);
  }

  @Test
  void aTokenIsGoodUntilItExpiresAndNotALittleLonger() {
    start();
    server.user("ann", 10, 0);
    String brief = server.token("ann", null, Duration.ofMillis(1_500));
    assertThat(server.stats(brief).status()).isEqualTo(200);
    await().atMost(Duration.ofSeconds(10)).until(() -> server.stats(brief).status() == 401);

    String briefest = server.token("ann", null, Duration.ofMillis(1));
    await().atMost(Duration.ofSeconds(10)).until(() -> server.stats(briefest).status() == 401);
    assertThat(server.stats(server.token("ann")).status()).isEqualTo(200);
  }

  @Test
  void aTokenNarrowsAndCannotWiden() {
    start();
    server.user("ann", 100, 0, "ai", "admin");
    server.user("ben", 100, 0);

    String whole = server.token("ann");
    String empty = server.token("ann", Set.of(), HOUR);
    String ai = server.token("ann", Set.of("generate_llm_meme"), HOUR);
    String shortName = server.token("ann", Set.of("ai"), HOUR);
    String admin = server.token("ann", Set.of("admin"), HOUR);
    String wide = server.token("ben", Set.of("generate_llm_meme", "admin", "root"), HOUR);

    assertThat(charged(server.meme(whole))).isEqualTo(2);
    assertThat(charged(server.meme(empty))).isEqualTo(1);
    assertThat(charged(server.meme(ai))).isEqualTo(2);
    assertThat(charged(server.meme(shortName))).isEqualTo(2);
    assertThat(charged(server.meme(admin))).isEqualTo(1);
    assertThat(charged(server.meme(wide))).isEqualTo(1);
    assertThat(users(whole)).isEqualTo(200);
    assertThat(users(empty)).isEqualTo(403);
    assertThat(users(ai)).isEqualTo(403);
    assertThat(users(admin)).isEqualTo(200);
    assertThat(users(wide)).isEqualTo(403);
  }

  @Test
  void whereTokensAreTheTruthTheAccountStillHasToBeThereAndActive() {
    start(PermissionsFrom.TOKEN, false);
    String plain = server.user("ann", 100, 0, "ai", "admin");
    String ai = server.token("ann", Set.of("ai"), HOUR);
    String admin = server.token("ann", Set.of("admin"), HOUR);

    assertThat(charged(server.meme(plain))).isEqualTo(1);
    assertThat(users(plain)).isEqualTo(403);
    assertThat(charged(server.meme(ai))).isEqualTo(2);
    assertThat(users(admin)).isEqualTo(200);
    change("PUT", "/users/ann/permissions", "{\"permissions\":[]}");
    assertThat(charged(server.meme(ai))).isEqualTo(2);
    change("PUT", "/users/ann/status", "{\"status\":\"suspended\"}");
    assertThat(server.meme(ai).status()).isEqualTo(403);
    assertThat(users(admin)).isEqualTo(403);
    assertThat(server.meme(server.token("ben", Set.of("ai"), HOUR)).status()).isEqualTo(403);
  }

  @Test
  void theUserHeaderAloneIsNobodyUnlessItIsTrusted() {
    start();
    server.user("ann", 10, 10);
    assertThat(server.send("GET", "/user/stats", "", "", "X-User-Id", "ann").status())
        .isEqualTo(401);
    assertThat(as("ben", "{\"max_words\":1}").status()).isEqualTo(401);
    assertThat(server.send("GET", "/users/ben", server.operator(), "").status()).isEqualTo(404);
    assertThat(
            server.send("GET", "/user/stats", server.token("ann"), "", "X-User-Id", "ann").status())
        .isEqualTo(200);
  }

  @Test
  void aTrustedHeaderMakesAnAccountWithTheFirstPost() {
    start(PermissionsFrom.ACCOUNT, true);
    Answer unknown = server.send("GET", "/user/stats", "", "", "X-User-Id", "user1");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.member("code")).isEqualTo("not_found");
    assertThat(server.send("GET", "/users/user1", server.operator(), "").status()).isEqualTo(404);

    assertThat(as("user1", "{\"max_words\":3}").body().split(" ", -1)).hasSize(4);
    Answer stats = server.send("GET", "/user/stats", "", "", "X-User-Id", "user1");
    assertThat(stats.number("words_left")).isEqualTo(999_997);
    assertThat(stats.number("total_words")).isEqualTo(1_000_000);
    assertThat(stats.number("total_tokens")).isZero();
    assertThat(
            server.send("POST", "/users", "", "{\"user_id\":\"x\"}", "X-User-Id", "user1").status())
        .isEqualTo(403);
    for (String bad : List.of(" ", "x".repeat(256))) {
      Answer refused = as(bad, "{\"max_words\":1}");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("\"field\":\"X-User-Id\"");
    }
    Answer two = server.send("GET", "/user/stats", server.token("user1"), "", "X-User-Id", "user2");
    assertThat(two.status()).isEqualTo(400);
    change("PUT", "/users/user1/status", "{\"status\":\"suspended\"}");
    assertThat(as("user1", "{\"max_words\":1}").status()).isEqualTo(403);
  }

  @Test
  void noTokenIsNoReasonToMakeAnAccount() {
    start();
    assertThat(server.meme(server.token("stranger")).status()).isEqualTo(403);
    assertThat(server.stats(server.token("stranger")).status()).isEqualTo(404);
    assertThat(server.send("GET", "/users/stranger", server.operator(), "").status())
        .isEqualTo(404);
  }

  /** One call, and what nobody, a user, an admin and an operator get. */
  private record Call(String method, String path, String body, List<Integer> statuses) {

    int nobody() {
      return statuses.get(0);
    }

    int user() {
      return statuses.get(1);
    }

    int admin() {
      return statuses.get(2);
    }

    int operator() {
      return statuses.get(3);
    }

    private boolean isPublic() {
      return nobody() != 401;
    }

    int noAccount() {
      return isPublic() ? nobody() : path.equals("/user/stats") ? 404 : 403;
    }

    int suspended() {
      return isPublic() ? nobody() : 403;
    }
  }

  private static final String CHAT =
      "{\"model\":\"simulated\",\"max_tokens\":1,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  private static final String PROMPT =
      "{\"model\":\"simulated\",\"max_tokens\":1,\"prompt\":\"x\"}";

  private static final List<Call> CALLS =
      List.of(
          call("POST", "/memes", "{\"query\":\"x\"}", 401, 200, 200, 403),
          call("POST", "/v1/memes", "{\"query\":\"x\"}", 401, 200, 200, 403),
          call("GET", "/memes/{picture}", "", 401, 404, 404, 404),
          call("POST", "/generate-data", "{\"max_words\":1}", 401, 200, 200, 403),
          call("POST", "/v1/chat/completions", CHAT, 401, 200, 200, 403),
          call("POST", "/v1/completions", PROMPT, 401, 200, 200, 403),
          call("GET", "/v1/models", "", 401, 200, 200, 200),
          call("GET", "/v1/models/{model}", "", 401, 404, 404, 404),
          call("GET", "/user/stats", "", 401, 200, 200, 404),
          call("GET", "/v1/charges", "", 401, 200, 200, 200),
          call("GET", "/v1/charges.csv", "", 401, 200, 200, 200),
          call("GET", "/v1/charges/{id}", "", 401, 404, 404, 404),
          call("POST", "/users", "{\"user_id\":\"new-ROLE\"}", 401, 403, 201, 201),
          call("GET", "/users", "", 401, 403, 200, 200),
          call("GET", "/users/{id}", "", 401, 403, 200, 200),
          call("PUT", "/users/{id}/permissions", "{\"permissions\":[]}", 401, 403, 200, 200),
          call("PUT", "/users/{id}/status", "{\"status\":\"active\"}", 401, 403, 200, 200),
          call(
              "POST",
              "/users/{id}/credits",
              "{\"meter\":\"words\",\"amount\":1}",
              401,
              403,
              201,
              201),
          call("PUT", "/users/{id}/tokens", "{\"tokens\":1}", 401, 403, 200, 200),
          call("PUT", "/users/{id}/words", "{\"words\":1}", 401, 403, 200, 200),
          call("DELETE", "/users/{id}", "", 401, 403, 204, 204),
          call("GET", "/health", "", 200, 200, 200, 200),
          call("GET", "/health/live", "", 200, 200, 200, 200),
          call("GET", "/health/ready", "", 200, 200, 200, 200),
          call("GET", "/metrics", "", 200, 200, 200, 200),
          call("GET", "/openapi.yaml", "", 200, 200, 200, 200),
          call("GET", "/.well-known/jwks.json", "", 200, 200, 200, 200),
          call("GET", "/", "", 200, 200, 200, 200),
          call("GET", "/docs", "", 200, 200, 200, 200),
          call("GET", "/console/{file}", "", 200, 200, 200, 200));

  private static Call call(String method, String path, String body, Integer... statuses) {
    return new Call(method, path, body, List.of(statuses));
  }

  /** Somebody with a token, or with the header alone, and what each call gives them. */
  private record Role(String name, String token, String userHeader, ToIntFunction<Call> status) {}

  private List<Role> roles() {
    String ancient = server.user("reborn", 10, 10, "ai", "admin");
    server.send("DELETE", "/users/reborn", server.operator(), "");
    server.user("reborn", 10, 10, "ai", "admin");
    String suspended = server.user("suspended", 10, 10, "ai", "admin");
    change("PUT", "/users/suspended/status", "{\"status\":\"suspended\"}");
    String plain = server.user("plain", 10, 10);
    String ai = server.user("clever", 10, 10, "ai");
    String chief = server.user("chief", 100, 100, "admin");
    ToIntFunction<Call> nobody = Call::nobody;
    ToIntFunction<Call> user = Call::user;
    return List.of(
        new Role("nobody", "", "", nobody),
        new Role("bad token", chief + "x", "", nobody),
        new Role("garbage", "garbage", "", nobody),
        new Role("token of an account that was made anew", ancient, "", nobody),
        new Role("X-User-Id of an admin", "", "chief", nobody),
        new Role("bad token and X-User-Id", "garbage", "chief", nobody),
        new Role("good token without account", server.token("stranger"), "", Call::noAccount),
        new Role("suspended", suspended, "", Call::suspended),
        new Role("plain user", plain, "", user),
        new Role("plain user with X-User-Id", plain, "plain", user),
        new Role("ai user", ai, "", user),
        new Role("ai user, narrowed to nothing", token("clever"), "", user),
        new Role("user who claims to be admin", token("plain", "admin"), "", user),
        new Role("admin", chief, "", Call::admin),
        new Role("admin, narrowed to admin", token("chief", "admin"), "", Call::admin),
        new Role("admin, narrowed to ai", token("chief", "ai"), "", user),
        new Role("admin, narrowed to nothing", token("chief"), "", user),
        new Role("operator", server.operator(), "", Call::operator));
  }

  private String token(String user, String... permissions) {
    return server.token(user, Set.of(permissions), HOUR);
  }

  @Test
  void everyRouteLetsInWhomItMust() {
    start();
    assertThat(CALLS.stream().map(one -> one.method() + " " + one.path()))
        .containsExactlyInAnyOrderElementsOf(routes());
    List<Role> roles = roles();
    for (int index = 0; index < roles.size(); index++) {
      Role role = roles.get(index);
      server.user("target-" + index, 0, 0);
      for (Call call : CALLS) {
        List<String> headers = new ArrayList<>(List.of("Idempotency-Key", RunningService.newKey()));
        if (!role.userHeader().isEmpty()) {
          headers.addAll(List.of("X-User-Id", role.userHeader()));
        }
        Answer answer =
            server.send(
                call.method(),
                call.path()
                    .replace("{id}", "target-" + index)
                    .replace("{picture}", "x.png")
                    .replace("{model}", "none")
                    .replace("{file}", "console.js"),
                role.token(),
                call.body().replace("ROLE", Integer.toString(index)),
                headers.toArray(String[]::new));
        assertThat(answer.status())
            .as(call + " as " + role.name() + ": " + answer.body())
            .isEqualTo(role.status().applyAsInt(call));
      }
    }
  }

  @Test
  void aBadTokenDoesNotCloseWhatIsPublic() {
    start();
    assertThat(server.send("GET", "/health/live", "garbage", "").status()).isEqualTo(200);
    assertThat(server.send("GET", "/metrics", "garbage", "").status()).isEqualTo(200);
  }

  private static Set<String> routes() {
    Set<String> routes = new TreeSet<>();
    for (Route route :
        Edge.routes(
            new Edge.Served(null, null, null, null, null, null, null, null, null, null),
            new Edge.Numbers(100, Duration.ofSeconds(60), 1_000_000),
            InstantSource.system())) {
      routes.add(route.method() + " " + route.path());
    }
    return routes;
  }

  private static long charged(Answer meme) {
    assertThat(meme.status()).as(meme.body()).isEqualTo(200);
    return Long.parseLong(meme.header("Lastword-Charged"));
  }

  private int users(String token) {
    return server.send("GET", "/users", token, "").status();
  }

  private void change(String method, String path, String body) {
    assertThat(server.send(method, path, server.operator(), body).status()).isEqualTo(200);
  }

  private Answer as(String user, String body) {
    return server.send("POST", "/generate-data", "", body, "X-User-Id", user);
  }
}
