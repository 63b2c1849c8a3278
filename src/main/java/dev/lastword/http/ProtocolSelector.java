package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Both protocols as Helidon serves them, on watched connections. It is the only selector, so that
 * Helidon hands over a connection before its first byte, and one that says nothing is watched, too.
 */
record ProtocolSelector(
    ServerConnectionSelector http1, ServerConnectionSelector http2, Connections connections)
    implements ServerConnectionSelector {

  private static final String HTTP2 = "h2";
  private static final String HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of(HTTP2, "http/1.1");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Chosen(context, connections.of(context));
  }

  /** A connection whose protocol is known once its first bytes have come, or by TLS. */
  private final class Chosen implements ServerConnection, InterruptableTask<Void> {

    private final ConnectionContext context;
    private final Connections.Open place;
    private volatile @Nullable ServerConnection connection;
    private volatile @Nullable Thread thread;

    Chosen(ConnectionContext context, Connections.Open place) {
      this.context = context;
      this.place = place;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      thread = Thread.currentThread();
      try {
        ServerConnection chosen =
            isHttp2()
                ? http2.connection(new Http2Watch(context, place))
                : http1.connection(new Http1Watch(context, place));
        connection = chosen;
        chosen.handle(limit);
      } finally {
        place.gone();
      }
    }

    private boolean isHttp2() {
      if (context.serverSocket().protocolNegotiated()) {
        return context.serverSocket().protocol().equals(HTTP2);
      }
      place.awaits(Connections.Wait.REQUEST, place.now());
      try {
        for (int index = 0; index < HTTP2_PREFACE.length(); index++) {
          if (context.dataReader().available() <= index) {
            context.dataReader().pullData();
            if (index == 0) {
              place.awaits(Connections.Wait.HEAD, place.now());
            }
          }
          // What does not begin like HTTP/2 is taken for HTTP/1.1, whatever it is, to be refused
          // with an answer.
          if (context.dataReader().getBuffer(index + 1).get(index) != HTTP2_PREFACE.charAt(index)) {
            return false;
          }
        }
        return true;
      } catch (InsufficientDataAvailableException | UncheckedIOException e) {
        throw new CloseConnectionException("it has left without a word", e);
      } finally {
        place.awaitsNothing();
      }
    }

    @Override
    public boolean canInterrupt() {
      return !(connection instanceof InterruptableTask<?> task) || task.canInterrupt();
    }

    /** Never, for Helidon: it would end an HTTP/2 connection whose one stream is long. */
    @Override
    public Duration idleTime() {
      return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
      ServerConnection chosen = connection;
      if (chosen != null) {
        chosen.close(interrupt);
      } else if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
