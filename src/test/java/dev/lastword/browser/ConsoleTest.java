package dev.lastword.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lastword.Configuration;
import dev.lastword.HeldSteps;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.ServerProcess;
import dev.lastword.TestClient;
import dev.lastword.faults.servers.Switch;
import dev.lastword.world.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console as its users have it, in a real browser. After each test the browser has complained
 * of nothing, has asked no other server, and remembers nothing.
 *
 * <p>What it looks like is kept in {@code target/screenshots}; {@code
 * -Dlastword.pictures=docs/images} renews the pictures that the README shows.
 */
final class ConsoleTest {

  private static final Path SCREENS = Path.of("target", "screenshots");

  private static final String PICTURES = "lastword.pictures";

  /** Those that the README shows. */
  private static final Set<String> SHOWN = Set.of("words", "live-dark");

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path profile;

  private static Browser browser;

  @TempDir private Path folder;

  /** What a test has opened, in the order to close it. */
  private final List<AutoCloseable> opened = new ArrayList<>();

  private Tab tab;
  private int port;
  private String token = "none";

  @BeforeAll
  static void startBrowser() throws Exception {
    browser = Browser.start(profile);
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  private RunningService serve(UnaryOperator<Configuration> difference) {
    RunningService server = RunningService.start(folder, difference);
    opened.addFirst(server);
    return server;
  }

  /** Opens the console and signs in by the keyboard alone. */
  private void signIn(int at, String with) {
    port = at;
    token = with;
    tab = browser.open(origin() + "/");
    opened.addFirst(tab);
    assertThat(tab.focused()).isEqualTo("token");
    tab.type("#token", with);
    tab.press("Enter");
  }

  private String origin() {
    return "http://127.0.0.1:" + port;
  }

  /** Guests who come one after the other, buy memes and listen to words, for a minute. */
  private void crowd(RunningService server) throws InterruptedException {
    List<Thread> guests = new ArrayList<>();
    for (int guest = 1; guest <= 6; guest++) {
      String guestToken = server.user("guest" + guest, 1_000_000, 1_000_000);
      guests.add(
          Thread.startVirtualThread(() -> {
            for (int visit = 1; visit <= 12; visit++) {
              server.words(guestToken, "{\"max_words\":" + 40 * visit + "}");
              for (int bought = 0; bought < 30 * visit; bought++) {
                server.meme(guestToken);
              }
            }
          }));
    }
    for (Thread guest : guests) {
      guest.join();
    }
  }

  private static void keep(Tab tab, String name) throws IOException {
    tab.picture(SCREENS.resolve(name + ".png"));
    String pictures = System.getProperty(PICTURES);
    if (pictures != null && SHOWN.contains(name)) {
      tab.picture(Path.of(pictures, "console-" + name + ".png"));
    }
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    try {
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.origins()).containsExactly(origin());
      assertThat(tab.requests()).noneMatch(request -> request.contains(token));
      assertThat(
              tab.evaluate(
                      """
                      [localStorage.length, sessionStorage.length, document.cookie,
                        document.documentElement.outerHTML.includes('%s')].join()\
                      """
                          .formatted(token))
                  .asText())
          .isEqualTo("0,0,,false");
    } finally {
      for (AutoCloseable one : opened) {
        one.close();
      }
    }
  }

  @Test
  void promise1AStreamStopsAtTheLastWordThatIsPaidAndTheBalanceFallsWithEach() throws Exception {
    RunningService server = serve(RunningService.pace(15, 15));
    signIn(server.port(), server.user("ann", 10, 40));
    tab.see("#who-name", "ann");
    assertThat(tab.focused()).isEqualTo("room-title");
    assertThat(tab.text("#words-left") + " " + tab.text("#words-credited")).isEqualTo("40 40");
    assertThat(tab.text("#tokens-left")).isEqualTo("10");
    assertThat(tab.shows("#tab-users") || tab.shows("#tab-live")).isFalse();
    tab.evaluate(
        """
        window.balances = [];
        new MutationObserver(changes => balances.push(...changes.map(one => one.addedNodes[0].data)))
          .observe(document.getElementById('words-left'), {childList: true});\
        """);

    tab.click("#stream");
    await().until(() -> tab.number("#words-left") <= 12);
    keep(tab, "words");
    tab.see("#words-summary", "40 words, each paid. That was the last word your balance could pay");

    assertThat(tab.text("#speech").split("\\s+")).hasSize(40);
    List<Long> balances = new ArrayList<>();
    tab.evaluate("balances").forEach(one -> balances.add(Long.valueOf(one.asText())));
    assertThat(balances.stream().distinct().toList())
        .isEqualTo(LongStream.range(0, 40).map(spent -> 39 - spent).boxed().toList());
    tab.click("#stream");
    tab.see("#words-form .problem", "No words are left");
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise5AStreamThatItsReaderStopsCostsWhatItsReceiptSays() {
    RunningService server = serve(RunningService.pace(20, 30));
    String ann = server.user("ann", 0, 1_000);
    signIn(server.port(), ann);
    tab.see("#who-name", "ann");
    assertThat(tab.shows("#halt")).isFalse();
    tab.click("#stream");
    tab.see("#speech", words -> assertThat(words.split("\\s+")).hasSizeGreaterThan(4));
    tab.click("#halt");
    tab.see("#words-summary", "You stopped it.");
    tab.miss("#halt");

    Answer receipts = server.send("GET", "/v1/charges", ann, "");
    assertThat(receipts.member("outcome")).isEqualTo("disconnected");
    long left = 1_000 - receipts.number("amount");
    tab.see("#words-left", Long.toString(left));
    assertThat(tab.text("#speech").split("\\s+").length).isBetween(5, (int) (1_000 - left));
  }

  @Test
  void promises3And4AStreamThatAKilledServerCutsGoesOnWhenItIsBackAndCostsNothingMore()
      throws Exception {
    Map<String, String> settings = Map.of("LASTWORD_WORD_DELAY_MS", "60");
    String command = "serve --data '" + folder + "' --port ";
    ServerProcess first = ServerProcess.command(command + 0, settings);
    opened.addFirst(first);
    TestClient client = new TestClient(first.port());
    opened.addFirst(client);
    client.create(ServerProcess.operator(folder), "ann", 5, 5_000);
    String ann = ServerProcess.issuer(folder).issue("ann", false, null, Duration.ofHours(1));
    signIn(first.port(), ann);
    tab.see("#who-name", "ann");
    tab.click("#stream");
    tab.see("#speech", words -> assertThat(words.split("\\s+")).hasSizeGreaterThan(8));
    first.kill();
    tab.see("#banner", "The server is not reachable");
    String[] before = tab.text("#speech").split("\\s+");
    keep(tab, "away");
    // What is asked for now is answered later.
    tab.click("#tab-memes");
    tab.type("#query", "patience");
    tab.click("#memes-form button");

    ServerProcess second = ServerProcess.command(command + first.port(), settings);
    opened.addFirst(second);
    assertThat(second.port()).isEqualTo(port);

    tab.see("#memes-summary", "patience");
    tab.see("#tokens-left", "4");
    tab.miss("#banner:not(:empty)");
    tab.click("#tab-words");
    tab.see("#words-summary", "The server was cut off");
    List<String> after = List.of(tab.text("#speech").split("\\s+"));
    assertThat(after).startsWith(before).hasSizeLessThan(before.length + 12);
    Answer receipt = client.send("GET", "/v1/charges?meter=words", ann, "");
    assertThat(receipt.member("outcome")).isEqualTo("interrupted");
    assertThat(receipt.number("amount")).isEqualTo(after.size());
    assertThat(tab.number("#words-left")).isEqualTo(5_000 - after.size());
  }

  @Test
  void aMemeIsMadeAndShownAndARefusalSaysWhy() throws Exception {
    RunningService server = serve(RunningService.FAST);
    signIn(server.port(), server.user("ann", 1, 0));
    tab.see("#who-name", "ann");
    tab.click("#tab-memes");
    tab.click("#memes-form button");
    tab.see("#query-wrong", "missing");
    assertThat(tab.focused()).isEqualTo("query");
    tab.type("#query", "food");
    tab.type("#lat", "ninety");
    tab.click("#memes-form button");
    tab.see("#lat-wrong", "number");
    tab.miss("#query-wrong");
    tab.type("#lat", "40.730610");
    tab.type("#lng", "-73.935242");
    tab.press("Enter");

    tab.see("#meme figcaption", "Sunnyside, New York, United States");
    tab.see("#memes-summary", "Charged 1 token.");
    assertThat(tab.evaluate("(m => m.alt ?? m.innerText)(meme.firstChild)").asText())
        .contains("food");
    tab.see("#tokens-left", "0");
    keep(tab, "memes");
    tab.click("#memes-form button");
    tab.see("#memes-form .problem", "A meme costs 1 token, and none is left.");
  }

  @Test
  void promise7AllReceiptsAddUpToWhatWasSpent() throws Exception {
    RunningService server = serve(RunningService.FAST);
    String ann = server.user("ann", 3_000, 500, "ai");
    buy(server, ann, 1_024);
    server.words(ann, "{\"max_words\":77}");
    signIn(server.port(), ann);
    tab.see("#who-name", "ann");
    tab.click("#tab-receipts");
    tab.see("#receipts tbody tr:first-child", "words");
    List<String> seen = new ArrayList<>(receipts());
    assertThat(tab.evaluate("newer.disabled").asBoolean()).isTrue();
    for (int page = 2; page <= 4; page++) {
      String last = seen.getLast();
      tab.click("#older");
      tab.see("#receipts", shown -> assertThat(shown).isNotEmpty().doesNotContain(last));
      seen.addAll(receipts());
    }
    assertThat(seen).hasSize(80).doesNotHaveDuplicates();
    tab.click("#newer");
    tab.see("#receipts", seen.get(40));

    tab.click("#add-up");

    tab.see("#receipts-summary", "1,025 receipts: they add up to what was spent.");
    assertThat(tab.text("#sums tbody").split("\\s+"))
        .containsExactly(
            "words", "500", "423", "77", "77", "equal", "tokens", "3,000", "952", "2,048", "2,048",
            "equal");
    keep(tab, "receipts");
    tab.choose("#receipts-meter", "words");
    tab.see("#receipts", shown -> assertThat(shown).isNotEmpty().doesNotContain("tokens"));
    assertThat(receipts()).containsExactly(seen.getFirst());
    assertThat(tab.evaluate("older.disabled").asBoolean()).isTrue();
  }

  /** Many memes, from sixteen clients at once. */
  private static void buy(RunningService server, String token, int memes) {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 1; client <= 16; client++) {
        clients.execute(() -> {
          for (int bought = 0; bought < memes / 16; bought++) {
            server.meme(token);
          }
        });
      }
    }
  }

  private List<String> receipts() {
    List<String> ids = new ArrayList<>();
    tab.evaluate("[...document.querySelectorAll('#receipts code')].map(code => code.innerText)")
        .forEach(id -> ids.add(id.asText()));
    return ids;
  }

  @Test
  void promise9ATokenThatIsNotAcceptedLeadsBackToTheDoor() throws Exception {
    RunningService server = serve(RunningService.FAST);
    signIn(server.port(), "no-token-at-all");
    tab.see("#sign-in .problem", "This token is not accepted");
    assertThat(tab.focused()).isEqualTo("token");
    assertThat(tab.evaluate("document.getElementById('token').value").asText()).isEmpty();
    keep(tab, "door");

    token = server.user("ann", 5, 5);
    tab.type("#token", token);
    tab.press("Enter");
    tab.see("#who-name", "ann");
    server.send("PUT", "/users/ann/status", server.operator(), "{\"status\":\"suspended\"}");
    tab.click("#tab-receipts");
    tab.see("#panel-receipts .problem", "suspended");
    server.send("DELETE", "/users/ann", server.operator(), "");
    server.user("ann", 5, 5);
    tab.click("#add-up");
    tab.see("#sign-in .problem", "This token is not accepted");
    assertThat(tab.shows("#room")).isFalse();
    assertThat(tab.evaluate("room.innerText.includes('ann')").asBoolean()).isFalse();
  }

  @Test
  void anAdminCreatesCreditsAllowsSuspendsAndDeletes() throws Exception {
    RunningService server = serve(RunningService.FAST);
    for (int user = 10; user < 34; user++) {
      server.user("user" + user, 7, 1_000 * user);
    }
    signIn(server.port(), server.operator());
    tab.see("#who-name", "operator");
    assertThat(tab.shows("#balances") || tab.shows("#tab-words")).isFalse();
    tab.see("#users", "user29");
    tab.click("#users-next");
    tab.see("#users", "user33");
    tab.click(".sheet summary");
    tab.type("#new-id", "bob");
    tab.type("#new-tokens", "many");
    tab.click("#user-form button");
    tab.see("#new-tokens-wrong", "must be");
    tab.type("#new-tokens", "3");
    tab.click("#user-form button");
    tab.see("#users-summary", "bob was created.");
    tab.click("#users-first");
    tab.see("#users tbody tr:first-child", "bob");
    tab.click("#users tbody tr:first-child button");
    tab.see("#user-title", "bob");
    tab.type("#credit-amount", "0");
    tab.press("Enter");
    tab.see("#credit-amount-wrong", "must be");
    tab.type("#credit-amount", "40");
    tab.press("Enter");
    tab.see("#user-summary", "Credited 40 tokens.");
    tab.see("#user-state", "43 tokens and 1,000,000 words left");
    keep(tab, "user");
    assertThat(tab.barriers()).isEmpty();
    tab.type("#models", "a\\b");
    tab.press("Enter");
    tab.see("#permissions-form .problem", "permissions may hold");
    tab.click("#permissions-form input[value=generate_llm_meme]");
    tab.type("#models", "llama3.2, gpt-oss:20b");
    tab.click("#permissions-form button");
    tab.see("#user-state", "permissions: AI memes, model:gpt-oss:20b, model:llama3.2.");
    tab.click("#user-close");
    tab.see("#users tbody tr:first-child", "model:llama3.2");
    assertThat(tab.focused()).isEqualTo("user-row-bob");
    tab.press("Enter");
    tab.see("#user-title", "bob");
    tab.click("#permissions-form input[value=admin]");
    tab.click("#permissions-form button");
    tab.see("#user-state", "admin, AI memes, model:gpt-oss:20b, model:llama3.2.");
    String bob = server.token("bob");
    assertThat(server.meme(bob).header("Lastword-Charged")).isEqualTo("2");
    tab.click("#user-status");
    tab.see("#user-state", "suspended");
    assertThat(server.meme(bob).status()).isEqualTo(403);
    tab.click("#user-delete");
    assertThat(tab.focused()).isEqualTo("user-keep");
    tab.press("Enter");
    tab.miss("#user-delete-surely");
    tab.click("#user-delete");
    tab.click("#user-delete-surely");
    tab.see("#users-summary", "bob was deleted; the receipts stay.");
    assertThat(server.send("GET", "/users/bob", server.operator(), "").status()).isEqualTo(404);
    keep(tab, "users");
  }

  @Test
  void promise3ACreditWhoseAnswerWasLostOnItsWayIsAddedOnce() throws Exception {
    HeldSteps steps = new HeldSteps();
    RunningService server =
        RunningService.start(folder, RunningService.FAST, steps.world(), UnaryOperator.identity());
    opened.addFirst(server);
    Switch network = new Switch(server.port());
    opened.addFirst(network);
    server.user("bob", 1, 0);
    signIn(network.port(), server.operator());
    tab.see("#users tbody", "bob");
    tab.click("#users tbody button");
    tab.type("#credit-amount", "40");
    try (HeldSteps.Hold hold = steps.holdAt(Step.CREDIT_DONE)) {
      tab.press("Enter");
      hold.awaitHeld();
      network.turn(0);
    }
    tab.see("#banner", "not reachable");
    assertThat(tab.text("#user-summary")).isEmpty();

    network.turn(server.port());

    tab.see("#user-summary", "Credited 40 tokens.");
    tab.see("#user-state", "41 tokens");
    tab.miss("#banner:not(:empty)");
    assertThat(server.send("GET", "/users/bob", server.operator(), "").number("total_tokens"))
        .isEqualTo(41);
  }

  @Test
  void theLivePlotsFollowWhatTheServerDoes() throws Exception {
    RunningService server = serve(RunningService.pace(5, 15));
    String ann = server.user("ann", 9, 9_000, "admin");
    signIn(server.port(), ann);
    tab.see("#who-name", "ann");
    tab.screen(1000, 860, true);
    tab.click("#tab-live");
    tab.see("#plots", "Ledger queue");
    tab.click("#tab-words");
    tab.click("#stream");
    tab.click("#tab-live");
    String[] readings = {"Requests", "Words", "Live streams", "Latency", "Commit", "Ledger queue"};
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          server.stats(ann);
          assertThat(reading("Words")).isGreaterThan(20);
          assertThat(reading("Live streams")).isEqualTo(1);
          assertThat(reading("Commit")).isPositive();
          for (String title : readings) {
            assertThat(reading(title)).as(title).isNotNegative();
          }
        });
    assertThat(tab.evaluate("document.querySelectorAll('#plots canvas').length").asInt())
        .isEqualTo(readings.length);
    assertThat(tab.barriers()).isEmpty();
    if (System.getProperty(PICTURES) != null) {
      // A minute of a server with some guests.
      crowd(server);
    }
    keep(tab, "live-dark");
    tab.click("#tab-words");
    int asked = tab.requests().size();
    tab.click("#halt");
    tab.see("#words-summary", "You stopped it.");
    assertThat(tab.requests().subList(asked, tab.requests().size()))
        .noneMatch(request -> request.endsWith("/metrics"));
  }

  /** What stands beside the plot's name, or -1 while there is nothing. */
  private double reading(String title) {
    JsonNode reading =
        tab.evaluate(
            "document.querySelector('figure[aria-label=\"" + title + "\"] output').innerText");
    return reading.asText().equals("–")
        ? -1
        : Double.parseDouble(reading.asText().replace(",", ""));
  }

  @Test
  void everySectionIsForEverybodyByKeysByEarInTheDarkAndOnASmallScreen() throws Exception {
    RunningService server = serve(RunningService.FAST);
    String ann = server.user("ann.with-a-rather-long-name@example.com", 99, 123_456, "admin");
    server.meme(ann);
    signIn(server.port(), ann);
    tab.see("#who-name", "ann");
    for (boolean dark : List.of(false, true)) {
      for (int width : List.of(320, 1000)) {
        tab.screen(width, 720, dark);
        tab.click("#tab-words");
        for (String section : List.of("words", "memes", "receipts", "users", "live")) {
          String name = section + "-" + width + (dark ? "-dark" : "-light");
          assertThat(tab.focused()).isEqualTo("tab-" + section);
          assertThat(tab.shows("#panel-" + section)).as(name).isTrue();
          assertThat(tab.overhang()).as(name).isZero();
          assertThat(tab.barriers()).as(name).isEmpty();
          keep(tab, "all/" + name);
          tab.press("ArrowRight");
        }
      }
    }
    tab.press("End");
    assertThat(tab.focused()).isEqualTo("tab-live");
    tab.press("Home");
    assertThat(tab.focused()).isEqualTo("tab-words");
    tab.click("#sign-out");
    assertThat(tab.focused()).isEqualTo("token");
    assertThat(tab.barriers()).isEmpty();
    assertThat(tab.evaluate("document.documentElement.innerText").asText()).doesNotContain("ann.");
  }
}
