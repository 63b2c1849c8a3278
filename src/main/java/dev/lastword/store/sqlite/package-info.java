/** The system of record in one SQLite file: the embedded default. */
@NullMarked
package dev.lastword.store.sqlite;

import org.jspecify.annotations.NullMarked;
