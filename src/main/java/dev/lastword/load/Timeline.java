package dev.lastword.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;

/**
 * What happened when: equal intervals from the start of a run, each with how often things of each
 * kind happened in it and how long they took, to the microsecond and two digits. A run that
 * outgrows them makes one of every two, so that memory stays limited (about 10 MB) however long it
 * lasts. Thread-safe.
 */
final class Timeline {

  /** What is counted of kinds beyond the first ones. */
  static final String OTHER = "other";

  static final int MAX_INTERVALS = 1_200;
  static final int MAX_KINDS = 8;
  private static final int MAX_SLICES = 600;
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Lock lock = new ReentrantLock();
  private final List<String> kinds = new ArrayList<>();
  private List<Interval> intervals = new ArrayList<>();
  private long widthNanos = SHORTEST_NANOS;
  private long endNanos;
  private long things;

  /** Something happened, so long after the start. */
  void add(String kind, long atNanos) {
    lock.lock();
    try {
      interval(atNanos).counts[kind(kind)]++;
    } finally {
      lock.unlock();
    }
  }

  /** Something happened, so long after the start, and had taken so long; at least 0 is counted. */
  void add(String kind, long atNanos, long tookNanos) {
    long micros = Math.clamp(TimeUnit.NANOSECONDS.toMicros(tookNanos), 0, LONGEST_MICROS);
    lock.lock();
    try {
      Interval interval = interval(atNanos);
      interval.counts[kind(kind)]++;
      interval.micros.recordValue(micros);
    } finally {
      lock.unlock();
    }
  }

  private Interval interval(long atNanos) {
    things++;
    endNanos = Math.max(endNanos, atNanos);
    while (atNanos / widthNanos >= MAX_INTERVALS) {
      intervals = joined(2);
      widthNanos *= 2;
    }
    int index = (int) (atNanos / widthNanos);
    while (intervals.size() <= index) {
      intervals.add(new Interval());
    }
    return intervals.get(index);
  }

  private int kind(String kind) {
    int index = kinds.indexOf(kind);
    if (index >= 0) {
      return index;
    }
    if (kinds.size() == MAX_KINDS) {
      return MAX_KINDS - 1;
    }
    kinds.add(kinds.size() == MAX_KINDS - 1 ? OTHER : kind);
    return kinds.size() - 1;
  }

  /** So many neighbours in one. */
  private List<Interval> joined(int together) {
    List<Interval> fewer = new ArrayList<>();
    for (int from = 0; from < intervals.size(); from += together) {
      fewer.add(sum(from, Math.min(from + together, intervals.size())));
    }
    return fewer;
  }

  private Interval sum(int from, int to) {
    Interval sum = new Interval();
    intervals.subList(from, to).forEach(sum::add);
    return sum;
  }

  /**
   * The whole run, in order and without gaps. The more there is to show, the finer: with n things
   * at most the root of n slices, and 600.
   */
  List<Slice> slices() {
    lock.lock();
    try {
      double most = Math.clamp(Math.sqrt((double) things), 1, MAX_SLICES);
      int together = 1;
      while (Math.ceilDiv(intervals.size(), together) > most) {
        together *= 2;
      }
      List<Interval> wide = joined(together);
      long width = together * widthNanos;
      // A moment of an interval says little about a rate.
      if (wide.size() > 1 && endNanos - (wide.size() - 1) * width < width / 2) {
        Interval rest = wide.removeLast();
        wide.getLast().add(rest);
      }
      List<Slice> slices = new ArrayList<>();
      for (int index = 0; index < wide.size(); index++) {
        long end = index == wide.size() - 1 ? endNanos : (index + 1) * width;
        slices.add(slice(wide.get(index), index * width, end));
      }
      return slices;
    } finally {
      lock.unlock();
    }
  }

  /** What happened lately, from about that long before now until now. */
  Slice last(long nowNanos, long spanNanos) {
    lock.lock();
    try {
      int first = (int) (Math.max(0, nowNanos - spanNanos) / widthNanos);
      Interval sum = sum(Math.min(first, intervals.size()), intervals.size());
      return slice(sum, first * widthNanos, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  private Slice slice(Interval interval, long fromNanos, long toNanos) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int kind = 0; kind < kinds.size(); kind++) {
      counts.put(kinds.get(kind), interval.counts[kind]);
    }
    return new Slice(fromNanos / 1e9, toNanos / 1e9, interval.micros, counts);
  }

  /**
   * A part of a run.
   *
   * @param micros how long things took, where that was told
   * @param counts by kind; every kind of the run, in the order in which they first happened
   */
  record Slice(
      double fromSeconds, double toSeconds, AbstractHistogram micros, Map<String, Long> counts) {

    double seconds() {
      return toSeconds - fromSeconds;
    }

    long count(String kind) {
      return counts.getOrDefault(kind, 0L);
    }

    /** Things of that kind a second. */
    double perSecond(String kind) {
      return seconds() <= 0 ? 0 : count(kind) / seconds();
    }
  }

  private static final class Interval {
    private final IntCountsHistogram micros = new IntCountsHistogram(2);
    private final long[] counts = new long[MAX_KINDS];

    private void add(Interval other) {
      micros.add(other.micros);
      for (int kind = 0; kind < MAX_KINDS; kind++) {
        counts[kind] += other.counts[kind];
      }
    }
  }
}
