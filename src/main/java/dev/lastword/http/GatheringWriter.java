package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one HTTP/2 connection write at the same moment leaves in one write. DATA
 * frames in the middle of an answer gather, and a thread that runs as soon as those have that wrote
 * them sends them; any other frame leaves, with all before it, before its writer goes on. Nobody
 * adds anything while a write hangs, so a slow reader gets no more than what gathered in {@link
 * #STALL}. Thread-safe.
 */
final class GatheringWriter implements DataWriter {

  private static final int ROOM_BYTES = 16 * 1024;
  private static final Duration STALL = Duration.ofMillis(50);

  private static final int FRAME_HEAD_BYTES = 9;
  private static final int DATA = 0;
  private static final int END_STREAM = 1;

  private final DataWriter writer;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private byte[] gathered = new byte[256];
  private int length;

  /** A thread writes, or is about to. */
  private boolean writing;

  /** Since when the current write hangs, if there is one. */
  private long writingSince;

  private boolean inWrite;
  private long addedBytes;
  private long writtenBytes;
  private @Nullable RuntimeException failure;

  GatheringWriter(DataWriter writer, LongSupplier nanoTime) {
    this.writer = writer;
    this.nanoTime = nanoTime;
  }

  @Override
  public void writeNow(BufferData buffer) {
    byte[] bytes = buffer.readBytes();
    boolean waits = !isInMidst(bytes);
    lock.lock();
    try {
      awaitWrites(() -> !isFull(bytes.length));
      add(bytes);
      if (!waits) {
        if (!writing) {
          writing = true;
          Thread.ofVirtual().name("gathered").start(this::writeGathered);
        }
        return;
      }
      if (!writing) {
        writing = true;
        writeAll();
      }
      long mine = addedBytes;
      awaitWrites(() -> writtenBytes >= mine);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isInMidst(byte[] frame) {
    return frame.length > FRAME_HEAD_BYTES && frame[3] == DATA && (frame[4] & END_STREAM) == 0;
  }

  private boolean isFull(int more) {
    return (length > 0 && length + more > ROOM_BYTES)
        || (inWrite && nanoTime.getAsLong() - writingSince > STALL.toNanos());
  }

  private void add(byte[] bytes) {
    if (length + bytes.length > gathered.length) {
      gathered = Arrays.copyOf(gathered, Math.max(2 * gathered.length, length + bytes.length));
    }
    System.arraycopy(bytes, 0, gathered, length, bytes.length);
    length += bytes.length;
    addedBytes += bytes.length;
  }

  /** Waits until enough was written. */
  private void awaitWrites(BooleanSupplier enough) {
    try {
      while (failure == null && !enough.getAsBoolean()) {
        written.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("given up"));
    }
    RuntimeException reason = failure;
    if (reason != null) {
      throw new UncheckedIOException(
          new IOException("an earlier write on this connection has failed", reason));
    }
  }

  private void writeGathered() {
    lock.lock();
    try {
      writeAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes until nothing is left; the lock is free while it writes. */
  private void writeAll() {
    while (length > 0 && failure == null) {
      byte[] bytes = Arrays.copyOf(gathered, length);
      length = 0;
      inWrite = true;
      writingSince = nanoTime.getAsLong();
      RuntimeException failed = null;
      lock.unlock();
      try {
        writer.writeNow(BufferData.create(bytes));
      } catch (RuntimeException e) {
        failed = e;
      } finally {
        lock.lock();
        inWrite = false;
      }
      failure = failed;
      writtenBytes += bytes.length;
      written.signalAll();
    }
    writing = false;
  }

  @Override
  public void writeNow(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(buffers);
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void close() {
    writer.close();
  }
}
