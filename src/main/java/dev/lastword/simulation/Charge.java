package dev.lastword.simulation;

import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import org.jspecify.annotations.Nullable;

/** One attempt to buy something, and what its client knows about it for certain. */
final class Charge {

  final String id;
  final int life;
  final long incarnation;
  final Meter meter;
  final @Nullable RequestKey key;

  /** What a repetition must be answered with. */
  final String result;

  /** A fixed price, or the most words paid at once. */
  final long chunk;

  /** Units that the ledger said are paid. */
  long paid;

  /** Units decided in the ledger's memory; what is not durable may be less. */
  long decided;

  /** Words written to the client. */
  long delivered;

  /** Its end was asked for. */
  boolean closing;

  /** The ledger has answered for the last time: the receipt stands. */
  boolean over;

  /** As it was acknowledged: it may never change again. */
  @Nullable Receipt last;

  Charge(
      String id,
      int life,
      long incarnation,
      Meter meter,
      @Nullable RequestKey key,
      String result,
      long chunk) {
    this.id = id;
    this.life = life;
    this.incarnation = incarnation;
    this.meter = meter;
    this.key = key;
    this.result = result;
    this.chunk = chunk;
  }
}
