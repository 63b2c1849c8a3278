package dev.lastword.cli;

import dev.lastword.accounts.Meter;
import dev.lastword.http.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The HTTP calls on users, one subcommand each; JSON comes out. */
@Command(
    name = "users",
    description = "Manages a running server's users; prints JSON.",
    mixinStandardHelpOptions = true)
final class UsersCommand implements Runnable {

  private static final String ID = "the user's id";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  private void ask(ServerOption server, String method, String path, String body)
      throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>(server.asOperator());
    if (method.equals("POST")) {
      headers.put("Idempotency-Key", UUID.randomUUID().toString());
    }
    try (Client client = server.client()) {
      String answer = client.ask(method, path, headers, body);
      if (!answer.isEmpty()) {
        spec.commandLine().getOut().println(answer);
      }
    }
  }

  private static String user(String id) {
    return "/users/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Command(name = "create", description = "Creates a user.", mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "ID", description = ID) String id,
      @Option(names = "--email", paramLabel = "E") @Nullable String email,
      @Option(names = "--tokens", paramLabel = "N", description = "default: 0")
          @Nullable Long tokens,
      @Option(names = "--words", paramLabel = "N", description = "default: 1000000")
          @Nullable Long words,
      @Option(
              names = "--permission",
              paramLabel = "P",
              description = "generate_llm_meme, admin, model:NAME")
          @Nullable List<String> permissions,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    ask(server, "POST", "/users", body(id, email, tokens, words, permissions));
    return 0;
  }

  static String body(
      String id,
      @Nullable String email,
      @Nullable Long tokens,
      @Nullable Long words,
      @Nullable List<String> permissions) {
    return Json.object(generator -> {
      generator.writeStringProperty("user_id", id);
      if (email != null) {
        generator.writeStringProperty("email", email);
      }
      if (permissions != null) {
        generator.writeArrayPropertyStart("permissions");
        permissions.forEach(generator::writeString);
        generator.writeEndArray();
      }
      if (tokens != null) {
        generator.writeNumberProperty("tokens", tokens);
      }
      if (words != null) {
        generator.writeNumberProperty("words", words);
      }
    });
  }

  @Command(name = "list", description = "Lists users.", mixinStandardHelpOptions = true)
  int list(
      @Option(names = "--cursor", paramLabel = "C", description = "next_cursor of the page before")
          @Nullable String cursor,
      @Option(names = "--limit", paramLabel = "N", description = "1 to 1000; default: 100")
          @Nullable Integer limit,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    String query = "?limit=" + (limit == null ? 100 : limit);
    if (cursor != null) {
      query += "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }
    ask(server, "GET", "/users" + query, "");
    return 0;
  }

  @Command(name = "show", description = "Shows a user.", mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin ServerOption server)
      throws IOException, InterruptedException {
    ask(server, "GET", user(id), "");
    return 0;
  }

  @Command(
      name = "permissions",
      description = "Sets a user's permissions, none included.",
      mixinStandardHelpOptions = true)
  int permissions(
      @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
      @Parameters(
              index = "1..*",
              arity = "0..*",
              paramLabel = "P",
              description = "generate_llm_meme, admin, model:NAME")
          @Nullable List<String> permissions,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    String body =
        Json.object(generator -> {
          generator.writeArrayPropertyStart("permissions");
          if (permissions != null) {
            permissions.forEach(generator::writeString);
          }
          generator.writeEndArray();
        });
    ask(server, "PUT", user(id) + "/permissions", body);
    return 0;
  }

  @Command(name = "suspend", description = "Suspends a user.", mixinStandardHelpOptions = true)
  int suspend(
      @Parameters(paramLabel = "ID", description = ID) String id, @Mixin ServerOption server)
      throws IOException, InterruptedException {
    return status(server, id, "suspended");
  }

  @Command(
      name = "activate",
      description = "Ends a user's suspension.",
      mixinStandardHelpOptions = true)
  int activate(
      @Parameters(paramLabel = "ID", description = ID) String id, @Mixin ServerOption server)
      throws IOException, InterruptedException {
    return status(server, id, "active");
  }

  private int status(ServerOption server, String id, String status)
      throws IOException, InterruptedException {
    String body = Json.object(generator -> generator.writeStringProperty("status", status));
    ask(server, "PUT", user(id) + "/status", body);
    return 0;
  }

  @Command(name = "credit", description = "Adds units.", mixinStandardHelpOptions = true)
  int credit(
      @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
      @Parameters(index = "1", paramLabel = "N", description = "how many units") long amount,
      @Option(names = "--meter", paramLabel = "M", required = true, description = "tokens or words")
          String meter,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    String body =
        Json.object(generator -> {
          generator.writeStringProperty("meter", meter);
          generator.writeNumberProperty("amount", amount);
        });
    ask(server, "POST", user(id) + "/credits", body);
    return 0;
  }

  @Command(
      name = "set-tokens",
      description = "Sets the tokens that are left.",
      mixinStandardHelpOptions = true)
  int setTokens(
      @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
      @Parameters(index = "1", paramLabel = "N", description = "how many tokens") long tokens,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    return set(server, id, Meter.TOKENS, tokens);
  }

  @Command(
      name = "set-words",
      description = "Sets the words that are left.",
      mixinStandardHelpOptions = true)
  int setWords(
      @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
      @Parameters(index = "1", paramLabel = "N", description = "how many words") long words,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    return set(server, id, Meter.WORDS, words);
  }

  private int set(ServerOption server, String id, Meter meter, long balance)
      throws IOException, InterruptedException {
    String body = Json.object(generator -> generator.writeNumberProperty(meter.word(), balance));
    ask(server, "PUT", user(id) + "/" + meter.word(), body);
    return 0;
  }

  @Command(name = "delete", description = "Deletes a user.", mixinStandardHelpOptions = true)
  int delete(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin ServerOption server)
      throws IOException, InterruptedException {
    ask(server, "DELETE", user(id), "");
    return 0;
  }

  @Command(
      name = "delete-all",
      description = "Deletes every user.",
      mixinStandardHelpOptions = true)
  int deleteAll(
      @Option(names = "--yes", description = "really") boolean yes, @Mixin ServerOption server)
      throws IOException, InterruptedException {
    if (!yes) {
      throw new IllegalArgumentException("this deletes every user; say --yes if you mean it");
    }
    Map<String, String> headers = server.asOperator();
    long deleted = 0;
    try (Client client = server.client()) {
      Optional<String> id;
      while ((id = firstUser(client, headers)).isPresent()) {
        client.ask("DELETE", user(id.get()), headers, "");
        deleted++;
      }
    }
    long count = deleted;
    spec.commandLine()
        .getOut()
        .println(Json.object(generator -> generator.writeNumberProperty("deleted", count)));
    return 0;
  }

  private static Optional<String> firstUser(Client client, Map<String, String> headers)
      throws IOException, InterruptedException {
    String page = client.ask("GET", "/users?limit=1", headers, "");
    int from = page.indexOf('{', 1);
    return from < 0 ? Optional.empty() : Json.member(page.substring(from), "user_id");
  }
}
