package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.CompositeBufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.ServerRequest;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose handlers can see the other side leave. Helidon tells a handler nothing of it;
 * so what the server reads goes through {@link #read}, which sees it first. Everything else is
 * Helidon's.
 *
 * <p>A handler reaches its connection through {@link #of}: the request's remote peer is ours.
 */
abstract class WatchedConnection implements ConnectionContext {

  private final ConnectionContext connection;
  private final DataReader reader = DataReader.create(this::read);
  private final Peer peer;
  private final DataWriter writer;

  WatchedConnection(ConnectionContext connection, Connections.Open place) {
    this.connection = connection;
    this.peer = new Peer(connection.remotePeer(), this);
    this.writer = new TimedWriter(connection.dataWriter(), place);
  }

  /** The connection of a request. */
  static WatchedConnection of(ServerRequest request) {
    return ((Peer) request.remotePeer()).connection();
  }

  /** What the server reads next; null at the end. */
  abstract byte @Nullable [] read();

  /** The other side of a request on this connection. */
  abstract Departure departure(ServerRequest request);

  /** A request has come; what its protocol allows and we do not is refused here. */
  void begin(ServerRequest request) {}

  /** It has got its answer. */
  void end() {}

  /** A time in which the body of a request must have come, where reading it shows no progress. */
  Optional<Connections.Deadline> bodyDeadline() {
    return Optional.empty();
  }

  /** Whether what follows an unread body could be taken for a request. */
  abstract boolean isOneAfterTheOther();

  /** The next bytes of the socket, those included that told which protocol is spoken. */
  final byte @Nullable [] next() {
    int available = connection.dataReader().available();
    return available > 0
        ? connection.dataReader().readBuffer(available).readBytes()
        : serverSocket().get();
  }

  @Override
  public ListenerContext listenerContext() {
    return connection.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return connection.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public final DataReader dataReader() {
    return reader;
  }

  @Override
  public Router router() {
    return connection.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return connection.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return connection.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return peer;
  }

  @Override
  public PeerInfo localPeer() {
    return connection.localPeer();
  }

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  public String socketId() {
    return connection.socketId();
  }

  @Override
  public String childSocketId() {
    return connection.childSocketId();
  }

  private record Peer(PeerInfo peer, WatchedConnection connection) implements PeerInfo {
    @Override
    public SocketAddress address() {
      return peer.address();
    }

    @Override
    public String host() {
      return peer.host();
    }

    @Override
    public int port() {
      return peer.port();
    }

    @Override
    public Optional<Principal> tlsPrincipal() {
      return peer.tlsPrincipal();
    }

    @Override
    public Optional<Certificate[]> tlsCertificates() {
      return peer.tlsCertificates();
    }
  }

  /** Writes, and lets it be known while it does. */
  private record TimedWriter(DataWriter writer, Connections.Open place) implements DataWriter {
    @Override
    public void write(BufferData... buffers) {
      timed(() -> writer.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
      timed(() -> writer.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
      timed(() -> writer.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
      timed(() -> writer.writeNow(joined(buffer)));
    }

    /** A frame's head and its payload: a socket would write them one by one. */
    private static BufferData joined(BufferData buffer) {
      return buffer instanceof CompositeBufferData ? BufferData.create(buffer.readBytes()) : buffer;
    }

    @Override
    public void flush() {
      timed(writer::flush);
    }

    @Override
    public void close() {
      timed(writer::close);
    }

    private void timed(Runnable write) {
      place.writes();
      try {
        write.run();
      } finally {
        place.hasWritten();
      }
    }
  }
}
