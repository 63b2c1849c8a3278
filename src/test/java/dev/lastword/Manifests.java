package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads what containers are run from, and knows what the program reads of it. */
final class Manifests {

  /** What is read beside the names that begin with {@code LASTWORD_}: the contract's table. */
  private static final Set<String> OTHERS =
      Set.of(
          "DSN",
          "MONGODB_URI",
          "REDIS_URL",
          "SQS_QUEUE_URL",
          "SQS_ENDPOINT",
          "AWS_REGION",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY");

  private Manifests() {}

  @SuppressWarnings("unchecked")
  static Map<String, Object> read(Path file) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    return (Map<String, Object>) new Yaml(new SafeConstructor(strict)).load(Files.readString(file));
  }

  static String json(Object yaml) {
    return new Gson().toJson(yaml);
  }

  /** What stands at a path of names and indices. */
  static Object at(Object yaml, Object... path) {
    Object here = yaml;
    for (Object step : path) {
      here =
          step instanceof Integer index
              ? ((List<?>) here).get(index)
              : ((Map<?, ?>) here).get(step);
      assertThat(here).as("%s of %s", step, List.of(path)).isNotNull();
    }
    return here;
  }

  static String text(Object yaml, Object... path) {
    return String.valueOf(at(yaml, path));
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object yaml, Object... path) {
    return (Map<String, Object>) at(yaml, path);
  }

  /** Settings understands every name, and every value of its own. */
  static Configuration understood(Map<String, ?> environment) {
    Map<String, String> ours = new TreeMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith("LASTWORD_")) {
        ours.put(name, String.valueOf(value));
      } else {
        assertThat(OTHERS).contains(name);
      }
    });
    return Settings.read(ours).configuration();
  }

  /** Whether a GET of that path is described, and so served. */
  static void assertServed(String path) throws IOException {
    assertThat(map(read(Path.of("api/openapi.yaml")), "paths", path)).containsKey("get");
  }
}
