package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a browser is told about the console's pages, and that nothing else comes out of its folder.
 */
final class ConsoleRoutesTest {

  private static final Path FOLDER = Path.of("src/main/resources/dev/lastword/http/console");
  private static final Pattern NAMED =
      Pattern.compile("(?:href=\"|src=\"|from ')(/console/[^\"']+)[\"']");

  @TempDir private static Path folder;
  private static RunningService server;

  @BeforeAll
  static void start() {
    server = RunningService.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer get(String path, String... headers) {
    return server.send("GET", path, "", "", headers);
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, console.html",
    "/docs, text/html; charset=utf-8, docs.html",
    "/console/console.css, text/css; charset=utf-8, console.css",
    "/console/server.js, text/javascript; charset=utf-8, server.js",
    "/console/uplot.js, text/javascript; charset=utf-8, uplot/uPlot.iife.min.js",
    "/console/icon.svg, image/svg+xml, icon.svg"
  })
  void aFileIsSentOnceAndThenAskedAfter(String path, String mediaType, String file)
      throws Exception {
    Answer first = get(path);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.header("Content-Type")).isEqualTo(mediaType);
    assertThat(first.body().getBytes(StandardCharsets.UTF_8))
        .isEqualTo(Files.readAllBytes(FOLDER.resolve(file)));
    assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(first.header("ETag")).matches("\"[0-9a-f]{32}\"");
    for (String validator :
        Set.of(
            first.header("ETag"), "W/" + first.header("ETag"), "\"x\", " + first.header("ETag"))) {
      Answer second = get(path, "If-None-Match", validator);
      assertThat(second.status()).as(validator).isEqualTo(304);
      assertThat(second.body()).isEmpty();
      assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
    }
    assertThat(get(path, "If-None-Match", "\"x\"").status()).isEqualTo(200);
    assertThat(server.send("HEAD", path, "", "").header("Content-Length"))
        .isEqualTo(Long.toString(Files.size(FOLDER.resolve(file))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/docs", "/console/console.js"})
  void aPageMayDoNothingButWhatItNeeds(String path) {
    Answer answer = get(path);
    assertThat(answer.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
        .contains("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http", "*");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    assertThat(answer.header("Set-Cookie")).isEmpty();
    assertThat(get("/").header("Content-Security-Policy"))
        .contains("require-trusted-types-for 'script'");
    assertThat(get("/health").header("Content-Security-Policy")).isEmpty();
  }

  @Test
  void everythingThatThePagesAreMadeOfIsThere() throws Exception {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Matcher matcher = NAMED.matcher(Files.readString(file));
        while (matcher.find()) {
          named.add(matcher.group(1));
        }
      }
    }
    assertThat(named).hasSizeGreaterThan(12);
    for (String path : named) {
      assertThat(get(path).status()).as(path).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console",
        "/console/",
        "/console/console.html",
        "/console/LICENSE",
        "/console/uplot%2FLICENSE",
        "/console/..%2Fopenapi.yaml",
        "/console/..%2F..%2FMain.class",
        "/console/%2Fetc%2Fpasswd",
        "/console/uplot/LICENSE"
      })
  void nothingElseComesOut(String path) {
    assertThat(get(path).status()).isEqualTo(404);
  }
}
