package dev.lastword.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection whose handler can see the other side leave while it still answers. Helidon
 * reads a connection only between requests; here, while a stream runs, a thread of its own waits in
 * the next read. The end of the input, or an error, means that the client has left; bytes are the
 * client's next request and are handed to the server when it asks for them.
 *
 * <p>A handler reaches its connection through {@link #of}: the request's remote peer is ours.
 */
final class Watched implements ConnectionContext {

  private final ConnectionContext connection;
  private final DataReader reader = DataReader.create(this::read);
  private final Peer peer;
  private volatile @Nullable CompletableFuture<Optional<byte[]>> pending;
  private volatile boolean left;
  private volatile boolean lastRequest;

  Watched(ConnectionContext connection) {
    this.connection = connection;
    this.peer = new Peer(connection.remotePeer(), this);
  }

  /** The connection of a request whose peer this is; empty for HTTP/2. */
  static Optional<Watched> of(PeerInfo peer) {
    return peer instanceof Peer ours ? Optional.of(ours.connection) : Optional.empty();
  }

  /** What the server reads next: what the watch has read, if there was one. */
  private byte @Nullable [] read() {
    if (lastRequest) {
      return null;
    }
    CompletableFuture<Optional<byte[]>> watch = pending;
    if (watch != null) {
      pending = null;
      try {
        return watch.join().orElse(null);
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    // Whoever found out which protocol is spoken has read the first bytes already.
    int available = connection.dataReader().available();
    if (available > 0) {
      return connection.dataReader().readBuffer(available).readBytes();
    }
    return serverSocket().get();
  }

  /** Starts to watch, once a request; {@code action} runs when the other side leaves. */
  void whenLeft(Runnable action) {
    if (pending != null || reader.available() > 0) {
      // A next request is here already, so the client has not left.
      return;
    }
    CompletableFuture<Optional<byte[]>> watch = new CompletableFuture<>();
    pending = watch;
    Thread.ofVirtual()
        .name("watch")
        .start(() -> {
          try {
            byte[] bytes = serverSocket().get();
            if (bytes == null) {
              leave(action);
            }
            watch.complete(Optional.ofNullable(bytes));
          } catch (RuntimeException e) {
            leave(action);
            watch.completeExceptionally(e);
          }
        });
  }

  private void leave(Runnable action) {
    left = true;
    action.run();
  }

  boolean left() {
    return left;
  }

  /** Closes the socket: a write that hangs fails. */
  void cut() {
    try {
      serverSocket().close();
    } catch (RuntimeException e) {
      // It was closed already.
      left = true;
    }
  }

  /** The client asked for the connection to close; the server would wait for a next request. */
  void noMoreRequests() {
    lastRequest = true;
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
    return connection.dataWriter();
  }

  @Override
  public DataReader dataReader() {
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

  private record Peer(PeerInfo peer, Watched connection) implements PeerInfo {
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
}
