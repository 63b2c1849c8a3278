package dev.lastword.accounts;

/**
 * One account's standing on one meter, and all the arithmetic there is. Every store is tested
 * against this record.
 *
 * @param credited units ever added, 0 to {@link #MAXIMUM}
 * @param spent units ever charged, 0 to {@code credited}
 * @param version counts the changes of {@code spent}; a newer one replaces an older one
 */
public record Balance(long credited, long spent, long version) {

  /** The most units a meter may ever be credited: what a JSON number carries without loss. */
  public static final long MAXIMUM = (1L << 53) - 1;

  /** Nothing credited, nothing spent. */
  public static final Balance EMPTY = new Balance(0, 0, 0);

  public Balance {
    if (spent < 0 || spent > credited || credited > MAXIMUM) {
      throw new IllegalArgumentException("spent " + spent + " of " + credited + " credited");
    }
  }

  /** Units that can still be spent. */
  public long left() {
    return credited - spent;
  }

  /**
   * How many units a draw gets: as many as it wants and the balance holds, or 0 when not even the
   * minimum is there.
   *
   * @throws IllegalArgumentException unless 1 ≤ minimum ≤ maximum
   */
  public long affordable(long minimum, long maximum) {
    if (minimum < 1 || maximum < minimum) {
      throw new IllegalArgumentException("draw of " + minimum + " to " + maximum);
    }
    return left() < minimum ? 0 : Math.min(left(), maximum);
  }

  /**
   * The balance after that many more units were spent.
   *
   * @throws IllegalArgumentException if it does not hold them
   */
  public Balance spend(long units) {
    return new Balance(credited, Math.addExact(spent, units), version + 1);
  }

  /**
   * The balance after spent units came back.
   *
   * @throws IllegalArgumentException if fewer were spent
   */
  public Balance giveBack(long units) {
    return new Balance(credited, Math.subtractExact(spent, units), version + 1);
  }

  /** The same spending under what the system of record says was credited by now. */
  public Balance withCredited(long nowCredited) {
    return new Balance(nowCredited, spent, version);
  }
}
