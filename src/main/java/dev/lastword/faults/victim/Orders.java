package dev.lastword.faults.victim;

import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the victim was told, in words: {@code kill charge.decided 3} (at the third time), {@code
 * freeze draw.durable 1}, {@code stir 20} (dawdle at every fifth of 100 steps), {@code clock -7200}
 * (seconds from the real time). Thread-safe.
 */
final class Orders implements Steps, InstantSource {

  private static final int LONGEST_PAUSE_NANOS = 1_000_000;

  private record Aim(Step step, AtomicInteger left, int signal) {}

  private volatile @Nullable Aim aim;
  private volatile int stirPercent;
  private volatile Duration offset = Duration.ZERO;

  /**
   * Takes an order.
   *
   * @throws IllegalArgumentException if there is no such order
   */
  void obey(String order) {
    String[] words = order.split(" ", -1);
    switch (words[0]) {
      case "kill" -> aim = aim(words, Signals.KILL);
      case "freeze" -> aim = aim(words, Signals.STOP);
      case "stir" -> stirPercent = Integer.parseInt(words[1]);
      case "clock" -> offset = Duration.ofSeconds(Long.parseLong(words[1]));
      default -> throw new IllegalArgumentException("no such order: " + order);
    }
  }

  private static Aim aim(String[] words, int signal) {
    return new Aim(
        Step.parse(words[1]).orElseThrow(), new AtomicInteger(Integer.parseInt(words[2])), signal);
  }

  @Override
  public void at(Step step) {
    Aim target = aim;
    if (target != null && target.step() == step && target.left().decrementAndGet() == 0) {
      Signals.toSelf(target.signal());
    }
    if (stirPercent > 0) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextInt(100) < stirPercent) {
        LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE_NANOS));
      }
    }
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(offset);
  }
}
