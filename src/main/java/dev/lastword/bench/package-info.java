/**
 * Measures Lastword against what it is made of, on this machine: each row compares two sides in
 * turn and shows their ratio. See docs/performance.md.
 */
@NullMarked
package dev.lastword.bench;

import org.jspecify.annotations.NullMarked;
