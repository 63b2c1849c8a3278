package dev.lastword.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** Counts what became of the requests of a run. Thread-safe. */
final class Tally {

  /** A run's failures have few causes; more than so many are counted as one. */
  private static final int MAX_ERRORS = 100;

  /** The kind of the good ones in the timeline; all others are there by status or error. */
  static final String GOOD = "good";

  private final ConcurrentSkipListMap<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, LongAdder> errors = new ConcurrentSkipListMap<>();
  private final Spread latencies = new Spread();
  private final Timeline timeline = new Timeline();
  private final LongAdder latencyNanosSum = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder good = new LongAdder();
  private final AtomicLong elapsedNanos = new AtomicLong();

  /**
   * A request is over.
   *
   * @param latencyNanos since it was meant to start
   * @param sinceStartNanos since the run began
   */
  void add(Reply reply, long latencyNanos, long sinceStartNanos) {
    requests.increment();
    if (reply.status() != 0) {
      statuses.computeIfAbsent(reply.status(), _ -> new LongAdder()).increment();
    }
    String error = reply.error();
    if (error != null) {
      boolean room = errors.containsKey(error) || errors.size() < MAX_ERRORS;
      errors.computeIfAbsent(room ? error : Timeline.OTHER, _ -> new LongAdder()).increment();
    }
    if (reply.good()) {
      good.increment();
      latencies.add(latencyNanos);
      latencyNanosSum.add(latencyNanos);
      timeline.add(GOOD, sinceStartNanos, latencyNanos);
    } else {
      timeline.add(error == null ? String.valueOf(reply.status()) : error, sinceStartNanos);
    }
    elapsedNanos.accumulateAndGet(sinceStartNanos, Math::max);
  }

  /** Requests that are over. */
  long requests() {
    return requests.sum();
  }

  /** Of them, those that got what they asked for. */
  long good() {
    return good.sum();
  }

  /** From the start of the run to the end of its last request. */
  double seconds() {
    return elapsedNanos.get() / 1e9;
  }

  double successShare() {
    return requests() == 0 ? 0 : (double) good() / requests();
  }

  /** Good ones. */
  double requestsPerSecond() {
    return seconds() == 0 ? 0 : good() / seconds();
  }

  /** Of the good ones, in microseconds. */
  Histogram latencies() {
    return latencies.micros();
  }

  /** Every request when it was over, and of the good ones their latencies. */
  Timeline timeline() {
    return timeline;
  }

  double meanSeconds() {
    return good() == 0 ? 0 : latencyNanosSum.sum() / 1e9 / good();
  }

  Map<Integer, Long> statuses() {
    Map<Integer, Long> counts = new TreeMap<>();
    statuses.forEach((status, count) -> counts.put(status, count.sum()));
    return counts;
  }

  Map<String, Long> errors() {
    Map<String, Long> counts = new TreeMap<>();
    errors.forEach((error, count) -> counts.put(error, count.sum()));
    return counts;
  }
}
