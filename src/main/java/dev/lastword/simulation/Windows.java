package dev.lastword.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rate limit in the simplest words: all admissions, counted anew for each request. */
final class Windows {

  private final int limit;
  private final long windowNanos;
  private final Map<String, List<Long>> admitted = new HashMap<>();

  Windows(int limit, long windowNanos) {
    this.limit = limit;
    this.windowNanos = windowNanos;
  }

  void restore(String user, long ageNanos, long now) {
    times(user).add(now - Math.max(0, ageNanos));
  }

  /** Whether a request is to be admitted; counted if so. */
  boolean admits(String user, long now) {
    List<Long> times = times(user);
    boolean admits = times.stream().filter(time -> now - time < windowNanos).count() < limit;
    if (admits) {
      times.add(now);
    }
    return admits;
  }

  private List<Long> times(String user) {
    return admitted.computeIfAbsent(user, _ -> new ArrayList<>());
  }
}
