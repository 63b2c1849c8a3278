package dev.lastword.upstream;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer. A thread of its own reads at most {@value #AHEAD} pieces ahead of whoever
 * takes them; beyond that the upstream has to wait. Taken by one thread; closed by any, which
 * closes the connection to the upstream at once, unless all was said: then the connection is good
 * for another question.
 */
public final class Talk implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Talk.class.getName());
  private static final int AHEAD = 16;
  private static final int REST_MILLIS = 1_000;

  /** What came next. */
  public sealed interface Said {
    /** A piece of text, with whatever boundaries the upstream chose. */
    record Text(String text) implements Said {}

    /** Nothing so far. */
    record Nothing() implements Said {}

    /**
     * The answer has ended.
     *
     * @param cut whether because it had become too long
     */
    record Over(boolean cut) implements Said {}

    record Failed(UpstreamFailure why) implements Said {}
  }

  private final Call call;
  private final Limits limits;
  private final LongSupplier nanoTime;
  private final BlockingQueue<Said> ahead = new ArrayBlockingQueue<>(AHEAD);
  private final ScheduledExecutorService timer;
  private final Thread reader;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicBoolean readToItsEnd = new AtomicBoolean();

  /** Whether the end was taken, and not only read. */
  private volatile boolean over;

  private boolean begun;
  private long waitedNanos;
  private @Nullable Said end;

  Talk(Call call, Limits limits, LongSupplier nanoTime, ScheduledExecutorService timer) {
    this.call = call;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.reader = Thread.ofVirtual().name("upstream").start(this::read);
  }

  /**
   * Waits for the next piece, for that long at most. Once it is over or has failed it stays so.
   *
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public Said next(long nanos) throws InterruptedException {
    if (end != null) {
      return end;
    }
    long from = nanoTime.getAsLong();
    Said said = ahead.poll(nanos, TimeUnit.NANOSECONDS);
    // A process that stood still has not waited.
    waitedNanos += Math.min(nanos, nanoTime.getAsLong() - from);
    return switch (said) {
      case Said.Text(String text) -> {
        if (!text.isBlank()) {
          waitedNanos = 0;
          begun = true;
          call.succeeded();
        }
        yield said;
      }
      case Said.Over _ -> {
        over = true;
        yield begun ? ended(said) : failed(new UpstreamFailure(UpstreamFailure.Kind.EMPTY));
      }
      case Said.Failed(UpstreamFailure why) -> failed(why);
      case null, default ->
          waitedNanos > (begun ? limits.silence() : limits.first()).toNanos()
              ? failed(new UpstreamFailure(UpstreamFailure.Kind.SLOW))
              : new Said.Nothing();
    };
  }

  private Said failed(UpstreamFailure why) {
    call.failed(why);
    return ended(new Said.Failed(why));
  }

  private Said ended(Said said) {
    end = said;
    close();
    return said;
  }

  private void read() {
    try {
      Said last;
      try {
        Lines lines = new Lines(call.open("text/event-stream"), limits);
        ahead.put(new Said.Over(readPieces(lines)));
        readRest(lines);
        return;
      } catch (UpstreamFailure e) {
        last = new Said.Failed(e);
      } catch (IOException e) {
        last = new Said.Failed(call.broken(e));
      }
      ahead.put(last);
    } catch (InterruptedException e) {
      // Closed: nobody takes what it says.
    }
  }

  /**
   * What comes after the last word is the end of the body: a connection on which that was not read
   * must be closed. Nobody waits for it.
   */
  private void readRest(Lines lines) {
    Future<?> expiry = timer.schedule(call::expire, REST_MILLIS, TimeUnit.MILLISECONDS);
    try {
      while (lines.nextData() != null) {
        // Of no interest.
      }
    } catch (IOException | UpstreamFailure e) {
      LOG.log(Level.DEBUG, "the answer has no end", e);
    } finally {
      expiry.cancel(false);
      readToItsEnd.set(true);
      if (taken.get()) {
        call.close();
      }
    }
  }

  /** Says whether the answer was cut. */
  private boolean readPieces(Lines lines)
      throws IOException, UpstreamFailure, InterruptedException {
    boolean finished = false;
    boolean cut = false;
    while (true) {
      String data = lines.nextData();
      if (data == null) {
        if (!finished) {
          throw new UpstreamFailure(UpstreamFailure.Kind.CUT);
        }
        return cut;
      }
      if (data.equals("[DONE]")) {
        return cut;
      }
      Answers.Piece piece = Answers.read(data, "delta");
      if (piece.error()) {
        throw new UpstreamFailure(UpstreamFailure.Kind.BROKEN);
      }
      finished |= piece.finished();
      cut |= piece.cut();
      if (!piece.content().isEmpty()) {
        ahead.put(new Said.Text(piece.content()));
      }
      if (!piece.content().isBlank()) {
        lines.progress();
      }
    }
  }

  @Override
  public void close() {
    taken.set(true);
    // The later of the two closes it, whoever has taken the end and whoever reads behind it.
    if (!over || readToItsEnd.get()) {
      call.close();
      reader.interrupt();
    }
  }
}
