package dev.lastword.accounts;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * At which balances somebody is to be told that one is low. A store that settles holds every change
 * against them, so what it is about to commit is told and nothing else.
 *
 * @param below by meter, in units left, each 0 or more; a meter without any is not watched
 * @param clock says when a balance fell
 */
public record Levels(Map<Meter, List<Long>> below, InstantSource clock) {

  /** Nobody is to be told anything. */
  public static final Levels NONE = new Levels(Map.of(), InstantSource.system());

  public Levels {
    below = Map.copyOf(below);
  }

  /** Whether there is nothing to look at. */
  public boolean none() {
    return below.isEmpty();
  }

  /** The levels that a balance falls to, or below, when that is what is spent of it. */
  public List<Long> passed(Meter meter, Balance before, long spent) {
    long left = before.credited() - spent;
    return below.getOrDefault(meter, List.of()).stream()
        .filter(level -> left <= level && level < before.left())
        .toList();
  }

  /** When a balance falls that falls now, to the millisecond. */
  public Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
