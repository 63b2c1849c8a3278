package dev.lastword.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.pictures.Studio.Limits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memes as pictures: bought, shown again, and given to others. */
final class PicturesTest {

  private static final String BODY =
      "{\"lat\": 40.730610, \"lng\": -73.935242, \"query\": \"food\"}";
  private static final String FOR_EVER = "max-age=31536000, immutable";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private RunningService server;

  @BeforeEach
  void start() {
    server = RunningService.start(folder);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String token, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(30));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (method.equals("POST")) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(BODY));
    } else {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<byte[]> buy(String token, String mediaType, String... headers) {
    List<String> all = new ArrayList<>(List.of("Accept", mediaType));
    all.addAll(List.of(headers));
    return send("POST", "/memes", token, all.toArray(String[]::new));
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private long tokens(String token) {
    return server.stats(token).number("tokens_left");
  }

  private static BufferedImage image(HttpResponse<byte[]> answer) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(answer.body()));
  }

  @Test
  void aMemeIsAPictureInTheFormatThatIsPreferred() throws IOException {
    String token = server.user("ann", 10, 0);
    for (String type : List.of("image/png", "image/jpeg", "image/webp")) {
      HttpResponse<byte[]> answer = buy(token, type + ", application/json;q=0.5");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Content-Type")).isEqualTo(type);
      assertThat(image(answer).getWidth()).isEqualTo(800);
      assertThat(image(answer).getHeight()).isEqualTo(800);
      String charge = header(answer, "Lastword-Charge");
      assertThat(header(answer, "Lastword-Charged")).isEqualTo("1");
      assertThat(header(answer, "Content-Location")).startsWith("/memes/" + charge + ".");
      assertThat(header(answer, "ETag")).contains(charge);
    }
    assertThat(tokens(token)).isEqualTo(7);
  }

  @Test
  void withoutAPreferenceAMemeIsText() {
    String token = server.user("ann", 10, 0);

    for (String accept : List.of("*/*", "application/json", "text/html, */*;q=0.1")) {
      HttpResponse<byte[]> answer = buy(token, accept);
      assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
      assertThat(header(answer, "Content-Location")).isEmpty();
    }
  }

  @Test
  void promise5WhatNobodyAcceptsIsNotCharged() {
    String token = server.user("ann", 10, 0);

    Answer answer = server.send("POST", "/memes", token, BODY, "Accept", "image/gif");

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.member("code")).isEqualTo("not_acceptable");
    assertThat(answer.member("detail")).contains("image/webp");
    assertThat(tokens(token)).isEqualTo(10);
    assertThat(server.audit().receipts()).isZero();
  }

  @Test
  void promise1WhoCannotPayGetsNoPicture() {
    String token = server.user("ann", 1, 0, "ai");

    HttpResponse<byte[]> answer = buy(token, "image/png");

    assertThat(answer.statusCode()).isEqualTo(402);
    assertThat(tokens(token)).isEqualTo(1);
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise3ARetryWithItsKeyGetsTheSamePictureAndPaysNothing() {
    for (String permission : List.of("ai", "admin")) {
      String token = server.user("user-" + permission, 10, 0, permission);
      String key = RunningService.newKey();

      HttpResponse<byte[]> first = buy(token, "image/png", "Idempotency-Key", key);
      long left = tokens(token);
      HttpResponse<byte[]> again = buy(token, "image/png", "Idempotency-Key", key);
      Answer text = server.send("POST", "/memes", token, BODY, "Idempotency-Key", key);

      assertThat(again.body()).isEqualTo(first.body());
      assertThat(header(again, "Idempotent-Replayed")).isEqualTo("true");
      assertThat(header(again, "Lastword-Picture")).isEqualTo(header(first, "Lastword-Picture"));
      assertThat(text.status()).isEqualTo(200);
      assertThat(text.header("Lastword-Charge")).isEqualTo(header(first, "Lastword-Charge"));
      assertThat(tokens(token)).isEqualTo(left);
    }
  }

  @Test
  void promise3AMemeThatWasBoughtAsTextWithAKeyIsDrawnForNothing() throws IOException {
    String token = server.user("ann", 10, 0);
    String key = RunningService.newKey();
    Answer text = server.send("POST", "/memes", token, BODY, "Idempotency-Key", key);

    HttpResponse<byte[]> picture = buy(token, "image/webp", "Idempotency-Key", key);
    String path = "/memes/" + text.header("Lastword-Charge");

    assertThat(image(picture).getWidth()).isEqualTo(800);
    assertThat(send("GET", path + ".webp", token).body()).isEqualTo(picture.body());
    assertThat(tokens(token)).isEqualTo(9);
  }

  @Test
  void promise5WhatCannotBeDrawnInTimeIsNotCharged() throws Exception {
    restart(new Limits(1, Duration.ZERO, 0));
    for (String permission : List.of("ai", "admin")) {
      String token = server.user("user-" + permission, 1_000, 0, permission);
      List<Future<HttpResponse<byte[]>>> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 40; i++) {
          answers.add(threads.submit(() -> buy(token, "image/png")));
        }
      }
      Map<Integer, Long> counts =
          answers.stream()
              .collect(
                  Collectors.groupingBy(
                      one -> one.resultNow().statusCode(), Collectors.counting()));

      assertThat(counts).containsOnlyKeys(200, 503);
      long price = permission.equals("ai") ? 2 : 1;
      assertThat(tokens(token)).isEqualTo(1_000 - price * counts.get(200));
      assertThat(answers.stream().map(Future::resultNow).filter(one -> one.statusCode() == 503))
          .allSatisfy(one -> {
            assertThat(header(one, "Retry-After")).isEqualTo("1");
            assertThat(new String(one.body(), UTF_8)).contains("nothing was charged");
          });
    }
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise1ParallelPicturesBuyExactlyWhatTheBalanceHolds() throws Exception {
    String token = server.user("ann", 5, 0);
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        answers.add(threads.submit(() -> buy(token, "image/jpeg").statusCode()));
      }
    }

    assertThat(answers.stream().filter(one -> one.resultNow() == 200)).hasSize(5);
    assertThat(tokens(token)).isZero();
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise2APictureIsShownAgainAlsoByAServerThatDidNotDrawIt() {
    String token = server.user("ann", 10, 0);
    HttpResponse<byte[]> bought = buy(token, "image/png");
    String own = header(bought, "Content-Location");
    String link = header(bought, "Lastword-Picture");

    assertThat(send("GET", own, token).body()).isEqualTo(bought.body());
    restart(Limits.usual());

    HttpResponse<byte[]> again = send("GET", own, token);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(bought.body());
    assertThat(header(again, "Cache-Control")).isEqualTo("private, " + FOR_EVER);
    assertThat(header(again, "ETag")).isEqualTo(header(bought, "ETag"));
    HttpResponse<byte[]> linked = send("GET", link, "");
    assertThat(linked.body()).isEqualTo(bought.body());
    assertThat(header(linked, "Cache-Control")).isEqualTo("public, " + FOR_EVER);
    assertThat(tokens(token)).isEqualTo(9);
    assertThat(server.audit().receipts()).isEqualTo(1);
  }

  @Test
  void headSaysWhatGetWouldAndAKnownTagIsNotSentAgain() {
    String token = server.user("ann", 10, 0);
    HttpResponse<byte[]> bought = buy(token, "image/png");
    String own = header(bought, "Content-Location");
    String link = header(bought, "Lastword-Picture");
    String tag = header(bought, "ETag");

    HttpResponse<byte[]> head = send("HEAD", own, token);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Content-Length")).isEqualTo("" + bought.body().length);
    assertThat(head.body()).isEmpty();
    for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
      for (HttpResponse<byte[]> answer :
          List.of(
              send("GET", own, token, "If-None-Match", known),
              send("GET", link, "", "If-None-Match", known))) {
        assertThat(answer.statusCode()).as(known).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, "ETag")).isEqualTo(tag);
      }
    }
    assertThat(send("GET", own, token, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    String jpeg = own.replace(".png", ".jpg");
    assertThat(send("GET", jpeg, token, "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotOnesOwnIsNotThere() {
    String ann = server.user("ann", 10, 10);
    String bob = server.user("bob", 10, 0);
    String own = header(buy(ann, "image/png"), "Content-Location");
    String tag = header(send("GET", own, ann), "ETag");
    String words =
        server
            .words(ann, "{\"max_words\":1}")
            .headers()
            .firstValue("Lastword-Charge")
            .orElseThrow();

    assertThat(send("GET", own, "").statusCode()).isEqualTo(401);
    for (String path :
        List.of(
            own,
            "/memes/" + words + ".png",
            "/memes/01M803RE0W1H545EFW7S9E3YJN.png",
            own.replace(".png", ".gif"),
            own.replace(".png", ""),
            "/memes/.png",
            "/memes/x.png",
            "/memes/%00.png")) {
      HttpResponse<byte[]> answer = send("GET", path, bob, "If-None-Match", tag);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(header(answer, "ETag")).isEmpty();
    }
    assertThat(send("GET", "/memes/" + words + ".png", ann).statusCode()).isEqualTo(404);
    assertThat(send("GET", own, server.operator()).statusCode()).isEqualTo(404);
  }

  @Test
  void aMemeThatWasNotKeptCannotBeShownAndSaysWhy() {
    String token = server.user("ann", 10, 0);
    String charge = server.meme(token).header("Lastword-Charge");

    Answer answer = server.send("GET", "/memes/" + charge + ".png", token, "");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.member("detail")).contains("not kept");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(server.send("GET", "/v1/charges/" + charge, token, "").body())
        .doesNotContain("picture");
  }

  @Test
  void theReceiptHasALinkThatOpensWithoutAToken() throws IOException {
    String token = server.user("ann", 10, 0);
    HttpResponse<byte[]> bought = buy(token, "image/webp");
    String charge = header(bought, "Lastword-Charge");
    String link = server.send("GET", "/v1/charges/" + charge, token, "").member("picture");

    assertThat(link).startsWith("/memes/" + charge + ".png?signature=");
    assertThat(server.send("GET", "/v1/charges", token, "").member("picture")).isEqualTo(link);
    assertThat(image(send("GET", link, "")).getWidth()).isEqualTo(800);
    // In whatever format; and a bad token is of no interest.
    HttpResponse<byte[]> webp = send("GET", link.replace(".png", ".webp"), "garbage");
    assertThat(webp.body()).isEqualTo(bought.body());
  }

  @Test
  void aLinkThatWasTamperedWithSaysNothing() {
    String token = server.user("ann", 10, 0);
    HttpResponse<byte[]> bought = buy(token, "image/png");
    HttpResponse<byte[]> other = buy(token, "image/png");
    String link = header(bought, "Lastword-Picture");
    String signature = link.substring(link.indexOf('=') + 1);
    String charge = header(bought, "Lastword-Charge");
    String tag = header(bought, "ETag");

    List<String> links =
        List.of(
            link.replace(charge, header(other, "Lastword-Charge")),
            link.replace(charge, "01M803RE0W1H545EFW7S9E3YJN"),
            link.replace(signature, new StringBuilder(signature).reverse()),
            link.replace(signature, ""),
            link.replace(signature, signature + "A"));
    for (String wrong : links) {
      HttpResponse<byte[]> answer = send("GET", wrong, token, "If-None-Match", tag);
      assertThat(answer.statusCode()).as(wrong).isEqualTo(404);
      assertThat(new String(answer.body(), UTF_8)).contains("There is no picture at this link.");
    }
    assertThat(send("GET", link + "&signature=" + signature, "").statusCode()).isEqualTo(400);
  }

  @Test
  void serversWithOneSecretOpenEachOthersLinksAndOthersDoNot() {
    String token = server.user("ann", 10, 0);
    String before = header(buy(token, "image/png"), "Lastword-Picture");
    Optional<Configuration.LinkSecret> secret =
        Optional.of(new Configuration.LinkSecret("a secret of more than thirty-two bytes"));

    restart(Limits.usual(), secret);
    String link = header(buy(token, "image/png"), "Lastword-Picture");
    assertThat(send("GET", before, "").statusCode()).isEqualTo(404);
    assertThat(send("GET", link, "").statusCode()).isEqualTo(200);

    restart(Limits.usual(), secret);
    assertThat(send("GET", link, "").statusCode()).isEqualTo(200);
  }

  private void restart(Limits limits) {
    restart(limits, Optional.empty());
  }

  private void restart(Limits limits, Optional<Configuration.LinkSecret> secret) {
    server.close();
    server = RunningService.start(folder, one -> RunningService.pictures(one, limits, secret));
  }
}
