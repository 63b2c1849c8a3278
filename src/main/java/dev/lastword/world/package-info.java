/**
 * What a running server takes from outside itself: time, threads, and the named steps at which it
 * can be watched or stopped. Tests and the fault report put their own in its place.
 */
@NullMarked
package dev.lastword.world;

import org.jspecify.annotations.NullMarked;
