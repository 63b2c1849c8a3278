package dev.lastword.store.redis;

/**
 * What the protocol cannot do without: each, left out, must be caught by {@link ProtocolTest}.
 *
 * <p>That a copy leaves only with the versions that the system of record has is no rule of its own
 * here: the tombstone keeps it from being loaded before they have come there.
 *
 * <p>Two more, that only the owner of a tab draws and closes, and that what the system of record
 * was asked counts for one copy only, need so much to coincide that {@link LibraryContract} tells
 * their stories step by step.
 *
 * <p>One rule of the models has nothing that could be left out: a copy counts what was credited and
 * spent from the account's beginning, so a credit raises the same number in every epoch.
 */
enum Rule {
  /** An answer goes out only while this node's lease on the epoch holds. */
  LEASE,
  /** Older epochs are sealed only when no lease on them can hold. */
  FENCE,
  /** An account is lent to an epoch only when every older one is sealed. */
  SEAL,
  /** The system of record leases and lends the newest epoch only. */
  CURRENT,
  /** A settlement of a sealed epoch is ignored whole. */
  LATE,
  /** The functions compare the server's life with the epoch's. */
  LIFE,
  /** The functions compare the epoch. */
  EPOCH,
  /** A snapshot travels with every receipt it counts. */
  COVERAGE,
  /** A key that Redis does not know is looked up in the system of record. */
  KEY,
  /** What is lent is less what all sealed epochs spent. */
  SEALED,
  /** A copy that left cannot be loaded again with an older version. */
  TOMBSTONE,
  /** No call is sent again by the driver. */
  REPLAY,
  /** Sealing gives back fixed prices that were paid and never closed. */
  OPEN,
  /** A receipt is forgotten only when the system of record has it. */
  EXPIRE,
  /** A charge that a retry was answered with is not given back by the attempt that made it. */
  ASKED
}
