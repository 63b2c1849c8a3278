/**
 * The bench's own client: one thread, requests that were written before, answers that are counted
 * and checked. It costs little, so that what is measured is the other side.
 */
@NullMarked
package dev.lastword.bench.client;

import org.jspecify.annotations.NullMarked;
