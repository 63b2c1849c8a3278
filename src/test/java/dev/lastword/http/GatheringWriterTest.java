package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class GatheringWriterTest {

  private static final int DATA = 0;
  private static final int HEADERS = 1;

  /** The other side: takes as many writes as it has permits for, and breaks if it is told to. */
  private static final class Peer implements DataWriter {
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore permits = new Semaphore(0);
    private volatile boolean broken;

    @Override
    public void writeNow(BufferData buffer) {
      begun.release();
      permits.acquireUninterruptibly();
      if (broken) {
        throw new UncheckedIOException(new IOException("broken pipe"));
      }
      sizes.add(buffer.available());
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
  }

  private final Peer peer = new Peer();
  private final AtomicLong nanos = new AtomicLong();
  private final GatheringWriter writer = new GatheringWriter(peer, nanos::get);

  @AfterEach
  void letGo() {
    peer.permits.release(1_000);
  }

  /** Ten bytes in all. */
  private static BufferData frame(int type, int flags) {
    return BufferData.create(new byte[] {0, 0, 1, (byte) type, (byte) flags, 0, 0, 0, 1, 'x'});
  }

  private Thread writing(int type, int flags) {
    return Thread.ofVirtual().start(() -> writer.writeNow(frame(type, flags)));
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  @Test
  void whatComesDuringAWriteLeavesTogether() {
    writer.writeNow(frame(DATA, 0));
    peer.begun.acquireUninterruptibly();
    for (int i = 0; i < 5; i++) {
      writer.writeNow(frame(DATA, 0));
    }
    peer.permits.release(2);
    await().untilAsserted(() -> assertThat(peer.sizes).containsExactly(10, 50));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1"})
  void otherFramesHaveLeftWhenTheirWriterGoesOn(int type, int flags) throws Exception {
    writer.writeNow(frame(DATA, 0));
    peer.begun.acquireUninterruptibly();

    Thread other = writing(type, flags);
    await().until(() -> waits(other));
    peer.permits.release(2);

    other.join();
    assertThat(peer.sizes).containsExactly(10, 10);
  }

  @Test
  void promise5NothingGathersBehindAWriteThatHangs() throws Exception {
    writer.writeNow(frame(DATA, 0));
    peer.begun.acquireUninterruptibly();
    nanos.addAndGet(Duration.ofMillis(51).toNanos());

    Thread late = writing(DATA, 0);
    await().until(() -> waits(late));
    peer.permits.release(2);

    late.join();
    await().untilAsserted(() -> assertThat(peer.sizes).containsExactly(10, 10));
  }

  @Test
  void noMoreGathersThanThereIsRoomFor() throws Exception {
    writer.writeNow(frame(DATA, 0));
    peer.begun.acquireUninterruptibly();
    for (int bytes = 0; bytes + 10 <= 16 * 1024; bytes += 10) {
      writer.writeNow(frame(DATA, 0));
    }

    Thread late = writing(DATA, 0);
    await().until(() -> waits(late));
    peer.permits.release(3);

    late.join();
    await().untilAsserted(() -> assertThat(peer.sizes).containsExactly(10, 16_380, 10));
  }

  @Test
  void whoeverIsGivenUpStopsWaiting() throws Exception {
    writer.writeNow(frame(DATA, 0));
    peer.begun.acquireUninterruptibly();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    AtomicLong gone = new AtomicLong();
    Thread late =
        Thread.ofVirtual()
            .start(() -> {
              try {
                writer.writeNow(frame(DATA, 0));
              } catch (UncheckedIOException e) {
                gone.incrementAndGet();
              }
            });
    await().until(() -> waits(late));

    late.interrupt();
    late.join();

    assertThat(gone).hasValue(1);
  }

  @Test
  void afterAWriteThatFailedNothingIsTaken() {
    peer.broken = true;
    peer.permits.release(1);
    assertThatThrownBy(() -> writer.writeNow(frame(HEADERS, 0)))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> writer.writeNow(frame(DATA, 0)))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(peer.sizes).isEmpty();
  }
}
