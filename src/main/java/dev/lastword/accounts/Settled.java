package dev.lastword.accounts;

/** What became of a settlement. */
public enum Settled {
  /** It is durable, now or since before. */
  DURABLE,
  /** The holder has a newer epoch: nothing of it was applied, and nothing of it ever will be. */
  REFUSED
}
