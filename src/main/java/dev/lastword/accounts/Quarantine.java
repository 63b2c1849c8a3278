package dev.lastword.accounts;

import java.util.List;

/**
 * Where messages are set aside that no worker could read. Part of the system of record: every
 * worker looks here before it applies anything of a holder. Each act is atomic, durable when it
 * returns, and may be repeated.
 */
public interface Quarantine {

  /** Sets a message aside, {@code WAITING}; one that is there already stays as it is. */
  void quarantine(Quarantined message);

  /** Every message of a holder that was ever set aside, in the order in which that happened. */
  List<Quarantined> quarantined(String holder);

  /** The messages of all holders that still {@link Quarantined.State#holds hold}, oldest first. */
  List<Quarantined> quarantined();

  /**
   * Changes what becomes of a message: an operator releases ({@code WAITING} to {@code RELEASED})
   * or discards ({@code WAITING} or {@code RELEASED} to {@code DISCARDED}); a worker says how a
   * released one fared ({@code SETTLED}, or {@code WAITING} again).
   *
   * @return false, and nothing is changed, if it is not in that state or not there
   */
  boolean decide(String id, Quarantined.State from, Quarantined.State to);
}
