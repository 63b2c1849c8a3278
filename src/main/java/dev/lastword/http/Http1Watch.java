package dev.lastword.http;

import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection, which Helidon reads only between requests. While a stream runs, a thread
 * of its own waits in the next read: the end of the input, or an error, means that the client has
 * left; bytes are the client's next request and are handed to the server when it asks for them.
 */
final class Http1Watch extends WatchedConnection implements Departure {

  private volatile @Nullable CompletableFuture<Optional<byte[]>> pending;
  private volatile boolean left;
  private volatile boolean lastRequest;

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
    return this;
  }

  /**
   * Helidon promises a client that asked for it the connection's close, and waits for a request.
   */
  @Override
  void noMoreRequests() {
    lastRequest = true;
  }

  @Override
  boolean isOneAfterTheOther() {
    return true;
  }

  /** Called by the request's thread, once a request. */
  @Override
  public void whenLeft(Runnable action) {
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

  @Override
  public boolean left() {
    return left;
  }

  @Override
  public void over() {
    // What is read from now on is the next request's.
  }

  @Override
  public void cut() {
    closeSocket();
  }
}
