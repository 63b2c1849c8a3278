package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.Service;
import dev.lastword.accounts.Permission;
import dev.lastword.http.Json;
import dev.lastword.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole thing on a fresh folder in a minute: two users, two memes, ten words. */
@Command(
    name = "demo",
    description = {
      "Starts a server on a fresh folder, makes a meme as each of two users, streams ten words,",
      "shows both balances and keeps serving."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final String ARTIFICIAL = "llm@example.com";
  private static final String TEXT = "nonllm@example.com";
  private static final String QUERY =
      "{\"lat\": 40.730610, \"lng\": -73.935242, \"query\": \"food\"}";

  @Option(names = "--once", description = "stop when everything was shown")
  private boolean once;

  @Option(names = "--brief", description = "one word instead of ten")
  private boolean brief;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "where to listen (default: ${DEFAULT-VALUE}; with --once: any free port)")
  private int port;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("lastword-demo");
    PrintWriter out = spec.commandLine().getOut();
    boolean portGiven = spec.commandLine().getParseResult().hasMatchedOption("--port");
    Service service = start(folder, once && !portGiven ? 0 : port);
    Thread end = new Thread(() -> end(service, folder), "end");
    Runtime.getRuntime().addShutdownHook(end);
    try (Client client = new Client(URI.create("http://localhost:" + service.port()))) {
      Map<String, String> operator =
          Map.of("Authorization", "Bearer " + TokenCommand.operator(configuration(folder, port)));
      create(client, operator, ARTIFICIAL, 100, List.of(Permission.GENERATE_LLM_MEME.word()));
      create(client, operator, TEXT, 50, List.of());
      meme(out, client, ARTIFICIAL);
      meme(out, client, TEXT);
      if (brief) {
        words(out, client, "one word, half a second to a second late", 1);
      } else {
        words(out, client, "ten words, half a second to a second apart", 10);
      }
      balance(out, client, ARTIFICIAL);
      balance(out, client, TEXT);
      if (!once) {
        invite(out, service.port());
        new CountDownLatch(1).await();
      }
    }
    return 0;
  }

  /** Also when interrupted: nothing of the demo stays. */
  private static void end(Service service, Path folder) {
    service.close();
    try {
      delete(folder);
    } catch (IOException e) {
      System.err.println("lastword: cannot delete " + folder + ": " + e.getMessage());
    }
  }

  private static Service start(Path folder, int port) throws IOException {
    return Service.start(
        configuration(folder, port), World.real(), failure -> Runtime.getRuntime().halt(1));
  }

  private static Configuration configuration(Path folder, int port) {
    Configuration embedded = Configuration.embedded();
    return new Configuration(
            folder,
            embedded.store(),
            embedded.ledger(),
            embedded.listening(),
            new Configuration.Identity(
                embedded.identity().keys(),
                embedded.identity().parties(),
                embedded.identity().permissionsFrom(),
                true),
            embedded.prices(),
            embedded.rateLimit(),
            embedded.newUserWords(),
            embedded.streams(),
            java.time.Duration.ZERO,
            embedded.model())
        .at(Optional.of(port), Optional.empty());
  }

  private static void create(
      Client client,
      Map<String, String> operator,
      String user,
      long tokens,
      List<String> permissions)
      throws IOException, InterruptedException {
    client.ask(
        "POST", "/users", operator, UsersCommand.body(user, user, tokens, null, permissions));
  }

  private static void meme(PrintWriter out, Client client, String user)
      throws IOException, InterruptedException {
    HttpResponse<String> response = client.send("POST", "/memes", Map.of("X-User-Id", user), QUERY);
    if (response.statusCode() != 200) {
      throw new ClientFailure("no meme: " + response.body());
    }
    String charged = response.headers().firstValue("Lastword-Charged").orElse("?");
    String model = response.headers().firstValue("Lastword-Model").orElse("from the stock");
    out.printf("%s (%s), %s token(s):%n", user, model, charged);
    out.printf("    %s%n", Json.member(response.body(), "text").orElseThrow());
    out.printf("    %s%n%n", Json.member(response.body(), "location").orElseThrow());
    out.flush();
  }

  private static void words(PrintWriter out, Client client, String title, int count)
      throws IOException, InterruptedException {
    out.printf("%s:%n    ", title);
    out.flush();
    HttpResponse<InputStream> response =
        client.stream(
            "/generate-data", Map.of("X-User-Id", TEXT), "{\"max_words\": %d}".formatted(count));
    try (InputStream stream = response.body()) {
      byte[] chunk = new byte[256];
      int read;
      while ((read = stream.read(chunk)) > 0) {
        out.print(new String(chunk, 0, read, StandardCharsets.UTF_8));
        out.flush();
      }
    }
    out.printf("%n%n");
  }

  private static void balance(PrintWriter out, Client client, String user)
      throws IOException, InterruptedException {
    String stats = client.ask("GET", "/user/stats", Map.of("X-User-Id", user), "");
    out.printf(
        "%-20s %s tokens, %s words left%n",
        user,
        Json.member(stats, "tokens_left").orElseThrow(),
        Json.member(stats, "words_left").orElseThrow());
    out.flush();
  }

  private static void invite(PrintWriter out, int port) {
    String server = "http://localhost:" + port;
    out.printf(
        """

        It keeps serving at %1$s; Ctrl-C ends it and deletes its data. Try:

        curl -s %1$s/memes -H 'X-User-Id: %2$s' -H 'Content-Type: application/json' \\
          -d '%4$s'
        curl -sN -X POST %1$s/generate-data -H 'X-User-Id: %3$s'
        curl -s %1$s/user/stats -H 'X-User-Id: %3$s'
        curl -s %1$s/v1/charges -H 'X-User-Id: %3$s'
        """,
        server, ARTIFICIAL, TEXT, QUERY);
    out.flush();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
