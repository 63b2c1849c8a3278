package dev.lastword.http;

import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection, which Helidon reads only between requests. While a stream runs, a thread
 * of its own waits in the next read: the end of the input, or an error, means that the client has
 * left; bytes are the client's next request and are handed to the server when it asks for them.
 *
 * <p>All that is read goes through a {@link Http1Scanner}, which also tells what is waited for.
 */
final class Http1Watch extends WatchedConnection {

  private final Connections.Open place;
  private final Http1Scanner scanner = new Http1Scanner();
  private volatile @Nullable CompletableFuture<Optional<byte[]>> pending;
  private int stage;
  private long stageBegan;

  Http1Watch(ConnectionContext connection, Connections.Open place) {
    super(connection, place);
    this.place = place;
    this.stageBegan = place.now();
  }

  @Override
  byte @Nullable [] read() {
    RequestException refusal = scanner.refusal();
    if (refusal != null) {
      throw refusal;
    }
    if (scanner.isOver()) {
      return null;
    }
    byte[] bytes;
    awaits();
    try {
      bytes = nextOrPending();
    } catch (RuntimeException e) {
      throw place.isLate() ? new CloseConnectionException("too slow", e) : e;
    } finally {
      place.awaitsNothing();
    }
    if (bytes == null) {
      if (scanner.isInHead()) {
        throw Http1Scanner.cutOff();
      }
      return null;
    }
    return plain(bytes);
  }

  private byte[] plain(byte[] bytes) {
    int plain = scanner.scan(bytes);
    RequestException refusal = scanner.refusal();
    if (plain == 0 && refusal != null) {
      throw refusal;
    }
    // What comes before may hold whole requests, which are served.
    return plain == bytes.length ? bytes : Arrays.copyOf(bytes, plain);
  }

  private void awaits() {
    long now = place.now();
    if (scanner.isBetweenRequests()) {
      place.awaits(Connections.Wait.REQUEST, now);
      return;
    }
    if (stage != scanner.stage()) {
      stage = scanner.stage();
      stageBegan = now;
    }
    place.awaits(scanner.isInHead() ? Connections.Wait.HEAD : Connections.Wait.BODY, stageBegan);
  }

  private byte @Nullable [] nextOrPending() {
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
