package dev.lastword;

import static dev.lastword.Manifests.at;
import static dev.lastword.Manifests.map;
import static dev.lastword.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The image and the composition, as far as they can be checked without running them. */
final class ComposeTest {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):-([^}]*)}");
  private static final Pattern PINNED = Pattern.compile("[a-z/-]+:\\d+\\.\\d+\\.\\d+[\\w.-]*");

  private Map<String, Object> compose;
  private Map<String, Object> services;

  @BeforeEach
  void read() throws IOException {
    compose = Manifests.read(Path.of("docker-compose.yml"));
    services = map(compose, "services");
  }

  /**
   * The schema's address of its dialect, and its names for parts of itself, are of older drafts.
   */
  private static List<Error> errors(Object document) throws IOException {
    String schema =
        Files.readString(Path.of("src/test/resources/compose-spec.json"))
            .replaceAll("\"(\\$schema|id)\": \"[^\"]*\",", "");
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
        .getSchema(schema)
        .validate(Manifests.json(document), InputFormat.JSON);
  }

  /** What an unset variable leaves, or {@code given} for a set one. */
  private static String interpolated(String value, Map<String, String> given) {
    Matcher variable = VARIABLE.matcher(value);
    return variable
        .replaceAll(
            found -> Matcher.quoteReplacement(given.getOrDefault(found.group(1), found.group(2))))
        .replace("$$", "$");
  }

  private Map<String, String> environment(Map<String, String> given) {
    Map<String, String> environment = new TreeMap<>();
    map(services, "app", "environment")
        .forEach((name, value) -> {
          assertThat(value).as(name).isInstanceOf(String.class);
          environment.put(name, interpolated((String) value, given));
        });
    return environment;
  }

  @Test
  void theCompositionIsOneAfterItsSpecification() throws IOException {
    assertThat(errors(compose)).isEmpty();
    map(services, "app").put("stop_grace", "75s");
    assertThat(errors(compose)).as("the schema sees what is wrong").isNotEmpty();
  }

  @Test
  void everyServiceIsPinnedHealthyAndBoundToThisMachine() {
    assertThat(services.keySet())
        .containsExactlyInAnyOrder("app", "mysql", "mongodb", "redis", "queue");
    services.forEach((name, service) -> {
      assertThat(text(service, "image")).as(name).matches(PINNED);
      assertThat((List<?>) at(service, "healthcheck", "test")).as(name).hasSizeGreaterThan(1);
      assertThat((List<?>) at(service, "ports"))
          .as(name)
          .allMatch(port -> port.toString().startsWith("127.0.0.1:"));
    });
    assertThat(at(services, "app", "ports")).isEqualTo(List.of("127.0.0.1:8080:8080"));
    assertThat(at(services, "mysql", "ports")).isEqualTo(List.of("127.0.0.1:3307:3306"));
    assertThat(at(services, "redis", "ports")).isEqualTo(List.of("127.0.0.1:6380:6379"));
    assertThat(map(services, "app", "depends_on"))
        .containsOnlyKeys("mysql", "redis", "queue")
        .allSatisfy(
            (name, wait) -> assertThat(wait).isEqualTo(Map.of("condition", "service_healthy")));
  }

  @Test
  void whatMustOutliveAContainerIsInAVolume() {
    assertThat(text(services, "mysql", "volumes", 0)).isEqualTo("mysql_data:/var/lib/mysql");
    assertThat(text(services, "redis", "volumes", 0)).isEqualTo("redis_data:/data");
    assertThat(text(services, "mongodb", "volumes", 0)).isEqualTo("mongodb_data:/data/db");
    assertThat(text(services, "app", "volumes", 0)).isEqualTo("app_data:/data");
    assertThat(map(compose, "volumes"))
        .containsOnlyKeys("app_data", "mysql_data", "mongodb_data", "redis_data");
  }

  @Test
  void redisForgetsNothing() {
    assertThat(
            String.join(
                " ",
                ((List<?>) at(services, "redis", "command"))
                    .stream().map(String::valueOf).toList()))
        .contains("--maxmemory-policy noeviction")
        .contains("--appendonly yes");
  }

  @Test
  void theProgramUnderstandsItsEnvironment() {
    Configuration usual = Manifests.understood(environment(Map.of()));

    assertThat(usual.identity().trustUserHeader()).isTrue();
    assertThat(usual.model()).isEmpty();
    assertThat(usual.listening().port()).isEqualTo(8080);
    Map<String, String> given =
        Map.of(
            "LASTWORD_MODEL_URL", "http://host:11434/v1",
            "LASTWORD_MODEL_NAME", "m",
            "LASTWORD_MODEL_KEY", "k",
            "LASTWORD_JWT_SECRET", "0123456789abcdef0123456789abcdef",
            "MYSQL_PASSWORD", "other");
    Configuration set = Manifests.understood(environment(given));
    assertThat(set.model()).isPresent();
    assertThat(set.identity().keys()).isInstanceOf(Configuration.Keys.Secret.class);
    assertThat(environment(given)).as("one system of record").doesNotContainKey("MONGODB_URI");
    assertThat(environment(given).get("DSN"))
        .isEqualTo("lastword:other@tcp(mysql:3306)/lastword?parseTime=true");
  }

  @Test
  void theAppReachesWhatItIsToldToUse() throws IOException {
    Map<String, String> environment = environment(Map.of());
    assertThat(environment.get("DSN"))
        .contains(
            "tcp(mysql:3306)/" + text(services, "mysql", "environment", "MYSQL_DATABASE") + "?")
        .startsWith(text(services, "mysql", "environment", "MYSQL_USER") + ":");
    assertThat(environment.get("REDIS_URL")).isEqualTo("redis://redis:6379");
    String queue = environment.get("SQS_QUEUE_URL");
    assertThat(queue).startsWith(environment.get("SQS_ENDPOINT") + "/");
    assertThat(environment.get("SQS_ENDPOINT")).isEqualTo("http://queue:9324");
    String configured = Files.readString(Path.of("deploy/elasticmq.conf"));
    assertThat(configured)
        .contains("\"" + queue.substring(queue.lastIndexOf('/') + 1) + "\" {\n    fifo = true")
        .contains("host = queue")
        .contains("port = 9324");
  }

  @Test
  void streamsMayEndBeforeTheContainerIsKilled() {
    Duration grace = Duration.parse("PT" + text(services, "app", "stop_grace_period"));
    // Draining, two more rounds of two seconds, and the last answers.
    assertThat(Manifests.understood(environment(Map.of())).drain().plusSeconds(5))
        .isLessThan(grace);
  }

  @Test
  void theImageIsBuiltInStagesAndRunsAsNobody() throws IOException {
    String dockerfile = Files.readString(Path.of("Dockerfile"));
    List<String> bases = found(dockerfile, "(?m)^FROM (\\S+)");
    assertThat(bases).hasSize(2).allMatch(base -> base.startsWith("eclipse-temurin:25."));
    assertThat(bases.getLast()).contains("-jre-");
    assertThat(bases).allMatch(base -> PINNED.matcher(base).matches());
    String last = dockerfile.substring(dockerfile.lastIndexOf("\nFROM "));
    assertThat(found(last, "(?m)^USER (\\d+):\\d+$")).containsExactly("10001");
    assertThat(last.indexOf("\nUSER ")).isLessThan(last.indexOf("\nENTRYPOINT "));
    assertThat(
            found(
                last,
                "HEALTHCHECK (?:.*\\\\\\n)*.*localhost:\\$\\{LASTWORD_PORT:-8080}([\\w/]+)\""))
        .containsExactly("/health/ready");
    Manifests.assertServed("/health/ready");
    for (String variable : found(last, "(?m)^ENV (\\w+)=")) {
      Manifests.understood(Map.of(variable, "/data"));
    }
    assertThat(dockerfile).doesNotContain("\nADD ").contains("\nSTOPSIGNAL SIGTERM\n");
  }

  @Test
  void whatTheImageCopiesIsThereAndLetIn() throws IOException {
    List<String> let = Files.readAllLines(Path.of(".dockerignore"));
    assertThat(let).contains("*");
    List<String> sources = new ArrayList<>();
    for (String copy :
        found(Files.readString(Path.of("Dockerfile")), "(?m)^COPY (?!--from)(.*) \\S+$")) {
      sources.addAll(List.of(copy.split(" ")));
    }
    assertThat(sources).hasSizeGreaterThan(5);
    for (String source : sources) {
      assertThat(Path.of(source)).exists();
      assertThat(let).contains("!" + source);
    }
    assertThat(Path.of("deploy/lastword")).isExecutable();
  }

  @Test
  void makeHasTheTargetsForIt() throws IOException {
    String makefile = Files.readString(Path.of("Makefile"));
    for (String target : List.of("docker-up", "docker-down", "docker-logs")) {
      assertThat(makefile)
          .containsPattern("(?m)^" + target + ": ## .*\\n\\t@docker compose ")
          .containsPattern("(?s)\\.PHONY:[^#]*" + target);
    }
  }

  private static List<String> found(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(one -> one.group(1)).toList();
  }
}
