package dev.lastword.upstream;

import dev.lastword.telemetry.Telemetry;
import dev.lastword.world.World;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Asks the model. Redirects are not followed, so the key goes to the configured address alone.
 * Thread-safe; closing it ends every answer.
 */
public final class Upstream implements AutoCloseable {

  /** However long an upstream wants to be left alone, our clients are told no more. */
  static final long MAX_RETRY_SECONDS = 60;

  private static final System.Logger LOG = System.getLogger(Upstream.class.getName());
  private static final int MAX_HEAD_LINE_BYTES = 16 * 1024;
  private static final int MAX_HEADERS = 200;

  /** A connection that was idle for longer may have been closed by the other side. */
  private static final TimeValue IDLE = TimeValue.ofMilliseconds(100);

  /** What breaks later was perhaps at work on an answer. */
  private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final ContentType JSON = ContentType.create("application/json");
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Endpoint endpoint;
  private final World world;
  private final Telemetry telemetry;
  private final Breaker breaker;
  private final Semaphore calls;
  private final ScheduledThreadPoolExecutor timer;
  private final CloseableHttpClient client;

  /** Each request over a new connection. */
  private final CloseableHttpClient fresh;

  private final AtomicLong loggedNanos;

  /** Does not connect yet. */
  public Upstream(Endpoint endpoint, World world, Telemetry telemetry) {
    this.endpoint = endpoint;
    this.world = world;
    this.telemetry = telemetry;
    this.breaker = new Breaker(endpoint.limits().breaker(), world.nanoTime());
    this.calls = new Semaphore(endpoint.limits().calls());
    this.loggedNanos = new AtomicLong(now() - LOG_EVERY_NANOS);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("upstream-timer").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    this.client = client(endpoint.limits(), DefaultClientConnectionReuseStrategy.INSTANCE);
    this.fresh = client(endpoint.limits(), (request, response, context) -> false);
    telemetry.gauge(
        "lastword.upstream.breaker",
        "0 while the model is asked, 1 while it is tried again, 2 while it is left alone",
        breaker::state);
    telemetry.gauge(
        "lastword.upstream.calls",
        "Requests to the model that run now",
        () -> endpoint.limits().calls() - calls.availablePermits());
  }

  private static PoolingHttpClientConnectionManager connections(Limits limits) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setMaxConnTotal(limits.calls())
        .setMaxConnPerRoute(limits.calls())
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(
                    Http1Config.custom()
                        .setMaxLineLength(MAX_HEAD_LINE_BYTES)
                        .setMaxHeaderCount(MAX_HEADERS)
                        .build())
                .build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(limits.connect()))
                .setSocketTimeout(Timeout.DISABLED)
                .setValidateAfterInactivity(IDLE)
                .build())
        .build();
  }

  private static CloseableHttpClient client(Limits limits, ConnectionReuseStrategy reuse) {
    return HttpClients.custom()
        .setConnectionManager(connections(limits))
        .setConnectionReuseStrategy(reuse)
        .disableAuthCaching()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableRedirectHandling()
        .setUserAgent("Lastword")
        .build();
  }

  /** What the endpoint calls the model. */
  public String model() {
    return endpoint.model();
  }

  /**
   * The text of the whole answer; blocks for as long as the limits say.
   *
   * @throws UpstreamFailure if there is none, or none with text
   */
  public String ask(String use, Question question) throws UpstreamFailure {
    try (Inquiry inquiry = inquire(use, question)) {
      return inquiry.answer(endpoint.limits().whole()).text();
    }
  }

  /**
   * Asks for a whole answer, and does not wait for it.
   *
   * @throws UpstreamFailure if the model is not asked at all just now
   */
  public Inquiry inquire(String use, Question question) throws UpstreamFailure {
    return new Inquiry(begin(use, question, false), endpoint.limits(), timer);
  }

  /**
   * Asks for a streamed answer, and does not wait for it.
   *
   * @throws UpstreamFailure if the model is not asked at all just now
   */
  public Talk listen(String use, Question question) throws UpstreamFailure {
    return new Talk(begin(use, question, true), endpoint.limits(), world.nanoTime(), timer);
  }

  private Call begin(String use, Question question, boolean streamed) throws UpstreamFailure {
    enter();
    boolean begun = false;
    try {
      Call call = new Call(this, use, request(question, streamed));
      begun = true;
      return call;
    } finally {
      if (!begun) {
        left();
        ended();
      }
    }
  }

  private void enter() throws UpstreamFailure {
    boolean entered = false;
    boolean free = calls.tryAcquire();
    try {
      if (!free) {
        throw new UpstreamFailure(UpstreamFailure.Kind.OVERLOADED);
      }
      breaker.enter();
      entered = true;
    } catch (UpstreamFailure e) {
      note(e);
      throw e;
    } finally {
      if (free && !entered) {
        ended();
      }
    }
  }

  private HttpPost request(Question question, boolean streamed) {
    HttpPost request = new HttpPost(endpoint.completions());
    request.setHeader("Accept", streamed ? "text/event-stream" : "application/json");
    request.setEntity(new ByteArrayEntity(question.body(endpoint.model(), streamed), JSON));
    if (endpoint.key() != null) {
      request.setHeader("Authorization", "Bearer " + endpoint.key());
    }
    return request;
  }

  /**
   * Sends a request and waits for the head of its answer. A connection that was used before may
   * have been closed by the other side meanwhile, which shows at once: then the request is sent
   * once more.
   */
  ClassicHttpResponse send(HttpPost request) throws IOException {
    HttpClientContext context = HttpClientContext.create();
    long begun = now();
    try {
      return client.executeOpen(null, request, context);
    } catch (NoHttpResponseException | SocketException e) {
      EndpointDetails connection = context.getEndpointDetails();
      boolean stale =
          connection != null
              && connection.getRequestCount() > 1
              && now() - begun < STALE_NANOS
              && !request.isCancelled();
      if (!stale) {
        throw e;
      }
      // Where one was closed, so were others, perhaps.
      return fresh.executeOpen(null, request, HttpClientContext.create());
    }
  }

  /** What the upstream wishes, in seconds or as a date, within our bounds. */
  long retryAfterSeconds(HttpResponse answer) {
    Header header = answer.getFirstHeader("Retry-After");
    String text = header == null ? "" : header.getValue().strip();
    long seconds = 1;
    if (text.matches("\\d{1,18}")) {
      seconds = Long.parseLong(text);
    } else if (!text.isEmpty()) {
      try {
        ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
        seconds = Duration.between(world.clock().instant(), date.toInstant()).toSeconds() + 1;
      } catch (DateTimeParseException e) {
        // Neither: as if it had said nothing.
      }
    }
    return Math.clamp(seconds, 1, MAX_RETRY_SECONDS);
  }

  long now() {
    return world.nanoTime().getAsLong();
  }

  void succeeded(String use, long nanos) {
    breaker.succeeded(nanos);
    telemetry.upstreamAnswered(use, nanos);
  }

  /** A refusal of one request, or an empty answer, says nothing about the next one. */
  void failed(UpstreamFailure why, long nanos) {
    switch (why.kind()) {
      case REFUSED, EMPTY -> breaker.succeeded(nanos);
      default -> breaker.failed(nanos, why);
    }
    note(why);
  }

  private void note(UpstreamFailure why) {
    telemetry.upstreamFailed(why.kind().word());
    long last = loggedNanos.get();
    if (now() - last >= LOG_EVERY_NANOS && loggedNanos.compareAndSet(last, now())) {
      LOG.log(Level.WARNING, "upstream " + why.kind().word() + ": " + why.getMessage());
    }
  }

  void left() {
    breaker.left();
  }

  void ended() {
    calls.release();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
    fresh.close(CloseMode.IMMEDIATE);
  }
}
