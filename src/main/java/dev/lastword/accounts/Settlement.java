package dev.lastword.accounts;

import java.util.Collection;

/**
 * Spending on its way into the system of record: the newest snapshot of each account and meter that
 * changed, with every receipt those snapshots count.
 *
 * @param holder the node it comes from
 * @param epoch the holder's incarnation; a settlement of an older one is refused whole
 */
public record Settlement(
    String holder, long epoch, Collection<Snapshot> snapshots, Collection<Receipt> receipts) {}
