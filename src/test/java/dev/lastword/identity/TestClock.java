package dev.lastword.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told to move. */
final class TestClock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00.123Z");

  @Override
  public Instant instant() {
    return now;
  }

  void move(Duration time) {
    now = now.plus(time);
  }

  long seconds() {
    return now.getEpochSecond();
  }
}
