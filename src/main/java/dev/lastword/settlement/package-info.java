/** The way of settlements from a ledger of several nodes into the system of record. */
@NullMarked
package dev.lastword.settlement;

import org.jspecify.annotations.NullMarked;
