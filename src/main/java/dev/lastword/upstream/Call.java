package dev.lastword.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * One request to the upstream. Opened by one thread; closing it, from any thread, closes the
 * connection unless the answer was read to its end, and fails whoever reads.
 */
final class Call implements AutoCloseable {

  private final Upstream upstream;
  private final String use;
  private final long begunNanos;
  private final HttpPost request;
  private final AtomicBoolean judged = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean answered;
  private volatile boolean expired;

  /** A request that was let through. */
  Call(Upstream upstream, String use, HttpPost request) {
    this.upstream = upstream;
    this.use = use;
    this.begunNanos = upstream.now();
    this.request = request;
  }

  /**
   * Sends the request and waits for the head of the answer. The body need not be closed: this call
   * is.
   *
   * @throws UpstreamFailure if it is not 200 with that media type
   */
  InputStream open(String mediaType) throws UpstreamFailure {
    ClassicHttpResponse response;
    try {
      response = upstream.send(request);
    } catch (ClientProtocolException | MessageConstraintException e) {
      throw new UpstreamFailure(UpstreamFailure.Kind.MALFORMED, e);
    } catch (IOException e) {
      throw broken(e);
    }
    answered = true;
    int status = response.getCode();
    if (status == 429 || status == 503) {
      throw new UpstreamFailure(
          UpstreamFailure.Kind.OVERLOADED, upstream.retryAfterSeconds(response));
    }
    if (status != 200) {
      throw new UpstreamFailure(
          status >= 500 ? UpstreamFailure.Kind.BROKEN : UpstreamFailure.Kind.REFUSED);
    }
    Header header = response.getFirstHeader("Content-Type");
    String type = header == null ? "" : header.getValue();
    if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(mediaType)) {
      throw new UpstreamFailure(UpstreamFailure.Kind.MALFORMED);
    }
    try {
      HttpEntity body = response.getEntity();
      return body == null ? InputStream.nullInputStream() : body.getContent();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** What an error on the connection means. */
  UpstreamFailure broken(IOException e) {
    if (expired) {
      return new UpstreamFailure(UpstreamFailure.Kind.SLOW, e);
    }
    return new UpstreamFailure(
        answered ? UpstreamFailure.Kind.CUT : UpstreamFailure.Kind.UNREACHABLE, e);
  }

  /** It has taken too long: whoever reads fails. */
  void expire() {
    expired = true;
    request.cancel();
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
    request.cancel();
    if (!judged.getAndSet(true)) {
      upstream.left();
    }
    upstream.ended();
  }
}
