/** The system of record: the port every store implements, and the values that cross it. */
@NullMarked
package dev.lastword.accounts;

import org.jspecify.annotations.NullMarked;
