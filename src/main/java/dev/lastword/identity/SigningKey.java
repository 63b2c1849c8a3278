package dev.lastword.identity;

/** A key of our own: tokens can be issued with it as well as verified. Thread-safe. */
public sealed interface SigningKey extends KeySource permits OwnKey, SharedSecret {}
