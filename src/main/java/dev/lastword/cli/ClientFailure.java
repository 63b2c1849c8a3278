package dev.lastword.cli;

/** A server did not do what it was asked; the message says why. */
final class ClientFailure extends RuntimeException {
  ClientFailure(String message) {
    super(message);
  }
}
