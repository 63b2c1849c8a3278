/** The program: how it starts, what it is configured with, and how its parts are put together. */
@NullMarked
package dev.lastword;

import org.jspecify.annotations.NullMarked;
