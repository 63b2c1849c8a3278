package dev.lastword.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are open. Refuses those that are too many, before a thread is spent on them,
 * and closes those that keep the server waiting for longer than they may. Helidon offers neither:
 * it lets too many wait unaccepted, dies of an {@code accept} without descriptors, and knows no
 * time in which a head, a body or a write must be done. Thread-safe.
 */
final class Connections implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Connections.class.getName());

  /** What the server waits for. */
  enum Wait {
    HANDSHAKE,
    REQUEST,
    HEAD,
    BODY,
    WRITE
  }

  private record Waiting(Wait what, long sinceNanos) {}

  private record Ends(SocketAddress remote, SocketAddress local) {}

  private final ConnectionLimits limits;
  private final LongSupplier nanos;
  private final Map<Ends, Open> open = new ConcurrentHashMap<>();
  private final Set<Deadline> deadlines = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("connections").daemon().factory());
  private boolean full;

  Connections(ConnectionLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
    long period = limits.lookEvery().toNanos();
    ScheduledFuture<?> _ =
        watch.scheduleWithFixedDelay(this::lookSafely, period, period, TimeUnit.NANOSECONDS);
  }

  /** One open connection. */
  final class Open {
    private final SocketChannel channel;
    private final Ends ends;
    private volatile @Nullable Waiting reading = new Waiting(Wait.HANDSHAKE, nanos.getAsLong());
    private volatile @Nullable Waiting writing;
    private volatile @Nullable Thread reader;
    private volatile boolean late;

    private Open(SocketChannel channel, Ends ends) {
      this.channel = channel;
      this.ends = ends;
    }

    /** The server waits for something to come, since then. */
    void awaits(Wait what, long sinceNanos) {
      reading = new Waiting(what, sinceNanos);
    }

    /** The server waits for nothing that its client owes it. */
    void awaitsNothing() {
      reading = null;
    }

    void writes() {
      writing = new Waiting(Wait.WRITE, nanos.getAsLong());
    }

    void hasWritten() {
      writing = null;
    }

    /** Has the connection's thread woken, too, when it is closed; it may wait for another. */
    void readBy(Thread thread) {
      reader = thread;
    }

    /** Whether it was closed because its time was over. */
    boolean isLate() {
      return late;
    }

    long now() {
      return nanos.getAsLong();
    }

    Deadline deadline(Wait what, Runnable late) {
      Deadline deadline = new Deadline(nanos.getAsLong() + limit(what, false).toNanos(), late);
      deadlines.add(deadline);
      return deadline;
    }

    private void look(long now, boolean few) {
      if (isOver(reading, now, few) || isOver(writing, now, few)) {
        late = true;
        closeChannel(channel);
        Thread thread = reader;
        if (thread != null) {
          thread.interrupt();
        }
      }
    }

    void gone() {
      reader = null;
      open.remove(ends, this);
    }
  }

  /** Something that must be done by a certain time; closing it says that it is. */
  final class Deadline implements AutoCloseable {
    private final long atNanos;
    private final Runnable late;
    private boolean over;
    private boolean passed;

    private Deadline(long atNanos, Runnable late) {
      this.atNanos = atNanos;
      this.late = late;
    }

    private synchronized void look(long now) {
      if (!over && !passed && now - atNanos >= 0) {
        passed = true;
        late.run();
      }
    }

    synchronized boolean hasPassed() {
      return passed;
    }

    @Override
    public void close() {
      deadlines.remove(this);
      synchronized (this) {
        over = true;
      }
    }
  }

  /** The same options, with a place for each connection. */
  SocketOptions admitting(SocketOptions options) {
    return new Admitting(options, this);
  }

  int count() {
    return open.size();
  }

  /** The place of a connection that was admitted. */
  Open of(ConnectionContext connection) {
    Open place =
        open.get(new Ends(connection.remotePeer().address(), connection.localPeer().address()));
    if (place == null) {
      throw new CloseConnectionException("it has left already");
    }
    return place;
  }

  private void admit(SocketChannel channel) {
    try {
      if (isFull()) {
        throw new IOException("too many connections");
      }
      Ends ends = new Ends(channel.getRemoteAddress(), channel.getLocalAddress());
      open.put(ends, new Open(channel, ends));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized boolean isFull() {
    boolean now = open.size() >= limits.maxConnections();
    if (now && !full) {
      LOG.log(
          Level.WARNING,
          limits.maxConnections() + " connections are open, and more are refused until some leave");
    }
    full = now;
    return now;
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "cannot look after the connections, and will try again", e);
    }
  }

  private void look() {
    long now = nanos.getAsLong();
    open.values().removeIf(connection -> !connection.channel.isOpen());
    boolean few = open.size() > limits.maxConnections() / 4 * 3;
    open.values().forEach(connection -> connection.look(now, few));
    deadlines.forEach(deadline -> deadline.look(now));
  }

  private boolean isOver(@Nullable Waiting waiting, long now, boolean few) {
    return waiting != null && now - waiting.sinceNanos() >= limit(waiting.what(), few).toNanos();
  }

  private Duration limit(Wait what, boolean few) {
    return switch (what) {
      case HANDSHAKE, HEAD -> limits.head();
      case REQUEST -> few ? limits.idleWhenShort() : limits.idle();
      case BODY -> limits.body();
      case WRITE -> limits.write();
    };
  }

  private static void closeChannel(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cannot close a connection", e);
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  /** Where Helidon shows each connection that it has accepted; what throws here closes it. */
  private record Admitting(SocketOptions options, Connections connections)
      implements SocketOptions {

    @Override
    public void configureSocket(SocketChannel channel) {
      connections.admit(channel);
      options.configureSocket(channel);
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
      return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
      return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
      return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
      return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
      return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
      return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
      return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
      return options.tcpNoDelay();
    }
  }
}
