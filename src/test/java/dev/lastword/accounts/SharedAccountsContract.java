package dev.lastword.accounts;

/** What a system of record that several nodes share must do; each store's test subclasses this. */
public abstract class SharedAccountsContract extends AccountsContract {}
