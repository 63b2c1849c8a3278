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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Puts load on a server over keep-alive connections, from the thread that calls. Every answer is
 * checked; the first that is wrong ends it. Whatever was sent is waited for, so what the server
 * counts afterwards can be held against {@link Result#all}.
 */
public final class Load implements AutoCloseable {

  private static final int ANSWER_BYTES = 64 * 1024;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How late an answer may be seen under open load: it is looked for so often. */
  private static final long LOOK_NANOS = 100_000;

  /**
   * What came back.
   *
   * @param inTime answers that came within the time that was measured
   * @param all answers, those included that came afterwards
   * @param seconds that were measured
   * @param latencies in nanoseconds: of a closed load from when a request was sent, of an open one
   *     from when it was due
   */
  public record Result(long inTime, long all, double seconds, Histogram latencies) {

    /** Answers a second. */
    public double rate() {
      return inTime / seconds;
    }

    /** The latency that so many of a hundred answers did not exceed, in milliseconds. */
    public double millisAt(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private final Target target;
  private final Selector selector;
  private final List<Connection> connections = new ArrayList<>();
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
  private long endNanos;
  private long lastNanos;
  private long inTime;
  private long all;

  private Load(Target target, int connections) throws IOException {
    this.target = target;
    this.selector = Selector.open();
    boolean open = false;
    try {
      for (int number = 0; number < connections; number++) {
        Connection connection = new Connection(number);
        this.connections.add(connection);
        idle.add(connection);
      }
      open = true;
    } finally {
      if (!open) {
        close();
      }
    }
  }

  /**
   * Closed loop: each connection sends its next request when it has its answer.
   *
   * @param connections 1 or more
   * @throws WrongAnswer if one is, or none comes within 30 s
   * @throws IOException if there is no connection
   */
  public static Result closed(Target target, int connections, Duration interval)
      throws IOException {
    try (Load load = new Load(target, connections)) {
      return load.closed(interval);
    }
  }

  /**
   * Sends so many requests, each as soon as a connection is free, and waits for their answers.
   *
   * @throws WrongAnswer if one is, or none comes within 30 s
   * @throws IOException if there is no connection
   */
  public static Result some(Target target, int connections, int requests) throws IOException {
    try (Load load = new Load(target, Math.min(connections, requests))) {
      return load.some(requests);
    }
  }

  /**
   * Open loop: requests are due at equal distances, whether or not those before were answered. One
   * that finds no free connection waits for it, and its latency counts from when it was due.
   *
   * @param connections as many requests can be under way
   * @param rate requests a second, more than 0
   * @throws WrongAnswer if one is, or none comes within 30 s
   * @throws IOException if there is no connection
   */
  public static Result open(Target target, int connections, double rate, Duration interval)
      throws IOException {
    try (Load load = new Load(target, connections)) {
      return load.open(rate, interval);
    }
  }

  private Result closed(Duration interval) throws IOException {
    long begun = begin(interval);
    while (true) {
      Connection free;
      while (System.nanoTime() - endNanos < 0 && (free = idle.poll()) != null) {
        free.send(System.nanoTime());
      }
      if (idle.size() == connections.size()) {
        return result(begun);
      }
      await();
    }
  }

  private Result some(int requests) throws IOException {
    long begun = begin(Duration.ofNanos(Long.MAX_VALUE / 4));
    int sent = 0;
    while (sent < requests || idle.size() < connections.size()) {
      Connection free;
      while (sent < requests && (free = idle.poll()) != null) {
        free.send(System.nanoTime());
        sent++;
      }
      await();
    }
    endNanos = System.nanoTime();
    return result(begun);
  }

  private Result open(double rate, Duration interval) throws IOException {
    double distance = TimeUnit.SECONDS.toNanos(1) / rate;
    long count = (long) (interval.toNanos() / distance);
    long begun = begin(interval);
    long sent = 0;
    while (sent < count || idle.size() < connections.size()) {
      long due = begun + (long) (sent * distance);
      while (sent < count && due - System.nanoTime() <= 0 && !idle.isEmpty()) {
        idle.remove().send(due);
        sent++;
        due = begun + (long) (sent * distance);
      }
      if (selector.selectNow(this::ready) == 0) {
        demandProgress();
        long untilDue = sent < count ? due - System.nanoTime() : LOOK_NANOS;
        LockSupport.parkNanos(Math.clamp(untilDue, 1, LOOK_NANOS));
      }
    }
    return result(begun);
  }

  private long begin(Duration interval) {
    long begun = System.nanoTime();
    lastNanos = begun;
    endNanos = begun + interval.toNanos();
    return begun;
  }

  private Result result(long begun) {
    return new Result(inTime, all, (endNanos - begun) / 1e9, latencies);
  }

  private void await() throws IOException {
    if (selector.select(this::ready, TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS) / 10) == 0) {
      demandProgress();
    }
  }

  private void demandProgress() {
    if (idle.size() < connections.size() && System.nanoTime() - lastNanos > PATIENCE_NANOS) {
      throw new WrongAnswer(
          "no answer within "
              + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)
              + " s on any of "
              + (connections.size() - idle.size())
              + " connections");
    }
  }

  private void ready(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      connection.ready(key);
    } catch (IOException e) {
      throw new WrongAnswer("the connection broke: " + e.getMessage());
    }
  }

  private void answered(Connection connection, long due) {
    long now = System.nanoTime();
    lastNanos = now;
    all++;
    if (now - endNanos <= 0) {
      inTime++;
    }
    latencies.recordValue(Math.clamp(now - due, 0, LONGEST_NANOS));
    idle.add(connection);
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.channel.close();
    }
    selector.close();
  }

  /** One request at a time. */
  private final class Connection {
    final SocketChannel channel;
    private final int number;
    private final SelectionKey key;
    private final ByteBuffer received = ByteBuffer.allocateDirect(ANSWER_BYTES);
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private long due;

    Connection(int number) throws IOException {
      this.number = number;
      channel =
          SocketChannel.open(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(long dueNanos) throws IOException {
      due = dueNanos;
      received.clear();
      rest = target.requests().next(number).duplicate();
      write();
    }

    private void write() throws IOException {
      channel.write(rest);
      key.interestOps(
          rest.hasRemaining()
              ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
              : SelectionKey.OP_READ);
    }

    void ready(SelectionKey ready) throws IOException {
      if (ready.isWritable()) {
        write();
      }
      if (ready.isReadable()) {
        read();
      }
    }

    private void read() throws IOException {
      if (channel.read(received) < 0) {
        throw new WrongAnswer("the connection was closed in the middle of an answer");
      }
      int end = received.position();
      received.limit(end);
      int length = target.answers().length(received);
      received.limit(received.capacity());
      if (length == Answers.UNFINISHED) {
        if (!received.hasRemaining()) {
          throw new WrongAnswer("an answer has more than " + ANSWER_BYTES + " bytes");
        }
      } else if (length < end) {
        throw new WrongAnswer("more came than one answer");
      } else {
        answered(this, due);
      }
    }
  }
}
