package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts/deploy.sh asks docker and kubectl to do; both are scripts that take notes. */
final class DeployScriptTest {

  /** Notes what it is asked, and fails as often as its file of that verb says. */
  private static final String NOTES =
      """
      #!/bin/sh
      cd '%s'
      echo "${0##*/} $*" >>calls
      case "$*" in
      "kustomize "*) echo "image: lastword:0.1.0" ;;
      "apply -f -") cat >applied ;;
      esac
      for fault in faults/*; do
        [ -e "$fault" ] || continue
        case "$*" in
        *"$(head -n 1 "$fault")"*)
          left=$(tail -n 1 "$fault")
          [ "$left" -gt 0 ] || exit 0
          printf '%%s\\n%%s\\n' "$(head -n 1 "$fault")" $((left - 1)) >"$fault"
          exit 1
          ;;
        esac
      done
      """;

  @TempDir private Path folder;

  @BeforeEach
  void makeTools() throws IOException {
    Files.createDirectory(folder.resolve("bin"));
    Files.createDirectory(folder.resolve("faults"));
    for (String tool : List.of("docker", "kubectl")) {
      Path file = folder.resolve("bin").resolve(tool);
      Files.writeString(file, NOTES.formatted(folder));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
  }

  private void fails(String command, int times) throws IOException {
    Files.writeString(
        folder.resolve("faults").resolve(command.replace(' ', '-').replace('/', '-')),
        command + "\n" + times + "\n");
  }

  private int deploy(Map<String, String> environment, String... arguments) throws Exception {
    ProcessBuilder process = new ProcessBuilder("sh", "scripts/deploy.sh");
    process.command().addAll(List.of(arguments));
    process.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    process.environment().putAll(environment);
    process.redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile());
    Process running = process.start();
    assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return running.exitValue();
  }

  private List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private static final String UP = "docker compose up -d --no-build --wait --wait-timeout 180";

  @Test
  void composeBuildsAndWaits() throws Exception {
    assertThat(deploy(Map.of())).isZero();
    assertThat(calls())
        .containsExactly(
            "docker image inspect lastword:0.1.0",
            "docker tag lastword:0.1.0 lastword:before",
            "docker compose build app",
            UP);
  }

  @Test
  void composeGoesBackToTheImageBefore() throws Exception {
    fails("compose up", 1);

    assertThat(deploy(Map.of())).isEqualTo(1);

    assertThat(calls())
        .containsSubsequence(UP, "docker tag lastword:before lastword:0.1.0", UP)
        .filteredOn(UP::equals)
        .hasSize(2);
    assertThat(folder.resolve("output")).content().contains("the version before serves again");
  }

  @Test
  void aFirstVersionHasNothingToGoBackTo() throws Exception {
    fails("image inspect", 1);
    fails("compose up", 9);

    assertThat(deploy(Map.of("DEPLOY_WAIT_SECONDS", "7"))).isEqualTo(1);

    assertThat(calls()).noneMatch(call -> call.startsWith("docker tag"));
    assertThat(folder.resolve("output"))
        .content()
        .contains("not ready within 7 s, and there is no version to go back to");
  }

  private static final Map<String, String> CLUSTER =
      Map.of("DEPLOY_IMAGE", "registry.example/lastword:7");

  @Test
  void kubernetesRollsOutTheImageThatWasPushed() throws Exception {
    assertThat(deploy(CLUSTER, "kubernetes")).isZero();
    assertThat(calls())
        .containsSubsequence(
            "docker build -t registry.example/lastword:7 .",
            "docker push registry.example/lastword:7",
            "kubectl rollout status deployment/lastword --timeout=180s")
        .contains("kubectl apply -f -")
        .noneMatch(call -> call.contains("undo"));
    assertThat(folder.resolve("applied"))
        .content()
        .isEqualTo("image: registry.example/lastword:7\n");
  }

  @Test
  void kubernetesGoesBackWhatDoesNotBecomeReady() throws Exception {
    fails("rollout status", 1);

    assertThat(deploy(CLUSTER, "kubernetes")).isEqualTo(1);

    assertThat(calls())
        .containsSubsequence(
            "kubectl rollout status deployment/lastword --timeout=180s",
            "kubectl rollout undo deployment/lastword",
            "kubectl rollout status deployment/lastword --timeout=180s");
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingIsDone() throws Exception {
    assertThat(deploy(Map.of(), "kubernetes")).isNotZero();
    assertThat(calls()).isEmpty();
    fails("get secret", 1);
    assertThat(deploy(CLUSTER, "kubernetes")).isEqualTo(2);
    assertThat(calls()).containsExactly("kubectl get secret lastword");
    assertThat(deploy(Map.of(), "elsewhere")).isEqualTo(2);
  }
}
