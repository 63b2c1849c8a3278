package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The description, the contract's words and the routes that are served say the same. */
final class OpenApiTest {

  /** The contract's errors: each code with its status. */
  private static final Map<String, Integer> CODES =
      Map.ofEntries(
          Map.entry("invalid_request", 400),
          Map.entry("unauthenticated", 401),
          Map.entry("insufficient_balance", 402),
          Map.entry("forbidden", 403),
          Map.entry("not_found", 404),
          Map.entry("method_not_allowed", 405),
          Map.entry("not_acceptable", 406),
          Map.entry("conflict", 409),
          Map.entry("too_large", 413),
          Map.entry("unsupported_media_type", 415),
          Map.entry("key_reused", 422),
          Map.entry("rate_limited", 429),
          Map.entry("generation_failed", 502),
          Map.entry("unavailable", 503));

  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private static final Set<String> LIMITED =
      Set.of("/generate-data", "/v1/chat/completions", "/v1/completions");

  @TempDir private static Path folder;
  private static RunningService server;
  private static String text;
  private static Map<String, Object> document;

  /** One operation of the description. */
  private record Operation(String method, String path, Map<String, Object> content) {
    Set<String> statuses() {
      return new TreeSet<>(child(content, "responses").keySet());
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server = RunningService.start(folder);
    text = Files.readString(Path.of("api", "openapi.yaml"));
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    document = new Yaml(new SafeConstructor(strict)).load(text);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
    assertThat(operations().stream().map(one -> one.method() + " " + one.path()))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            routes().stream().map(route -> route.method() + " " + route.path()).toList());
  }

  @Test
  void whatIsServedIsThisFile() {
    Answer answer = server.send("GET", "/openapi.yaml", "", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
    assertThat(answer.body().getBytes(StandardCharsets.UTF_8))
        .isEqualTo(text.getBytes(StandardCharsets.UTF_8))
        .isNotEmpty();
  }

  @Test
  void everyCodeOfTheContractIsDescribedAndStandsForItsStatus() {
    List<?> codes =
        (List<?>)
            child(
                    child(
                        child(child(child(document, "components"), "schemas"), "Problem"),
                        "properties"),
                    "code")
                .get("enum");
    Set<Object> expected = new HashSet<>(CODES.keySet());
    expected.add("internal");
    assertThat(new HashSet<Object>(codes)).isEqualTo(expected);
    Map<String, Object> responses = child(child(document, "components"), "responses");
    assertThat(responses).hasSameSizeAs(CODES.keySet());
    CODES
        .keySet()
        .forEach(code ->
            assertThat(
                    responses.values().stream()
                        .map(one -> one.toString())
                        .filter(one -> one.contains("`" + code + "`")))
                .as(code)
                .hasSize(1));
  }

  @Test
  void everyDescribedStatusBelongsToTheContractAndHasItsProblem() {
    Map<String, Object> responses = child(child(document, "components"), "responses");
    for (Operation operation : operations()) {
      Map<String, Object> described = child(operation.content(), "responses");
      described.forEach((status, response) -> {
        int number = Integer.parseInt(status);
        if (number < 400) {
          assertThat(number).isIn(200, 201, 204, 304);
          return;
        }
        assertThat(CODES).as(operation.toString()).containsValue(number);
        Object reference = ((Map<?, ?>) response).get("$ref");
        if (reference == null) {
          assertThat(operation.path()).isEqualTo("/health");
          return;
        }
        String name = reference.toString().replace("#/components/responses/", "");
        String description = child(responses, name).get("description").toString();
        String code = description.substring(1, description.indexOf('`', 1));
        assertThat(CODES.get(code)).as(operation + " " + name).isEqualTo(number);
      });
    }
  }

  @Test
  void whatEveryRouteOfAKindMayAnswerIsDescribed() {
    for (Route route : routes()) {
      Set<String> statuses = operation(route).statuses();
      String name = route.method() + " " + route.path();
      if (route.access() == Route.Access.PUBLIC) {
        assertThat(operation(route).content().get("security")).as(name).isEqualTo(List.of());
        assertThat(statuses).as(name).doesNotContain("401", "403");
      } else {
        assertThat(operation(route).content()).as(name).doesNotContainKey("security");
        assertThat(statuses).as(name).contains("400", "401", "403", "503");
      }
      boolean body = operation(route).content().containsKey("requestBody");
      assertThat(body).as(name).isEqualTo(Set.of("POST", "PUT").contains(route.method()));
      assertThat(statuses.containsAll(List.of("413", "415"))).as(name).isEqualTo(body);
      boolean key = route.method().equals("POST");
      assertThat(operation(route).content().toString().contains("IdempotencyKey"))
          .as(name)
          .isEqualTo(key);
      assertThat(statuses.contains("422")).as(name).isEqualTo(key);
      assertThat(statuses.contains("429"))
          .as(name)
          .isEqualTo(LIMITED.contains(route.path()) && route.method().equals("POST"));
      if (route.path().contains("{id}")) {
        assertThat(statuses).as(name).contains("404");
      }
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = new ArrayList<>();
    collect(document, references);
    assertThat(references).hasSizeGreaterThan(100);
    for (String reference : references) {
      Object at = document;
      for (String part : reference.substring(2).split("/", -1)) {
        assertThat(at).as(reference).isInstanceOf(Map.class);
        at = ((Map<?, ?>) at).get(part);
      }
      assertThat(at).as(reference).isNotNull();
    }
  }

  private static void collect(Object node, List<String> references) {
    if (node instanceof Map<?, ?> map) {
      map.forEach((name, value) -> {
        if (name.equals("$ref")) {
          references.add(value.toString());
        } else {
          collect(value, references);
        }
      });
    } else if (node instanceof List<?> list) {
      list.forEach(one -> collect(one, references));
    }
  }

  /** Routes need nothing to be listed; only their handlers do. */
  private static List<Route> routes() {
    return Edge.routes(
        new Edge.Served(null, null, null, null, null, null, null, null, null, null),
        new Edge.Numbers(100, Duration.ofSeconds(60), 1_000_000),
        InstantSource.system());
  }

  private static Operation operation(Route route) {
    return operations().stream()
        .filter(one -> one.path().equals(route.path()) && one.method().equals(route.method()))
        .findFirst()
        .orElseThrow();
  }

  private static List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (String path : child(document, "paths").keySet()) {
      Map<String, Object> item = child(child(document, "paths"), path);
      for (String method : item.keySet()) {
        if (METHODS.contains(method)) {
          operations.add(
              new Operation(method.toUpperCase(java.util.Locale.ROOT), path, child(item, method)));
        } else {
          assertThat(method).isEqualTo("parameters");
        }
      }
    }
    return operations;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> child(Map<String, Object> map, String name) {
    assertThat(map).containsKey(name);
    return (Map<String, Object>) map.get(name);
  }
}
