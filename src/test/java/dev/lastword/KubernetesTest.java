package dev.lastword;

import static dev.lastword.Manifests.at;
import static dev.lastword.Manifests.map;
import static dev.lastword.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The manifests for several nodes, as far as they can be checked without a cluster. */
final class KubernetesTest {

  private static final Path FOLDER = Path.of("deploy/kubernetes");

  private Map<String, Object> config;
  private Map<String, Object> secret;
  private Map<String, Object> deployment;
  private Map<String, Object> service;
  private Map<String, Object> budget;
  private Map<String, Object> pod;
  private Map<String, Object> container;

  @BeforeEach
  void read() throws IOException {
    config = Manifests.read(FOLDER.resolve("configmap.yaml"));
    secret = Manifests.read(FOLDER.resolve("secret.example.yaml"));
    deployment = Manifests.read(FOLDER.resolve("deployment.yaml"));
    service = Manifests.read(FOLDER.resolve("service.yaml"));
    budget = Manifests.read(FOLDER.resolve("poddisruptionbudget.yaml"));
    pod = map(deployment, "spec", "template", "spec");
    container = map(pod, "containers", 0);
  }

  /** Kubernetes' own description of its objects: unknown members, missing ones, wrong types. */
  private static void validate(Object manifest) throws IOException {
    JsonElement json = JsonParser.parseString(Manifests.json(manifest));
    Class<?> type =
        switch (text(manifest, "apiVersion") + " " + text(manifest, "kind")) {
          case "v1 ConfigMap" -> {
            V1ConfigMap.validateJsonElement(json);
            yield V1ConfigMap.class;
          }
          case "v1 Secret" -> {
            V1Secret.validateJsonElement(json);
            yield V1Secret.class;
          }
          case "v1 Service" -> {
            V1Service.validateJsonElement(json);
            yield V1Service.class;
          }
          case "apps/v1 Deployment" -> {
            V1Deployment.validateJsonElement(json);
            yield V1Deployment.class;
          }
          case "policy/v1 PodDisruptionBudget" -> {
            V1PodDisruptionBudget.validateJsonElement(json);
            yield V1PodDisruptionBudget.class;
          }
          default -> throw new AssertionError(manifest);
        };
    Object read = JSON.deserialize(json.toString(), type);
    assertThat(read).isNotNull();
  }

  @Test
  void everyManifestIsOneAfterKubernetesOwnDescription() throws IOException {
    for (Object manifest : List.of(config, secret, deployment, service, budget)) {
      validate(manifest);
    }
    container.put("readynessProbe", new HashMap<>());
    assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("readynessProbe");
    container.remove("readynessProbe");
    container.remove("name");
    assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("name");
  }

  @Test
  void allButTheExampleOfASecretIsApplied() throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(FOLDER)) {
      all.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("kustomization.yaml") && !name.contains("example"))
          .forEach(files::add);
    }
    List<?> resources =
        (List<?>) at(Manifests.read(FOLDER.resolve("kustomization.yaml")), "resources");
    assertThat(resources.stream().map(String::valueOf)).hasSameElementsAs(files);
    assertThat(map(secret, "stringData").values())
        .allMatch(value -> value.toString().contains("replace-me"));
  }

  @Test
  void severalNodesShareAKeyAndUnderstandTheirEnvironment() {
    Map<String, Object> environment = new HashMap<>(map(config, "data"));
    assertThat(environment)
        .doesNotContainKeys(map(secret, "stringData").keySet().toArray(String[]::new));
    environment.putAll(map(secret, "stringData"));

    Configuration read = Manifests.understood(environment);

    assertThat(read.identity().keys()).isInstanceOf(Configuration.Keys.Secret.class);
    assertThat(read.identity().trustUserHeader()).isFalse();
    assertThat(environment).containsKeys("DSN", "REDIS_URL", "SQS_QUEUE_URL", "AWS_REGION");
    assertThat(environment).doesNotContainKey("MONGODB_URI");
    assertThat(at(container, "envFrom"))
        .isEqualTo(
            List.of(
                Map.of("configMapRef", Map.of("name", text(config, "metadata", "name"))),
                Map.of("secretRef", Map.of("name", text(secret, "metadata", "name")))));
    assertThat((Integer) at(deployment, "spec", "replicas")).isGreaterThan(1);
    assertThat(((List<?>) at(container, "volumeMounts")).toString())
        .contains("mountPath=" + read.data())
        .contains("mountPath=/tmp");
  }

  @Test
  void noNameOfAServiceBecomesASetting() {
    // A Service called lastword would put LASTWORD_PORT=tcp://... into the pods.
    assertThat(text(service, "metadata", "name")).isEqualTo("lastword");
    assertThat(at(pod, "enableServiceLinks")).isEqualTo(false);
    assertThatThrownBy(() -> Settings.read(Map.of("LASTWORD_PORT", "tcp://10.0.0.7:80")))
        .isInstanceOf(Settings.Wrong.class);
  }

  @Test
  void aPodIsAskedWhetherItLivesAndWhetherItIsReadyAndMayDrain() throws IOException {
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      Manifests.assertServed(text(container, probe, "httpGet", "path"));
      assertThat(text(container, probe, "httpGet", "port")).isEqualTo("http");
    }
    assertThat(text(container, "readinessProbe", "httpGet", "path")).isEqualTo("/health/ready");
    // A database that is away is no reason to kill the process.
    assertThat(text(container, "livenessProbe", "httpGet", "path")).isEqualTo("/health/live");
    Manifests.assertServed(
        text(deployment, "spec", "template", "metadata", "annotations", "prometheus.io/path"));
    long drain = Manifests.understood(map(config, "data")).drain().toSeconds();
    assertThat((Integer) at(pod, "terminationGracePeriodSeconds")).isGreaterThan((int) drain + 5);
  }

  @Test
  void aPodMayDoNoMoreThanItMust() {
    assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
    assertThat(at(pod, "securityContext", "runAsUser")).isEqualTo(10001);
    assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
    assertThat(at(container, "securityContext"))
        .isEqualTo(
            Map.of(
                "allowPrivilegeEscalation", false,
                "readOnlyRootFilesystem", true,
                "capabilities", Map.of("drop", List.of("ALL"))));
    assertThat(map(container, "resources", "requests")).containsOnlyKeys("cpu", "memory");
    assertThat(map(container, "resources", "limits")).containsKey("memory");
  }

  @Test
  void theServiceAndTheBudgetMeanTheseVeryPods() throws IOException {
    Object labels = at(deployment, "spec", "template", "metadata", "labels");
    assertThat(at(deployment, "spec", "selector", "matchLabels")).isEqualTo(labels);
    assertThat(at(service, "spec", "selector")).isEqualTo(labels);
    assertThat(at(budget, "spec", "selector", "matchLabels")).isEqualTo(labels);
    assertThat(at(pod, "topologySpreadConstraints", 0, "labelSelector", "matchLabels"))
        .isEqualTo(labels);
    assertThat(at(service, "spec", "ports", 0, "targetPort"))
        .isEqualTo(at(container, "ports", 0, "name"));
    assertThat(at(container, "ports", 0, "containerPort"))
        .isEqualTo(Manifests.understood(map(config, "data")).listening().port());
    assertThat(at(container, "image"))
        .isEqualTo(at(Manifests.read(Path.of("docker-compose.yml")), "services", "app", "image"));
  }
}
