/** The hot path: decides charges, makes them durable, and keeps the receipts. */
@NullMarked
package dev.lastword.ledger;

import org.jspecify.annotations.NullMarked;
