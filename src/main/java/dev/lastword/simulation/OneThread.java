package dev.lastword.simulation;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Virtual threads that one ordinary thread runs, a slice at a time, in the order its caller
 * chooses. A slice ends where the thread parks, yields or ends; locks and conditions of {@code
 * java.util.concurrent} work, waiting with a timeout does not.
 *
 * <p>A scheduler for virtual threads is no public API yet. JDK 25 has it in a constructor that
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED} opens; the jar's manifest says so.
 */
public final class OneThread implements ThreadFactory {

  private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

  private final Constructor<?> builder = builder();
  private final List<Runnable> ready = new ArrayList<>();

  private static Constructor<?> builder() {
    try {
      Constructor<?> constructor = Class.forName(BUILDER).getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new IllegalStateException(
          "the simulation needs JDK 25 and --add-opens java.base/java.lang=ALL-UNNAMED", e);
    }
  }

  @Override
  public Thread newThread(Runnable task) {
    try {
      Executor scheduler = ready::add;
      return ((Thread.Builder.OfVirtual) builder.newInstance(scheduler)).unstarted(task);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the calling thread's slice. */
  @SuppressWarnings("ThreadPriorityCheck") // The scheduler is the one above.
  public static void pause() {
    Thread.yield();
  }

  /** How many threads can go on. */
  public int ready() {
    return ready.size();
  }

  /** Runs one slice of one of them. */
  public void run(int index) {
    Runnable last = ready.removeLast();
    (index == ready.size() ? last : ready.set(index, last)).run();
  }
}
