package dev.lastword.metering;

/** Whether a caller comes in. */
public sealed interface Entry {
  record Welcome(Caller caller) implements Entry {}

  record Refused(Refusal refusal) implements Entry {}
}
