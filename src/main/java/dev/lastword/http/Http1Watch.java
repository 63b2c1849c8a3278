package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.spi.ServerConnectionSelector.Support;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection, which Helidon reads only between requests. While a stream runs, a thread
 * of its own waits in the next read: the end of the input, or an error, means that the client has
 * left; bytes are the client's next request and are handed to the server when it asks for them.
 */
final class Http1Watch extends WatchedConnection {

  private static final String HTTP2 = "PRI * HTTP/2.0\r\n";

  private volatile @Nullable CompletableFuture<Optional<byte[]>> pending;
  private volatile boolean lastRequest;

  /**
   * What does not begin like HTTP/2 is taken for HTTP/1.1, whatever it is, to be refused with an
   * answer.
   */
  static Support claims(BufferData data) {
    int length = Math.min(data.available(), HTTP2.length());
    for (int index = 0; index < length; index++) {
      if (data.get(index) != HTTP2.charAt(index)) {
        return Support.SUPPORTED;
      }
    }
    return Support.UNKNOWN;
  }

  Http1Watch(ConnectionContext connection) {
    super(connection);
  }

  @Override
  byte @Nullable [] read() {
    if (lastRequest) {
      return null;
    }
    CompletableFuture<Optional<byte[]>> watch = pending;
    if (watch == null) {
      return next();
    }
    pending = null;
    try {
      return watch.join().orElse(null);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  Departure departure(ServerRequest request) {
    return new Departure(this::watch, () -> {});
  }

  /** Helidon promises the close to a client that asked for it, and waits for another request. */
  @Override
  void noMoreRequests() {
    lastRequest = true;
  }

  @Override
  boolean isOneAfterTheOther() {
    return true;
  }

  private void watch(Departure departure) {
    if (pending != null || dataReader().available() > 0) {
      // A next request is here already, so the client has not left.
      return;
    }
    CompletableFuture<Optional<byte[]>> watch = new CompletableFuture<>();
    pending = watch;
    Thread.ofVirtual()
        .name("watch")
        .start(() -> {
          try {
            byte[] bytes = next();
            if (bytes == null) {
              departure.leave();
            }
            watch.complete(Optional.ofNullable(bytes));
          } catch (RuntimeException e) {
            departure.leave();
            watch.completeExceptionally(e);
          }
        });
  }
}
