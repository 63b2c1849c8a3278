package dev.lastword.accounts;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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

  /**
   * What is to be told of a balance that was one thing and becomes another, a notice for each level
   * it falls to or below.
   */
  public List<Notice> passed(
      long incarnation, String accountId, Meter meter, Balance before, long spent) {
    List<Notice> notices = new ArrayList<>();
    long left = before.credited() - spent;
    for (long level : below.getOrDefault(meter, List.of())) {
      if (left <= level && level < before.left()) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        notices.add(
            new Notice(incarnation, accountId, meter, before.credited(), level, left, now, 0));
      }
    }
    return notices;
  }
}
