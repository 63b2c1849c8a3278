package dev.lastword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Meter;
import dev.lastword.faults.servers.HookReceiver;
import dev.lastword.notices.Patience;
import dev.lastword.notices.Receiver;
import dev.lastword.notices.Secret;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The list of steps is complete: nothing changes without one, and each is really taken. */
@Timeout(60)
final class StepsTest {

  private static final String STEPS = Steps.class.getName();

  /** What changes memory or file; whoever calls one of them names a step in the same method. */
  private static final Set<String> CHANGES =
      Set.of(
          "java.sql.PreparedStatement.executeUpdate",
          "java.sql.PreparedStatement.executeBatch",
          "java.sql.Connection.commit",
          "java.sql.Statement.execute",
          "com.mongodb.client.MongoCollection.bulkWrite",
          "com.mongodb.client.MongoCollection.deleteMany",
          "com.mongodb.client.MongoCollection.insertOne",
          "com.mongodb.client.MongoCollection.replaceOne",
          "com.mongodb.client.MongoCollection.updateMany",
          "com.mongodb.client.MongoCollection.updateOne",
          "dev.lastword.store.sql.Sql.execute",
          "dev.lastword.store.sql.Sql.insert",
          "dev.lastword.ledger.Wallet.change",
          "dev.lastword.ledger.Wallet.reserve",
          "dev.lastword.ledger.Committer.enqueue",
          "dev.lastword.ledger.Committer.enqueueAhead",
          "dev.lastword.ledger.Committer.isDurable",
          "dev.lastword.ledger.Ledger.refresh",
          "dev.lastword.memes.Model.generate",
          "dev.lastword.metering.Recipient.word");

  /**
   * Takes a statement, a transaction or a word, and leaves the step to its caller; before any
   * money; changes nothing.
   */
  private static final Set<String> PASS_ON =
      Set.of(
          "dev.lastword.store.sql.Sql.execute",
          "dev.lastword.store.sql.Sql.insert",
          "dev.lastword.store.mysql.MysqlDatabase.transaction",
          "dev.lastword.metering.Audience.takenByFirst",
          "dev.lastword.metering.Audience$Seat.run",
          "dev.lastword.store.sqlite.SqliteFile.migrate",
          "dev.lastword.store.sqlite.SqliteFile.copy");

  @TempDir private Path folder;

  @Test
  void whateverChangesSomethingNamesAStep() {
    Set<String> seen = new TreeSet<>();
    Set<String> nameless = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lastword.ledger", "dev.lastword.store", "dev.lastword.metering")) {
      if (type.getSimpleName().equals("QueueDesk")) {
        // What a queue's workers set aside is no part of the books.
        continue;
      }
      for (JavaCodeUnit method : type.getCodeUnits()) {
        Set<String> called = new TreeSet<>();
        method
            .getCallsFromSelf()
            .forEach(call ->
                called.add(call.getTargetOwner().getName() + "." + call.getTarget().getName()));
        String name = type.getName() + "." + method.getName();
        called.stream().filter(CHANGES::contains).forEach(seen::add);
        if (called.stream().anyMatch(CHANGES::contains)
            && !called.contains(STEPS + ".at")
            && !PASS_ON.contains(name)) {
          nameless.add(name + " " + called);
        }
      }
    }
    assertThat(seen).isEqualTo(new TreeSet<>(CHANGES));
    assertThat(nameless).isEmpty();
  }

  @Test
  void everyStepIsTakenInItsOrder() throws Exception {
    List<Step> taken = new CopyOnWriteArrayList<>();
    AtomicReference<Accounts> store = new AtomicReference<>();
    try (RunningService server =
        RunningService.start(
            folder,
            RunningService.FAST,
            World.real().withSteps(taken::add),
            accounts -> {
              store.set(accounts);
              return accounts;
            })) {
      assertSteps(
          taken,
          "recovery.epoch recovery.given-back recovery.closed recovery.done recovery.admitted"
              + " recovery.ready");
      assertThat(
              server
                  .send(
                      "POST",
                      "/users",
                      server.operator(),
                      "{\"user_id\":\"ann\",\"tokens\":10,\"words\":20}",
                      "Idempotency-Key",
                      "k1")
                  .status())
          .isEqualTo(201);
      assertSteps(
          taken,
          "create.account create.balance create.credit create.balance create.credit create.key"
              + " create.done");

      String token = server.token("ann");
      String commit = " commit.taken commit.receipt commit.snapshot commit.done commit.told";
      server.send("POST", "/memes", token, "{\"query\":\"x\"}", "Idempotency-Key", "k2");
      assertSteps(
          taken,
          "open.reserved open.looked-up charge.weighed charge.decided"
              + commit
              + " charge.durable");

      server.send("PUT", "/users/ann/permissions", server.operator(), "{\"permissions\":[\"ai\"]}");
      assertSteps(taken, "change.made change.done change.known");

      server.meme(token);
      assertSteps(
          taken,
          "open.reserved draw.weighed draw.decided"
              + commit
              + " draw.durable meme.made close.weighed close.decided"
              + commit
              + " close.durable");

      server.words(token, "{\"max_words\":1}");
      assertSteps(
          taken,
          "open.reserved draw.weighed draw.decided"
              + commit
              + " draw.durable word.due word.written close.weighed close.decided"
              + commit
              + " close.durable");

      server.send(
          "POST",
          "/users/ann/credits",
          server.operator(),
          "{\"meter\":\"tokens\",\"amount\":5}",
          "Idempotency-Key",
          "k3");
      assertSteps(
          taken,
          "credit.raised credit.revised credit.recorded credit.key credit.done change.known");

      server.send("PUT", "/users/ann/tokens", server.operator(), "{\"tokens\":1}");
      assertSteps(taken, "lower.weighed lower.decided" + commit + " lower.durable");

      store.get().forgetKeysBefore(Instant.EPOCH);
      assertSteps(taken, "forget.keys forget.done");
    }
    assertNoticesAreTold();
    assertThat(seen).isEqualTo(EnumSet.allOf(Step.class));
  }

  private void assertNoticesAreTold() {
    List<Step> taken = new CopyOnWriteArrayList<>();
    try (HookReceiver receiver = new HookReceiver();
        RunningService server =
            RunningService.start(
                folder.resolve("told"),
                one ->
                    one.telling(
                        new Configuration.Notices(
                            new Receiver(
                                receiver.url(),
                                List.of(Secret.parse(HookReceiver.SECRET)),
                                Patience.usual()),
                            Map.of(Meter.TOKENS, List.of(0L)))),
                World.real().withSteps(taken::add),
                accounts -> accounts)) {
      String token = server.user("ann", 1, 0);
      taken.clear();
      server.meme(token);
      await().until(() -> taken.contains(Step.NOTICE_DONE));
    }
    assertThat(taken.stream().map(Step::word).filter(word -> word.matches("commit.*|notice.*")))
        .containsExactly(
            "commit.taken",
            "commit.receipt",
            "commit.notice",
            "commit.snapshot",
            "commit.done",
            "commit.told",
            "notice.sent",
            "notice.noted",
            "notice.noted",
            "notice.done");
    seen.addAll(taken);
  }

  private final Set<Step> seen = EnumSet.noneOf(Step.class);

  /** The committer and the request go on side by side once the batch is told; order them. */
  private void assertSteps(List<Step> taken, String expected) {
    List<String> words = List.of(expected.split(" "));
    await().until(() -> taken.size() >= words.size());
    List<Step> steps = new ArrayList<>(taken);
    taken.clear();
    seen.addAll(steps);
    List<String> own = new ArrayList<>();
    List<String> commits = new ArrayList<>();
    for (Step step : steps) {
      (step.act().equals("commit") ? commits : own).add(step.word());
    }
    assertThat(own).isEqualTo(words.stream().filter(word -> !word.startsWith("commit")).toList());
    assertThat(commits)
        .isEqualTo(words.stream().filter(word -> word.startsWith("commit")).toList());
    assertThat(steps.stream().map(Step::word)).allMatch(word -> Step.parse(word).isPresent());
  }
}
