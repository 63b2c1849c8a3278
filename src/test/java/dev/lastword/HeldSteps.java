package dev.lastword;

import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Steps that a test can hold a server at, or make fail, once. */
public final class HeldSteps implements Steps {

  /** The thread that takes the step next stands still until it is let go. */
  public static final class Hold implements AutoCloseable {
    private final Step step;
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Hold(Step step) {
      this.step = step;
    }

    public void awaitHeld() throws InterruptedException {
      if (!held.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came to " + step);
      }
    }

    public void release() {
      released.countDown();
    }

    @Override
    public void close() {
      release();
    }
  }

  private final AtomicReference<Hold> hold = new AtomicReference<>();
  private final AtomicReference<Step> failing = new AtomicReference<>();

  /** Every step that was taken. */
  public final List<Step> taken = new CopyOnWriteArrayList<>();

  public World world() {
    return World.real().withSteps(this);
  }

  public Hold holdAt(Step step) {
    Hold next = new Hold(step);
    hold.set(next);
    return next;
  }

  /** The thread that takes the step next fails there, by a mistake of ours. */
  public void failAt(Step step) {
    failing.set(step);
  }

  @Override
  public void at(Step step) {
    taken.add(step);
    if (failing.compareAndSet(step, null)) {
      throw new IllegalStateException("made to fail at " + step.word());
    }
    Hold current = hold.get();
    if (current != null && current.step == step && hold.compareAndSet(current, null)) {
      current.held.countDown();
      boolean interrupted = false;
      while (true) {
        try {
          current.released.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
