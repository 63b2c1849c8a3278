package dev.lastword.bench.client;

/** A contender did not answer what it should: there is no number then. */
public final class WrongAnswer extends IllegalStateException {
  public WrongAnswer(String message) {
    super(message);
  }
}
