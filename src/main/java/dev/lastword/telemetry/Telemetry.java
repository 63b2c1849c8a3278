package dev.lastword.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Every metric, by name. Labels are routes, statuses, products and outcomes: sets that are small
 * and known, never a user. Thread-safe.
 */
public final class Telemetry {

  private record Request(String method, String route, int status) {}

  private record Charge(String product, String outcome) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ConcurrentHashMap<Request, Timer> requests = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Charge, Counter> charges = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Timer> upstream = new ConcurrentHashMap<>();
  private final AtomicLong auditDifferences = new AtomicLong();
  private final AtomicLong quarantine = new AtomicLong();
  private final AtomicLong queueSize = new AtomicLong();
  private final Counter joined =
      Counter.builder("lastword.streams.joined")
          .description("Retries that joined the stream they were for while it ran")
          .register(registry);

  private final Counter words =
      Counter.builder("lastword.words").description("Words written").register(registry);
  private final Timer lateness =
      Timer.builder("lastword.word.lateness")
          .description("How long after its time a word was written")
          .serviceLevelObjectives(
              Duration.ofMillis(10),
              Duration.ofMillis(20),
              Duration.ofMillis(50),
              Duration.ofMillis(100),
              Duration.ofSeconds(1))
          .register(registry);
  private final DistributionSummary chunks =
      DistributionSummary.builder("lastword.chunk.words")
          .description("Words a stream paid for at a time")
          .serviceLevelObjectives(1, 2, 4, 8, 16, 32)
          .register(registry);
  private final DistributionSummary batches =
      DistributionSummary.builder("lastword.commit.changes")
          .description("Changes made durable by one commit")
          .serviceLevelObjectives(1, 4, 16, 64, 256, 1024, 4096)
          .register(registry);
  private final Timer commits =
      Timer.builder("lastword.commit.duration")
          .description("How long a commit took")
          .serviceLevelObjectives(
              Duration.ofMillis(1),
              Duration.ofMillis(5),
              Duration.ofMillis(25),
              Duration.ofMillis(100),
              Duration.ofSeconds(1))
          .register(registry);

  public Telemetry() {
    Gauge.builder("lastword.audit.differences", auditDifferences, AtomicLong::get)
        .description("Discrepancies the last audit found; anything but 0 is an incident")
        .register(registry);
  }

  /** Shows a value that is asked for when someone looks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).strongReference(true).register(registry);
  }

  /** A request was answered; {@code route} is its pattern and not its path. */
  public void answered(String method, String route, int status, long nanos) {
    known(requests, new Request(method, route, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Request request) {
    return Timer.builder("lastword.requests")
        .description("Requests by route and status")
        .tag("method", request.method())
        .tag("route", request.route())
        .tag("status", Integer.toString(request.status()))
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10))
        .register(registry);
  }

  /** A charge was finished. */
  public void charged(String product, String outcome) {
    known(charges, new Charge(product, outcome), this::counter).increment();
  }

  private Counter counter(Charge charge) {
    return Counter.builder("lastword.charges")
        .description("Finished charges by outcome")
        .tag("product", charge.product())
        .tag("outcome", charge.outcome())
        .register(registry);
  }

  /** Without a lock where it is known already, which is nearly always. */
  private static <K, V> V known(ConcurrentHashMap<K, V> all, K key, Function<K, V> making) {
    V found = all.get(key);
    return found == null ? all.computeIfAbsent(key, making) : found;
  }

  /** A retry was given the stream that ran already. */
  public void streamJoined() {
    joined.increment();
  }

  public void wordWritten(long latenessNanos) {
    words.increment();
    lateness.record(Math.max(0, latenessNanos), TimeUnit.NANOSECONDS);
  }

  public void chunkPaid(long units) {
    chunks.record((double) units);
  }

  public void committed(int changes, long nanos) {
    batches.record(changes);
    commits.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void audited(long differences) {
    auditDifferences.set(differences);
  }

  /** The model behind us gave what was asked for: a whole meme, or a stream's first piece. */
  public void upstreamAnswered(String use, long nanos) {
    known(upstream, use, this::upstreamTimer).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer upstreamTimer(String use) {
    return Timer.builder("lastword.upstream.latency")
        .description("How long the model took for a meme, or for the first piece of a stream")
        .tag("use", use)
        .serviceLevelObjectives(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30))
        .register(registry);
  }

  /** It did not. */
  public void upstreamFailed(String kind) {
    Counter.builder("lastword.upstream.failures")
        .description("Failures of the model by kind")
        .tag("kind", kind)
        .register(registry)
        .increment();
  }

  /** The settlement queue has that many messages more. */
  public void queueTook(int messages) {
    Counter.builder("lastword.queue.sent")
        .description("Messages that the settlement queue took")
        .register(registry)
        .increment(messages);
  }

  /** The settlement queue did not do what it was asked for. */
  public void queueFailed(String act) {
    Counter.builder("lastword.queue.failures")
        .description("What the settlement queue did not do, by what it was asked for")
        .tag("act", act)
        .register(registry)
        .increment();
  }

  /** A settlement from the queue is in the system of record, or came too late to count. */
  public void settled(int receipts, boolean late, Duration age) {
    Counter.builder("lastword.settlement.receipts")
        .description("Receipts that came out of the settlement queue")
        .tag("late", Boolean.toString(late))
        .register(registry)
        .increment(receipts);
    Timer.builder("lastword.settlement.age")
        .description("How long a settlement was in the queue when it was settled")
        .serviceLevelObjectives(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1))
        .register(registry)
        .record(age.isNegative() ? Duration.ZERO : age);
  }

  /** The system of record did not take a settlement; it comes again. */
  public void settlementPostponed() {
    Counter.builder("lastword.settlement.postponed")
        .description("Settlements that the system of record did not take at once")
        .register(registry)
        .increment();
  }

  /** How many messages nobody can read; anything but 0 is an incident. */
  public void quarantine(long messages) {
    quarantine.set(messages);
  }

  /** About how many messages are in the settlement queue. */
  public void queueSize(long messages) {
    queueSize.set(messages);
  }

  /** Shows what settlement through a queue looks at; for whoever runs a worker. */
  public void showQueue() {
    gauge(
        "lastword.quarantine.messages",
        "Messages that nobody can read and that hold others up; anything but 0 is an incident",
        quarantine::get);
    gauge("lastword.queue.messages", "Messages in the settlement queue, about", queueSize::get);
  }

  /** The receiver took a notice. */
  public void noticeSent() {
    Counter.builder("lastword.notices.sent")
        .description("Notices of low balances that the webhook's receiver took")
        .register(registry)
        .increment();
  }

  /**
   * It did not; it is sent again.
   *
   * @param reason a status that is no 2xx, or {@code timeout}, {@code connection}, {@code error}
   */
  public void noticeFailed(String reason) {
    Counter.builder("lastword.notices.failures")
        .description("Attempts to send a notice that failed, by status or kind")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }
}
