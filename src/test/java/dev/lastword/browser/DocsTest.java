package dev.lastword.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API as it is read and tried in a browser. */
final class DocsTest {

  private static final String STATS = "#operations-receipts-showOwnBalances";

  @Test
  void everyOperationIsShownAndCanBeTriedWithAToken(
      @TempDir Path folder, @TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
    try (RunningService server = RunningService.start(folder);
        Browser browser = Browser.start(profile);
        Tab tab = browser.open("http://127.0.0.1:" + server.port() + "/docs")) {
      String ann = server.user("ann", 12, 345);
      tab.see("#docs", "POST\n/memes");
      String text = server.send("GET", "/openapi.yaml", "", "").body();
      assertThat(tab.evaluate("document.querySelectorAll('.opblock').length").asLong())
          .isEqualTo(text.lines().filter(line -> line.strip().startsWith("operationId:")).count());
      tab.picture(Path.of("target", "screenshots", "docs.png"));

      tab.click("button.authorize");
      tab.type("#auth-bearer-value", ann);
      tab.press("Enter");
      tab.click(".auth-container .btn-done, .auth-btn-wrapper .btn-done");
      tab.click(STATS + " .opblock-summary-control");
      tab.click(STATS + " .try-out__btn");
      tab.click(STATS + " .execute");
      tab.see(STATS + " .live-responses-table", "\"words_left\": 345");

      tab.screen(1000, 720, true);
      tab.picture(Path.of("target", "screenshots", "docs-dark.png"));
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.origins()).containsExactly("http://127.0.0.1:" + server.port());
      assertThat(tab.evaluate("localStorage.length + sessionStorage.length").asInt()).isZero();
    }
  }
}
