package dev.lastword.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request to the upstream. Opened by one thread; closing it, from any thread, closes the
 * connection unless the answer was read to its end, and fails whoever reads.
 */
final class Call implements AutoCloseable {

  private final Upstream upstream;
  private final String use;
  private final long begunNanos;
  private final CompletableFuture<HttpResponse<InputStream>> exchange;
  private final AtomicBoolean judged = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean answered;

  /** A request that was let through and is on its way. */
  Call(Upstream upstream, String use, CompletableFuture<HttpResponse<InputStream>> exchange) {
    this.upstream = upstream;
    this.use = use;
    this.begunNanos = upstream.now();
    this.exchange = exchange;
  }

  /**
   * Waits for the head of the answer.
   *
   * @throws UpstreamFailure if it is not 200 with that media type
   * @throws InterruptedException if the thread was interrupted
   */
  InputStream open(String mediaType) throws UpstreamFailure, InterruptedException {
    HttpResponse<InputStream> response;
    try {
      response = exchange.get();
    } catch (ExecutionException e) {
      throw new UpstreamFailure(
          e.getCause() instanceof ProtocolException
              ? UpstreamFailure.Kind.MALFORMED
              : UpstreamFailure.Kind.UNREACHABLE,
          e);
    }
    answered = true;
    int status = response.statusCode();
    if (status == 429 || status == 503) {
      throw new UpstreamFailure(
          UpstreamFailure.Kind.OVERLOADED, upstream.retryAfterSeconds(response.headers()));
    }
    if (status != 200) {
      throw new UpstreamFailure(
          status >= 500 ? UpstreamFailure.Kind.BROKEN : UpstreamFailure.Kind.REFUSED);
    }
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(mediaType)) {
      throw new UpstreamFailure(UpstreamFailure.Kind.MALFORMED);
    }
    return response.body();
  }

  /** What an error on the connection means. */
  UpstreamFailure broken(IOException e) {
    return new UpstreamFailure(
        answered ? UpstreamFailure.Kind.CUT : UpstreamFailure.Kind.UNREACHABLE, e);
  }

  /** It gives what was asked for. */
  void succeeded() {
    if (!judged.getAndSet(true)) {
      upstream.succeeded(use, upstream.now() - begunNanos);
    }
  }

  /** It does not, or not any more; what fails because it was closed is not the upstream's fault. */
  void failed(UpstreamFailure why) {
    if (!closed.get()) {
      judged.set(true);
      upstream.failed(why, upstream.now() - begunNanos);
    }
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    exchange.cancel(true);
    CompletableFuture<?> _ =
        exchange.whenComplete((response, failure) -> {
          if (response != null) {
            closeQuietly(response.body());
          }
        });
    if (!judged.getAndSet(true)) {
      upstream.left();
    }
    upstream.ended();
  }

  private static void closeQuietly(@Nullable InputStream body) {
    try {
      if (body != null) {
        body.close();
      }
    } catch (IOException _) {
      // Nobody reads it any more.
    }
  }
}
