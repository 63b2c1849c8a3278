package dev.lastword.ledger;

/** Is told of every commit, on the committer's thread; must be quick. */
public interface CommitObserver {

  /** Ignores everything. */
  CommitObserver NONE = (changes, nanos) -> {};

  /**
   * @param changes charges, draws and closes made durable together
   * @param nanos how long the commit took
   */
  void committed(int changes, long nanos);
}
