package dev.lastword.store.redis;

import java.util.List;

/**
 * Calls the library of functions where the keys of a call live. Every call is atomic there. A call
 * that fails may have run, may still run later, and is never sent again. Thread-safe; blocks.
 */
interface Functions extends AutoCloseable {

  /** A function with its keys, which share a hash tag, and its arguments. */
  record Call(String function, List<String> keys, List<String> arguments) {}

  /**
   * What the function says.
   *
   * @throws dev.lastword.ledger.LedgerFailure if it cannot be known
   */
  List<String> call(Call call);

  /** The same for many at once; they run in any order. */
  List<List<String>> callAll(List<Call> calls);

  /** Has a function run whose answer nobody needs. */
  void send(Call call);

  /**
   * Asks every server something small.
   *
   * @throws dev.lastword.ledger.LedgerFailure if one does not answer
   */
  void probe();

  @Override
  void close();
}
