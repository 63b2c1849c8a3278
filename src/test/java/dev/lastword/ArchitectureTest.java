package dev.lastword;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.State;

/** The arrows between packages, and the habits that a machine can check. */
final class ArchitectureTest {

  /** From the front door down; a package may use what stands below it. */
  private static final List<String> DOWNWARD =
      List.of(
          "cli",
          "bench",
          "bench.parts",
          "bench.contender",
          "bench.client",
          "faults",
          "faults.victim",
          "faults.servers",
          "load",
          "simulation",
          "",
          "http",
          "metering",
          "memes",
          "words",
          "places",
          "pictures",
          "upstream",
          "identity",
          "notices",
          "ledger",
          "settlement",
          "accounts",
          "limit",
          "telemetry",
          "world");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // What JMH makes of its benchmarks.
          .withImportOption(location -> !location.contains("jmh_generated"))
          .importPackages("dev.lastword");

  private static String feature(JavaClass type) {
    String name = type.getPackageName();
    return name.equals("dev.lastword") ? "" : name.substring("dev.lastword.".length());
  }

  private static boolean isAdapter(String feature) {
    return feature.startsWith("store");
  }

  @Test
  void arrowsPointDown() {
    Set<String> wrong = new HashSet<>();
    for (JavaClass type : CLASSES) {
      String from = feature(type);
      for (var dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (!target.getPackageName().startsWith("dev.lastword")) {
          continue;
        }
        String to = feature(target);
        if (!from.equals(to) && !allowed(type, target, from, to)) {
          wrong.add(type.getName() + " -> " + target.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean allowed(JavaClass type, JavaClass target, String from, String to) {
    if (isAdapter(from)) {
      return Set.of("accounts", "settlement", "ledger", "limit", "world").contains(to)
          || isAdapter(to);
    }
    if (isAdapter(to)) {
      // Service wires; some look at the embedded file, or a database, without a server.
      return type.getSimpleName()
              .matches("Service|Settling|VerifyCommand|BackupCommand|Damage|Shop|Charges")
          // What is set is where the database is; only its adapter knows how that is written.
          || (target.getSimpleName().matches("MysqlAddress|MongoAddress|SqsAddress")
              && from.isEmpty());
    }
    if (type.getSimpleName().equals("Main")) {
      return to.equals("cli");
    }
    return DOWNWARD.indexOf(from) < DOWNWARD.indexOf(to);
  }

  @Test
  void everyPackageStandsInTheList() {
    assertThat(
            CLASSES.stream().map(ArchitectureTest::feature).filter(feature -> !isAdapter(feature)))
        .allMatch(DOWNWARD::contains);
  }

  @Test
  void everyPackageIsNullMarked() {
    for (JavaClass type : CLASSES) {
      JavaPackage home = type.getPackage();
      assertThat(home.isAnnotatedWith(NullMarked.class)).as(home.getName()).isTrue();
    }
  }

  @Test
  void classesAreFinalOrAbstract() {
    classes()
        .that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areNotAnonymousClasses()
        .and()
        // JMH extends them.
        .areNotAnnotatedWith(State.class)
        .should()
        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
        .orShould()
        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
        .check(CLASSES);
  }

  @Test
  void thereAreNoDrawersAndNoThreadLocals() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(CLASSES);
    noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class).check(CLASSES);
  }
}
