package dev.lastword.upstream;

import dev.lastword.telemetry.Telemetry;
import dev.lastword.world.World;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks the model. Redirects are not followed, so the key goes to the configured address alone.
 * Thread-safe; closing it ends every answer.
 */
public final class Upstream implements AutoCloseable {

  /** However long an upstream wants to be left alone, our clients are told no more. */
  static final long MAX_RETRY_SECONDS = 60;

  private static final System.Logger LOG = System.getLogger(Upstream.class.getName());
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Endpoint endpoint;
  private final World world;
  private final Telemetry telemetry;
  private final Breaker breaker;
  private final Semaphore calls;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final AtomicLong loggedNanos;

  /** Does not connect yet. */
  public Upstream(Endpoint endpoint, World world, Telemetry telemetry) {
    this.endpoint = endpoint;
    this.world = world;
    this.telemetry = telemetry;
    this.breaker = new Breaker(endpoint.limits().breaker(), world.nanoTime());
    this.calls = new Semaphore(endpoint.limits().calls());
    this.loggedNanos = new AtomicLong(now() - LOG_EVERY_NANOS);
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(endpoint.limits().connect())
            .executor(threads)
            .build();
    telemetry.gauge(
        "lastword.upstream.breaker",
        "0 while the model is asked, 1 while it is tried again, 2 while it is left alone",
        breaker::state);
    telemetry.gauge(
        "lastword.upstream.calls",
        "Requests to the model that run now",
        () -> endpoint.limits().calls() - calls.availablePermits());
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
    return new Inquiry(begin(use, question, false), endpoint.limits());
  }

  /**
   * Asks for a streamed answer, and does not wait for it.
   *
   * @throws UpstreamFailure if the model is not asked at all just now
   */
  public Talk listen(String use, Question question) throws UpstreamFailure {
    return new Talk(begin(use, question, true), endpoint.limits(), world.nanoTime());
  }

  private Call begin(String use, Question question, boolean streamed) throws UpstreamFailure {
    enter();
    boolean begun = false;
    try {
      HttpRequest request = request(question, streamed);
      Call call = new Call(this, use, client.sendAsync(request, BodyHandlers.ofInputStream()));
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

  private HttpRequest request(Question question, boolean streamed) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.completions())
            .header("Content-Type", "application/json")
            .header("Accept", streamed ? "text/event-stream" : "application/json")
            .POST(BodyPublishers.ofByteArray(question.body(endpoint.model(), streamed)));
    if (endpoint.key() != null) {
      request.header("Authorization", "Bearer " + endpoint.key());
    }
    return request.build();
  }

  /** What the upstream wishes, in seconds or as a date, within our bounds. */
  long retryAfterSeconds(HttpHeaders headers) {
    String text = headers.firstValue("Retry-After").orElse("").strip();
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
    client.shutdownNow();
    threads.shutdownNow();
  }
}
