/**
 * The ledger, its committer, its store and its crashes in one thread from one seed, judged after
 * every step by what the clients know and by the pure core.
 */
@NullMarked
package dev.lastword.simulation;

import org.jspecify.annotations.NullMarked;
