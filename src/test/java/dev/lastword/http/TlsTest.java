package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.Configuration;
import dev.lastword.RunningService;
import dev.lastword.metering.StreamRules;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS, HTTP/2 and their ways to leave. */
@Timeout(60)
final class TlsTest {

  @TempDir private Path folder;

  @Test
  void everythingIsServedOverTlsInBothVersionsOfHttp() throws Exception {
    SSLContext trust = certificate();
    try (RunningService server = RunningService.start(folder.resolve("data"), this::withTls)) {
      String ann = ann(server, trust);
      for (Version version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
        try (HttpClient client =
            HttpClient.newBuilder().version(version).sslContext(trust).build()) {
          HttpResponse<String> meme =
              client.send(
                  request(server, "/memes", ann)
                      .POST(BodyPublishers.ofString("{\"query\":\"food\"}"))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(meme.version()).isEqualTo(version);
          assertThat(meme.statusCode()).as(meme.body()).isEqualTo(200);
          assertThat(meme.body()).contains("food");

          HttpResponse<InputStream> stream =
              client.send(
                  request(server, "/generate-data", ann)
                      .header("Accept", "text/event-stream")
                      .POST(BodyPublishers.ofString("{\"max_words\":5,\"seed\":7}"))
                      .build(),
                  BodyHandlers.ofInputStream());
          assertThat(stream.version()).isEqualTo(version);
          String events = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
          assertThat(events)
              .contains("id: 5\n")
              .contains("\"words\":5,\"charged\":5")
              .contains("\"outcome\":\"completed\"");

          HttpResponse<String> bad =
              client.send(
                  request(server, "/memes", ann)
                      .POST(BodyPublishers.ofString("{\"lat\":1}"))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(bad.statusCode()).isEqualTo(400);
          assertThat(bad.body()).contains("\"field\":\"query\"").contains("\"field\":\"lng\"");

          HttpResponse<String> head =
              client.send(request(server, "/metrics", ann).HEAD().build(), BodyHandlers.ofString());
          assertThat(head.statusCode()).isEqualTo(200);
          assertThat(head.body()).isEmpty();

          HttpResponse<String> large =
              client.send(
                  request(server, "/memes", ann)
                      .POST(BodyPublishers.ofString("{\"query\":\"" + "x".repeat(65_536) + "\"}"))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(large.statusCode()).as(version + large.body()).isEqualTo(413);
          assertThat(large.body()).contains("\"code\":\"too_large\"");

          HttpResponse<String> users =
              client.send(
                  request(server, "/users/a%2Fb", server.operator()).GET().build(),
                  BodyHandlers.ofString());
          assertThat(users.statusCode()).isEqualTo(404);
          assertThat(users.body()).contains("no user with this id");
        }
      }
    }
  }

  @Test
  void promise5AnHttp2ClientThatResetsItsStreamIsNoticedBeforeTheFirstWord() throws Exception {
    SSLContext trust = certificate();
    try (RunningService server =
            RunningService.start(folder.resolve("data"), one -> slowly(withTls(one)));
        HttpClient client =
            HttpClient.newBuilder().version(Version.HTTP_2).sslContext(trust).build()) {
      String ann = ann(server, trust);
      CompletableFuture<HttpResponse<String>> stream =
          client.sendAsync(
              request(server, "/generate-data", ann).POST(BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      awaitLive(client, server, 1);

      stream.cancel(true);

      // Ten seconds before its first word would be due; the connection lives on.
      awaitLive(client, server, 0);
      HttpResponse<String> charges =
          client.send(request(server, "/v1/charges", ann).GET().build(), BodyHandlers.ofString());
      assertThat(charges.version()).isEqualTo(Version.HTTP_2);
      assertThat(charges.body()).contains("\"amount\":0").contains("\"outcome\":\"disconnected\"");
    }
  }

  @Test
  void promise4AReaderOverTlsThatDoesNotReadIsCutAndHoldsNobodyUp() throws Exception {
    SSLContext trust = certificate();
    try (RunningService server =
            RunningService.start(folder.resolve("data"), one -> briefly(withTls(one)));
        HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      client.send(
          request(server, "/users", server.operator())
              .POST(BodyPublishers.ofString("{\"user_id\":\"bob\",\"words\":100000000}"))
              .build(),
          BodyHandlers.ofString());
      try (Socket plain = new Socket()) {
        plain.setReceiveBufferSize(4_096);
        plain.connect(new InetSocketAddress("localhost", server.port()));
        Socket reader = trust.getSocketFactory().createSocket(plain, "localhost", 0, true);
        reader
            .getOutputStream()
            .write(
                ("POST /generate-data HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                        + "Authorization: Bearer "
                        + server.token("bob")
                        + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        reader.getOutputStream().flush();
        awaitLive(client, server, 1);
        // Its second is over, two more are grace; then it is cut although it never reads.
        awaitLive(client, server, 0);
      }
      assertThat(server.audit().discrepancies()).isEmpty();
    }
  }

  @Test
  void aHandshakeThatDoesNotComeIsCutOffAndNoConnectionIsLeftBehind() throws Exception {
    SSLContext trust = certificate();
    Duration brief = Duration.ofMillis(400);
    Duration day = Duration.ofDays(1);
    ConnectionLimits limits =
        new ConnectionLimits(100, day, day, brief, day, day, Duration.ofMillis(10));
    try (RunningService server =
            RunningService.start(
                folder.resolve("data"),
                one ->
                    RunningService.listening(
                        one,
                        new Edge.Listening(
                            0, withTls(one).listening().certificate(), Set.of(), limits)));
        HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      for (byte[] half : List.of(new byte[0], new byte[] {22, 3, 1, 2, 0, 1})) {
        try (Socket socket = new Socket("localhost", server.port())) {
          socket.setSoTimeout(10_000);
          socket.getOutputStream().write(half);
          socket.getInputStream().readAllBytes();
        }
      }
      for (int i = 0; i < 20; i++) {
        try (Socket socket = trust.getSocketFactory().createSocket("localhost", server.port())) {
          socket.getOutputStream().write("GET /".getBytes(StandardCharsets.US_ASCII));
        }
      }
      await()
          .atMost(Duration.ofSeconds(9))
          .until(() ->
              client
                  .send(
                      request(server, "/metrics", server.operator()).GET().build(),
                      BodyHandlers.ofString())
                  .body()
                  .contains("\nlastword_connections 1.0\n"));
    }
  }

  private static Configuration slowly(Configuration one) {
    return RunningService.streams(
        one, new StreamRules(10_000, 10_000, Duration.ofSeconds(60), 250));
  }

  private static Configuration briefly(Configuration one) {
    return RunningService.streams(one, new StreamRules(0, 0, Duration.ofSeconds(1), 250));
  }

  private static void awaitLive(HttpClient client, RunningService server, int streams) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() ->
            client
                .send(
                    request(server, "/metrics", server.operator()).GET().build(),
                    BodyHandlers.ofString())
                .body()
                .contains("\nlastword_streams_live " + streams + ".0\n"));
  }

  private static String ann(RunningService server, SSLContext trust) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      HttpResponse<String> made =
          client.send(
              request(server, "/users", server.operator())
                  .POST(
                      BodyPublishers.ofString("{\"user_id\":\"ann\",\"tokens\":10,\"words\":100}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(made.statusCode()).isEqualTo(201);
    }
    return server.token("ann");
  }

  private static HttpRequest.Builder request(RunningService server, String path, String token) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(20));
  }

  private Configuration withTls(Configuration one) {
    Edge.Certificate certificate =
        new Edge.Certificate(folder.resolve("chain.pem"), folder.resolve("key.pem"));
    return RunningService.listening(one, new Edge.Listening(0, Optional.of(certificate), Set.of()));
  }

  /** Makes a certificate for this machine, and trusts it alone. */
  private SSLContext certificate() throws Exception {
    Path store = folder.resolve("store.p12");
    String password = "changeit";
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(store)) {
      keys.load(input, password.toCharArray());
    }
    pem("chain.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("server", password.toCharArray()).getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private void pem(String file, String kind, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
