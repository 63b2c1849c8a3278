package dev.lastword.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/** How times are spread, to the microsecond and three digits, up to an hour. Thread-safe. */
final class Spread {

  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final AtomicHistogram micros = new AtomicHistogram(LONGEST_MICROS, 3);

  void add(long nanos) {
    micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
  }

  Histogram micros() {
    return micros;
  }

  /** The share that is no longer than that; 1 if there is nothing. */
  double shareWithin(long millis) {
    return micros.getTotalCount() == 0
        ? 1
        : (double) micros.getCountBetweenValues(0, TimeUnit.MILLISECONDS.toMicros(millis))
            / micros.getTotalCount();
  }
}
