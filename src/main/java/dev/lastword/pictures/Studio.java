package dev.lastword.pictures;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures, a few at a time, and remembers the latest. Safe for use by many threads.
 *
 * <p>Drawing is work for a processor, without a pause: on a virtual thread it would keep others
 * from theirs, the streams of words among them. So it is done on threads of the system, which
 * share.
 */
public final class Studio implements AutoCloseable {

  /** Changes whenever the same meme is drawn otherwise: it is a part of every picture's tag. */
  public static final int VERSION = 1;

  /**
   * How much is done at once.
   *
   * @param drawing pictures that are drawn at the same time, 1 or more
   * @param patience how long a request waits for its turn
   * @param rememberedBytes of finished pictures
   */
  public record Limits(int drawing, Duration patience, long rememberedBytes) {
    /** For this machine. */
    public static Limits usual() {
      return new Limits(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          Duration.ofSeconds(3),
          16L << 20);
    }
  }

  /** All are busy, for longer than a request waits; nothing was drawn. */
  public static final class Busy extends Exception {
    Busy() {
      super("no turn to draw", null, false, false);
    }

    /** For the answer. */
    public String detail() {
      return "too many pictures are being drawn";
    }
  }

  private record Name(String id, PictureFormat format) {}

  private final Limits limits;
  private final Painter painter = new Painter();
  private final Semaphore turns;
  private final ExecutorService hands;
  private final Map<Name, Picture> remembered = new LinkedHashMap<>(16, 0.75f, true);
  private long rememberedBytes;
  private volatile boolean draining;

  public Studio(Limits limits) {
    this.limits = limits;
    this.turns = new Semaphore(limits.drawing(), true);
    this.hands =
        Executors.newCachedThreadPool(Thread.ofPlatform().name("pictures-", 0).daemon().factory());
  }

  /** A turn to draw. To be closed. */
  public final class Turn implements AutoCloseable {
    private Turn() {}

    /**
     * Draws, encodes and remembers.
     *
     * @throws Busy if the studio was closed meanwhile
     */
    public Picture draw(String id, Poster poster, PictureFormat format) throws Busy {
      Name name = new Name(id, format);
      Optional<Picture> known = recall(name);
      if (known.isPresent()) {
        return known.get();
      }
      Picture picture;
      try {
        picture =
            await(
                hands.submit(
                    () -> new Picture(format, Encoding.encode(painter.paint(poster), format))));
      } catch (RejectedExecutionException | IllegalStateException e) {
        if (draining) {
          throw new Busy();
        }
        throw e;
      }
      remember(name, picture);
      return picture;
    }

    @Override
    public void close() {
      turns.release();
    }
  }

  /**
   * Waits for a turn, so that nothing need be paid before there is one.
   *
   * @throws Busy if there was none in time
   */
  public Turn turn() throws Busy {
    if (draining) {
      throw new Busy();
    }
    boolean interrupted = false;
    long end = System.nanoTime() + limits.patience().toNanos();
    try {
      while (true) {
        try {
          if (!turns.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new Busy();
          }
          return new Turn();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * From now on nothing is begun any more: a process that ends cannot load what Java needs for its
   * first picture.
   */
  public void drain() {
    draining = true;
  }

  /**
   * A picture: remembered, or drawn when it is its turn.
   *
   * @param id of what is drawn: with the format it names the picture
   * @throws Busy if it was not its turn in time
   */
  public Picture picture(String id, Poster poster, PictureFormat format) throws Busy {
    Optional<Picture> known = remembered(id, format);
    if (known.isPresent()) {
      return known.get();
    }
    try (Turn turn = turn()) {
      return turn.draw(id, poster, format);
    }
  }

  /** One that was made a short while ago. */
  public Optional<Picture> remembered(String id, PictureFormat format) {
    return recall(new Name(id, format));
  }

  private Optional<Picture> recall(Name name) {
    synchronized (remembered) {
      return Optional.ofNullable(remembered.get(name));
    }
  }

  private void remember(Name name, Picture picture) {
    synchronized (remembered) {
      Picture before = remembered.put(name, picture);
      rememberedBytes += picture.bytes().length - (before == null ? 0 : before.bytes().length);
      Iterator<Picture> oldest = remembered.values().iterator();
      while (rememberedBytes > limits.rememberedBytes() && oldest.hasNext()) {
        rememberedBytes -= oldest.next().bytes().length;
        oldest.remove();
      }
    }
  }

  private static Picture await(Future<Picture> picture) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return picture.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    // Java's font code throws other errors for what is wrong with a font, and goes on working.
    if (cause instanceof OutOfMemoryError error) {
      throw error;
    }
    return new IllegalStateException("a picture could not be drawn", cause);
  }

  @Override
  public void close() {
    drain();
    hands.shutdownNow();
  }
}
