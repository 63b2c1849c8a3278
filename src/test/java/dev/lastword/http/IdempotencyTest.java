package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lastword.HeldSteps;
import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;
import dev.lastword.ServerProcess;
import dev.lastword.TestClient;
import dev.lastword.world.Step;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Key × body × what became of the first request × what was asked for. */
@Timeout(120)
final class IdempotencyTest {

  private static final String KEY = "the-key";

  @TempDir private Path folder;
  private final HeldSteps steps = new HeldSteps();

  private RunningService start() {
    return RunningService.start(
        folder, RunningService.FAST, steps.world(), UnaryOperator.identity());
  }

  private static void assertFresh(Answer answer, Ware ware) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(ware.success());
    assertThat(answer.header("Idempotent-Replayed")).isEmpty();
  }

  private static void assertReplay(Answer answer, Answer first, Ware ware) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(ware.success());
    assertThat(answer.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(answer.body()).isEqualTo(first.body());
    assertThat(answer.header("Lastword-Charge")).isEqualTo(first.header("Lastword-Charge"));
  }

  /** A key that was used is for that request only; another key is another request. */
  private void assertKeyIsTaken(RunningService server, Ware ware, String token, long spent) {
    assertThat(ware.ask(server, token, KEY, ware.otherBody).status()).isEqualTo(422);
    assertThat(ware.spent(server)).isEqualTo(spent);
    if (ware != Ware.CREATION) {
      assertFresh(ware.ask(server, token, KEY + "-2", ware.body), ware);
      assertThat(ware.spent(server)).isEqualTo(spent + ware.price());
    }
    assertThat(server.audit().discrepancies()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void promise3AFinishedRequestIsReplayedForNothing(Ware ware) {
    try (RunningService server = start()) {
      String token = ware.token(server, Ware.OPENING);
      Answer first = ware.ask(server, token, KEY, ware.body);
      assertFresh(first, ware);
      assertThat(ware.spent(server)).isEqualTo(ware.price());
      steps.taken.clear();

      assertReplay(ware.ask(server, token, KEY, ware.body), first, ware);

      // At once: nobody waited for the pace of words, and nothing was committed.
      assertThat(steps.taken).doesNotContain(Step.WORD_DUE, Step.COMMIT_DONE);
      assertThat(ware.spent(server)).isEqualTo(ware.price());
      assertKeyIsTaken(server, ware, token, ware.price());
    }
  }

  @ParameterizedTest
  @EnumSource
  void promise3AFinishedRequestIsReplayedAfterARestart(Ware ware) {
    Answer first;
    String token;
    try (RunningService server = start()) {
      token = ware.token(server, Ware.OPENING);
      first = ware.ask(server, token, KEY, ware.body);
    }
    try (RunningService server = start()) {
      assertReplay(ware.ask(server, token, KEY, ware.body), first, ware);
      assertKeyIsTaken(server, ware, token, ware.price());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT_MEME, CHARGE_DURABLE",
    "AI_MEME, DRAW_DURABLE",
    "AI_MEME, MEME_MADE",
    "AI_MEME, CLOSE_DURABLE",
    "STREAM, DRAW_DURABLE",
    "STREAM, CLOSE_WEIGHED"
  })
  void promise3ARunningRequestIsNotBegunTwice(Ware ware, Step step) throws Exception {
    try (RunningService server = start();
        ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
        HeldSteps.Hold hold = steps.holdAt(step)) {
      String token = ware.token(server, Ware.OPENING);
      Future<Answer> first = thread.submit(() -> ware.ask(server, token, KEY, ware.body));
      hold.awaitHeld();
      if (step != Step.CLOSE_WEIGHED) {
        // There, the account's lock is held and others wait.
        assertThat(ware.ask(server, token, KEY, ware.body).status()).isEqualTo(409);
        assertThat(ware.ask(server, token, KEY, ware.otherBody).status()).isEqualTo(422);
      }
      hold.release();
      assertFresh(first.get(), ware);
      assertThat(ware.spent(server)).isEqualTo(ware.price());
      assertReplay(ware.ask(server, token, KEY, ware.body), first.get(), ware);
      assertKeyIsTaken(server, ware, token, ware.price());
    }
  }

  @ParameterizedTest
  @CsvSource({"CREDIT, CREDIT_RAISED", "CREDIT, CREDIT_DONE", "CREATION, CREATE_ACCOUNT"})
  void promise3AnOperatorsRunningRequestIsAwaitedAndReplayed(Ware ware, Step step)
      throws Exception {
    try (RunningService server = start();
        ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      String token = ware.token(server, Ware.OPENING);
      try (HeldSteps.Hold hold = steps.holdAt(step)) {
        Future<Answer> first = thread.submit(() -> ware.ask(server, token, KEY, ware.body));
        hold.awaitHeld();
        Future<Answer> second = thread.submit(() -> ware.ask(server, token, KEY, ware.body));
        hold.release();
        assertFresh(first.get(), ware);
        assertReplay(second.get(), first.get(), ware);
      }
      assertThat(ware.spent(server)).isEqualTo(ware.price());
      assertKeyIsTaken(server, ware, token, ware.price());
    }
  }

  /** A stream that fails is cut off: its head may be on its way. */
  private void fail(RunningService server, Ware ware, String token, Step step) {
    steps.failAt(step);
    try {
      assertThat(ware.ask(server, token, KEY, ware.body).status()).isEqualTo(500);
    } catch (UncheckedIOException e) {
      assertThat(ware).isEqualTo(Ware.STREAM);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT_MEME, CHARGE_WEIGHED",
    "AI_MEME, MEME_MADE",
    "STREAM, WORD_DUE",
    "CREDIT, CREDIT_RECORDED",
    "CREATION, CREATE_BALANCE"
  })
  void promise5WhatFailedIsNoResultAndCostsNothing(Ware ware, Step step) {
    try (RunningService server = start()) {
      String token = ware.token(server, Ware.OPENING);
      fail(server, ware, token, step);
      assertThat(ware.spent(server)).isZero();

      assertFresh(ware.ask(server, token, KEY, ware.body), ware);
      assertThat(ware.spent(server)).isEqualTo(ware.price());
      assertKeyIsTaken(server, ware, token, ware.price());
    }
  }

  @ParameterizedTest
  @CsvSource({"TEXT_MEME, CHARGE_WEIGHED", "AI_MEME, MEME_MADE", "STREAM, WORD_DUE"})
  void promise5AfterAFailureTheKeyMayBeUsedForAnotherRequest(Ware ware, Step step) {
    try (RunningService server = start()) {
      String token = ware.token(server, Ware.OPENING);
      fail(server, ware, token, step);
      assertFresh(ware.ask(server, token, KEY, ware.otherBody), ware);
      assertThat(ware.ask(server, token, KEY, ware.body).status()).isEqualTo(422);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TEXT_MEME", "AI_MEME", "STREAM"})
  void promise3ARefusalIsNotReplayed(Ware ware) {
    try (RunningService server = start()) {
      String token = ware.token(server, 0);
      assertThat(ware.ask(server, token, KEY, ware.body).status()).isEqualTo(402);
      for (String meter : List.of("tokens", "words")) {
        server.send(
            "PUT",
            "/users/ann/" + meter,
            server.operator(),
            "{\"" + meter + "\":" + Ware.OPENING + "}");
      }
      assertFresh(ware.ask(server, token, KEY, ware.body), ware);
      assertThat(ware.spent(server)).isEqualTo(ware.price());
    }
  }

  /** What is durable is replayed; what is not never happened; what a crash cut was given back. */
  @ParameterizedTest
  @CsvSource({
    "TEXT_MEME, COMMIT_SNAPSHOT, false",
    "TEXT_MEME, COMMIT_DONE, true",
    "TEXT_MEME, CHARGE_DURABLE, true",
    "AI_MEME, DRAW_DURABLE, false",
    "AI_MEME, MEME_MADE, false",
    "AI_MEME, CLOSE_DURABLE, true",
    "STREAM, COMMIT_SNAPSHOT, false",
    "STREAM, WORD_WRITTEN, true",
    "STREAM, CLOSE_DURABLE, true",
    "CREDIT, CREDIT_KEY, false",
    "CREDIT, CREDIT_DONE, true",
    "CREDIT, CHANGE_KNOWN, true",
    "CREATION, CREATE_KEY, false",
    "CREATION, CREATE_DONE, true"
  })
  void promises3And5ARequestThatACrashCutIsAnsweredOnce(Ware ware, Step step, boolean charged)
      throws Exception {
    String token;
    try (RunningService server = start()) {
      token = ware.token(server, Ware.OPENING);
    }
    try (ServerProcess doomed = ServerProcess.doomed(folder, "kill " + step.word() + " 1");
        TestClient client = new TestClient(doomed.port())) {
      client.send("POST", ware.path, token, ware.body, "Idempotency-Key", KEY);
      throw new AssertionError("it did not die at " + step);
    } catch (UncheckedIOException expected) {
      // Killed before it could answer.
    }
    try (RunningService server = start()) {
      Answer answer = ware.ask(server, token, KEY, ware.body);
      assertThat(answer.status()).as(answer.body()).isEqualTo(ware.success());
      assertThat(answer.header("Idempotent-Replayed")).isEqualTo(charged ? "true" : "");
      assertThat(ware.spent(server)).isEqualTo(ware.price());
      assertKeyIsTaken(server, ware, token, ware.price());
    }
  }
}
