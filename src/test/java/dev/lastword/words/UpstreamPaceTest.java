package dev.lastword.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lastword.telemetry.Telemetry;
import dev.lastword.upstream.ModelServer;
import dev.lastword.upstream.Upstream;
import dev.lastword.words.WordSource.Next;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a model's words are due, and how fast they are taken to come. */
@Timeout(30)
final class UpstreamPaceTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong jumped = new AtomicLong();
  private final LongSupplier clock = () -> System.nanoTime() + jumped.get();
  private final ModelServer model = new ModelServer();
  private final Upstream upstream =
      new Upstream(
          model.endpoint(ModelServer.limits()),
          new World(
              InstantSource.system(), clock, Thread.ofPlatform().daemon().factory(), Steps.NONE),
          new Telemetry());
  private final UpstreamWords words = new UpstreamWords(upstream, null, null, clock);

  @AfterEach
  void close() {
    words.close();
    upstream.close();
    model.close();
  }

  private Next.Word next() {
    long now = clock.getAsLong();
    return (Next.Word) words.next(now, now + 60 * SECOND);
  }

  @Test
  void promise4AWordAfterAStandstillWasDueBeforeIt() {
    CountDownLatch thawed = new CountDownLatch(1);
    model.does(line -> {
      line.events().delta("one ");
      hold(thawed);
      line.delta("two three ");
      line.awaitLeaving();
    });
    Next.Word one = next();
    assertThat(one.text()).isEqualTo("one");
    assertThat(clock.getAsLong() - one.dueNanos()).isLessThan(SECOND);
    CompletableFuture<Next.Word> second = new CompletableFuture<>();
    Thread waits = Thread.ofPlatform().start(() -> second.complete(next()));
    await().pollDelay(Duration.ZERO).until(() -> waits.getState() == Thread.State.TIMED_WAITING);

    jumped.addAndGet(10 * SECOND);
    thawed.countDown();

    Next.Word two = second.join();
    assertThat(two.text()).isEqualTo("two");
    assertThat(clock.getAsLong() - two.dueNanos()).isGreaterThan(9 * SECOND);
    assertThat(clock.getAsLong() - next().dueNanos()).isLessThan(SECOND);
  }

  @Test
  void thePaceIsMeasured() {
    model.does(line -> {
      line.events().delta("one two three ");
      line.awaitLeaving();
    });
    assertThat(words.meanNanos()).isGreaterThan(60 * SECOND);
    next();
    assertThat(words.meanNanos()).isGreaterThan(60 * SECOND);
    jumped.addAndGet(SECOND / 10);
    next();
    assertThat(words.meanNanos()).isBetween(SECOND / 10, SECOND / 2);
    jumped.addAndGet(SECOND / 2);
    next();
    assertThat(words.meanNanos()).isBetween(SECOND * 3 / 10, SECOND);
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
