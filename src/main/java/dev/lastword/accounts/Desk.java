package dev.lastword.accounts;

/**
 * What the settlement queue needs of a system of record beside the books: a place for messages that
 * nobody can read, and one for receipts that came before their settlement. Thread-safe.
 */
public interface Desk extends Quarantine, ReceiptsAhead {}
