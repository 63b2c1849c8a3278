package dev.lastword.accounts;

/**
 * What an account has spent on a meter, as state and not as a difference: applied only when newer,
 * so duplicates and reordering cannot matter.
 */
public record Snapshot(long incarnation, Meter meter, long spent, long version) {}
