package dev.lastword.bench.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Many streams of words at once, read by one thread of their own until they are closed. Used by one
 * thread.
 */
public final class Streams implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long LOOK_MILLIS = 100;

  private final Selector selector;
  private final List<SocketChannel> channels = new ArrayList<>();
  private final Thread reader;
  private volatile boolean closing;
  private final AtomicLong words = new AtomicLong();
  private final AtomicInteger begun = new AtomicInteger();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private volatile @Nullable Throwable failure;

  private Streams() throws IOException {
    selector = Selector.open();
    reader = Thread.ofPlatform().daemon().name("streams").unstarted(this::read);
  }

  /** One connection with all that it asks for. */
  private record Asked(WordCounter counter, ByteBuffer requests) {}

  /**
   * Opens a connection for each stream.
   *
   * @param requests for streams that do not end, one each
   */
  public static Streams http1(int port, List<ByteBuffer> requests) throws IOException {
    return open(
        port,
        requests.stream()
            .map(request -> new Asked(new Http1Words(), request.duplicate()))
            .toList());
  }

  /** Opens so many streams for each token, over one connection. */
  public static Streams http2(int port, List<String> tokens, int streams) throws IOException {
    return open(
        port,
        tokens.stream()
            .map(token -> new Asked(new Http2Words(), Http2Words.requests(streams, token)))
            .toList());
  }

  private static Streams open(int port, List<Asked> all) throws IOException {
    Streams streams = new Streams();
    boolean open = false;
    try {
      for (Asked asked : all) {
        streams.add(port, asked);
      }
      streams.reader.start();
      open = true;
      return streams;
    } finally {
      if (!open) {
        streams.close();
      }
    }
  }

  private void add(int port, Asked asked) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channels.add(channel);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    // Thousands that are closed at once would keep their ports for a minute.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.write(asked.requests());
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new Connection(channel, asked.counter()));
  }

  private void read() {
    try {
      while (!closing) {
        selector.select(key -> ((Connection) key.attachment()).read(), LOOK_MILLIS);
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
  }

  /**
   * Words that came so far, over all streams.
   *
   * @throws WrongAnswer if anything else came
   */
  public long words() {
    Throwable reason = failure;
    if (reason instanceof WrongAnswer wrong) {
      throw wrong;
    }
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
    return words.get();
  }

  /**
   * Waits until so many words came.
   *
   * @throws WrongAnswer if they do not within that time
   */
  public void await(long count, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (words() < count) {
      if (System.nanoTime() - end > 0) {
        throw new WrongAnswer(
            "%d of %d words within %d s, on %d of %d connections"
                .formatted(words.get(), count, patience.toSeconds(), begun.get(), channels.size()));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Leaves all streams at once. */
  @Override
  public void close() throws IOException {
    closing = true;
    selector.wakeup();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : channels) {
      channel.close();
    }
    selector.close();
  }

  private final class Connection {
    private final SocketChannel channel;
    private final WordCounter counter;
    private boolean silent = true;

    Connection(SocketChannel channel, WordCounter counter) {
      this.channel = channel;
      this.counter = counter;
    }

    void read() {
      try {
        buffer.clear();
        if (channel.read(buffer) < 0) {
          throw new WrongAnswer("the server has closed a connection");
        }
        words.addAndGet(counter.words(buffer.flip(), channel));
        if (silent) {
          silent = false;
          begun.incrementAndGet();
        }
      } catch (IOException e) {
        throw new WrongAnswer("a connection broke: " + e.getMessage());
      }
    }
  }
}
