package dev.lastword.metering;

/** One field of a request that is not as it must be, and why. */
public record FieldError(String field, String message) {}
