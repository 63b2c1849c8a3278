/** Drives a running server as many clients at once would, and judges what came back. */
@NullMarked
package dev.lastword.load;

import org.jspecify.annotations.NullMarked;
