package dev.lastword.simulation;

/** A promise that was not kept, and how. */
public record Breach(Kind kind, String what) {

  /** Which promise. */
  public enum Kind {
    /** 1: more was spent than was credited. */
    OVERSPENT,
    /** 2: something acknowledged is not in the system of record. */
    LOST,
    /** 3: a key was charged, or credited, twice. */
    DOUBLED,
    /** 4: a word was delivered that is not paid. */
    UNPAID,
    /** 5: something is charged that was not delivered. */
    UNDELIVERED,
    /** 6: units that nobody spent cannot be spent. */
    LEAKED,
    /** 7: receipts and credits do not add up to the balance. */
    UNEXPLAINED,
    /** 8: more requests were admitted than the limit. */
    TOO_MANY,
    /** 9: an answer that was not true at its moment. */
    UNTRUE,
    /** Somebody waits who will never be told. */
    STUCK
  }
}
