/** What the stores that speak SQL share: the tables' common columns, and most of the acts. */
@NullMarked
package dev.lastword.store.sql;

import org.jspecify.annotations.NullMarked;
